import { execFile } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, type WriteStream } from "node:fs";
import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  blockEndMs,
  type MetricName,
  type SampleBlock,
  type SeriesLabels,
} from "#core/series/sample-block.ts";
import { HOUR_MS, MINUTE_MS } from "#core/time.ts";

/** As long as Prometheus makes them at this retention: two hours, three times threefold. */
const BLOCK_HOURS = 54;
const BLOCK_MS = BLOCK_HOURS * HOUR_MS;

/** What a metric is called in Prometheus. */
const PROMETHEUS_NAMES: Readonly<Partial<Record<MetricName, string>>> = {
  usedPorts: "snat_used_ports",
  allocatedPorts: "snat_allocated_ports",
  failedConnections: "snat_failed_connections",
  succeededConnections: "snat_succeeded_connections",
};

/**
 * Makes blocks of Prometheus in `data`, one after the other: `promtool` reads its text anew for each block in it.
 *
 * @returns the size of all blocks
 */
export async function importBlocks(
  days: AsyncIterable<SampleBlock>,
  folder: string,
  data: string,
): Promise<number> {
  await mkdir(data);
  const path = join(folder, "samples.txt");
  let text: WriteStream | undefined;
  let openMs = Number.NaN;
  const close = async () => {
    if (text === undefined) return;
    text.end("# EOF\n");
    await once(text, "close");
    const duration = `--max-block-duration=${BLOCK_HOURS}h`;
    await promisify(execFile)("promtool", [
      "tsdb",
      "create-blocks-from",
      duration,
      "openmetrics",
      path,
      data,
    ]);
    await rm(path);
  };
  for await (const day of days) {
    for (let fromMs = day.startMs; fromMs < blockEndMs(day); ) {
      const startMs = Math.floor(fromMs / BLOCK_MS) * BLOCK_MS;
      const toMs = Math.min(startMs + BLOCK_MS, blockEndMs(day));
      if (startMs !== openMs) {
        await close();
        text = createWriteStream(path);
        openMs = startMs;
      }
      for (const lines of openMetrics(day, fromMs, toMs)) {
        if (text?.write(lines) === false) await once(text, "drain");
      }
      fromMs = toMs;
    }
  }
  await close();
  return await sizeOf(data);
}

/** The lines of each series. */
function* openMetrics(block: SampleBlock, fromMs: number, toMs: number): Generator<string> {
  for (const { metric, labels, values } of block.series.values()) {
    const name = `${PROMETHEUS_NAMES[metric] ?? metric}{${renderLabels(labels)}}`;
    let lines = "";
    for (let atMs = fromMs; atMs < toMs; atMs += MINUTE_MS) {
      const value = values[(atMs - block.startMs) / MINUTE_MS] ?? Number.NaN;
      if (!Number.isNaN(value)) lines += `${name} ${value} ${atMs / 1000}\n`;
    }
    yield lines;
  }
}

function renderLabels({ frontendIp, backendIp, protocol }: SeriesLabels): string {
  const known = { cluster: "c0", frontend_ip: frontendIp, backend_ip: backendIp, protocol };
  return Object.entries(known)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}="${value}"`]))
    .join(",");
}

async function sizeOf(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  }
  return bytes;
}
