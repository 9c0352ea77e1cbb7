import { ByteReader } from "./byte-reader.ts";
import type { Chunk, ChunkSeries } from "./chunk.ts";
import { ChunkError, corrupt } from "./chunk-error.ts";
import { crc32 } from "./crc32.ts";
import { readDirectory } from "./directory.ts";
import { CHECKED_FROM, CRC_AT, MAGIC, VERSION } from "./header.ts";
import { MAX_DIRECTORY_BYTES, MAX_INSTANT_MS, MAX_SERIES, MAX_STEPS, MAX_VALUES } from "./limits.ts";
import { unpack } from "./lz.ts";
import type { Name } from "./names.ts";
import { readSeries } from "./read-series.ts";
import { unzigzag } from "./zigzag.ts";

/**
 * The chunk that the bytes hold. The values of its series are views of one buffer, which lasts as long as any of them.
 *
 * @param wanted says of a name whether its series is given back; all are, without it
 * @throws ChunkError if the bytes are not a sound chunk, or of a newer version
 */
export function decodeChunk(bytes: Uint8Array, wanted?: (name: Name) => boolean): Chunk {
  checkFrame(bytes);
  const input = new ByteReader(bytes.subarray(CHECKED_FROM));
  const startMs = unzigzag(input.varint("startMs", 2 * MAX_INSTANT_MS));
  const stepMs = input.varint("stepMs");
  if (stepMs === 0) throw corrupt("stepMs is 0");
  const steps = input.varint("steps", MAX_STEPS);
  const count = input.varint("series", MAX_SERIES);
  if (steps * count > MAX_VALUES) throw corrupt(`${count} series of ${steps} steps`);
  const unpacked = input.varint("bytes of the directory", MAX_DIRECTORY_BYTES);
  const packed = new ByteReader(input.bytes(input.varint("bytes of the packed directory")));
  const entries = new ByteReader(unpack(packed, unpacked));
  const directory = readDirectory(entries, count);
  entries.end("the directory");
  const isWanted = directory.names.map((name) => wanted?.(name) ?? true);
  const values = readSeries(directory, input, steps, isWanted);
  const series: ChunkSeries[] = [];
  for (const [index, name] of directory.names.entries()) {
    const of = values.get(index);
    if (isWanted[index] && of !== undefined) series.push({ name, values: of });
  }
  return { startMs, stepMs, steps, series };
}

/** @throws ChunkError unless this is a chunk of our version and whole */
function checkFrame(bytes: Uint8Array): void {
  if (bytes.length < CHECKED_FROM || MAGIC.some((byte, at) => bytes[at] !== byte)) {
    throw corrupt("not a chunk");
  }
  const version = bytes[MAGIC.length] ?? 0;
  if (version > VERSION) throw new ChunkError("newer", `chunk of version ${version}: this reads ${VERSION}`);
  if (version !== VERSION) throw corrupt(`chunk of version ${version}`);
  const stored = new DataView(bytes.buffer, bytes.byteOffset).getUint32(CRC_AT, true);
  if (crc32(bytes, CHECKED_FROM, bytes.length) !== stored) throw corrupt("the checksum does not match");
}
