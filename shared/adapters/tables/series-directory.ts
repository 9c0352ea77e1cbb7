import { crc32, deflateRawSync, inflateRawSync } from "node:zlib";
import {
  METRIC_NAMES,
  type MetricName,
  nameSeries,
  type Protocol,
  type SeriesLabels,
  type SeriesName,
} from "#core/series/sample-block.ts";

// A directory: which series a page holds, in the order of its columns. It grows at the end and never changes else.
// Version 1, numbers little endian: byte 0 version, bytes 1-4 CRC-32 of the body, bytes 5-8 length of the body, the body
// (deflated JSON: an array of `[metric, frontendIp, backendIp, protocol, port]`, `null` for a label that is not there; series of
// a device have three more: `resourceId`, `reason`, `node`).
// What comes after the body is not ours: parts of an entity are merged, so a shorter directory may leave an old end.

const VERSION = 1;
const HEAD_BYTES = 9;

export function encodeDirectory(names: readonly SeriesName[]): Buffer {
  const rows = names.map(({ metric, labels }) => [
    metric,
    labels.frontendIp ?? null,
    labels.backendIp ?? null,
    labels.protocol ?? null,
    labels.port ?? null,
    ...(labels.resourceId === undefined
      ? []
      : [labels.resourceId, labels.reason ?? null, labels.node ?? null]),
  ]);
  const body = deflateRawSync(JSON.stringify(rows), { level: 1 });
  const head = Buffer.alloc(HEAD_BYTES);
  head[0] = VERSION;
  head.writeUInt32LE(crc32(body), 1);
  head.writeUInt32LE(body.length, 5);
  return Buffer.concat([head, body]);
}

/** @throws Error saying what is wrong with the bytes */
export function decodeDirectory(stored: Uint8Array): SeriesName[] {
  const bytes = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength);
  if (bytes.length < HEAD_BYTES) throw new Error(`directory of ${bytes.length} bytes`);
  if (bytes[0] !== VERSION) throw new Error(`directory of version ${bytes[0]}, expected ${VERSION}`);
  const body = bytes.subarray(HEAD_BYTES, HEAD_BYTES + bytes.readUInt32LE(5));
  if (bytes.readUInt32LE(1) !== crc32(body)) throw new Error("directory with a wrong checksum");
  const rows: unknown = JSON.parse(inflateRawSync(body).toString("utf8"));
  if (!Array.isArray(rows)) throw new Error("directory that is no list");
  return rows.map(toName);
}

function toName(row: unknown): SeriesName {
  const [metric, frontendIp, backendIp, protocol, port, resourceId, reason, node]: unknown[] = Array.isArray(
    row,
  )
    ? row
    : [];
  // A later version may know more; leaving one series out would shift nothing, but lose it at the next write.
  if (!isMetric(metric)) throw new Error(`directory with the unknown metric ${String(metric)}`);
  const labels: SeriesLabels = {
    ...(typeof frontendIp === "string" && { frontendIp }),
    ...(typeof backendIp === "string" && { backendIp }),
    ...(isProtocol(protocol) && { protocol }),
    ...(typeof port === "string" && { port }),
    ...(typeof resourceId === "string" && { resourceId }),
    ...(typeof reason === "string" && { reason }),
    ...(typeof node === "string" && { node }),
  };
  return nameSeries(metric, labels);
}

const METRICS: ReadonlySet<unknown> = new Set(METRIC_NAMES);

function isMetric(value: unknown): value is MetricName {
  return METRICS.has(value);
}

function isProtocol(value: unknown): value is Protocol {
  return value === "tcp" || value === "udp";
}
