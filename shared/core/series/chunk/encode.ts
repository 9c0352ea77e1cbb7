import { ByteWriter } from "./byte-writer.ts";
import { type Candidate, candidateOf } from "./candidate.ts";
import type { Chunk } from "./chunk.ts";
import { crc32 } from "./crc32.ts";
import { type Group, writeDirectory } from "./directory.ts";
import { encodeDoubles } from "./doubles.ts";
import { CHECKED_FROM, CRC_AT, MAGIC, VERSION } from "./header.ts";
import { IndexOf } from "./index-of.ts";
import { offsetsOf } from "./lead.ts";
import { MAX_DIRECTORY_BYTES, MAX_INSTANT_MS, MAX_SERIES, MAX_STEPS, MAX_VALUES } from "./limits.ts";
import { pack } from "./lz.ts";
import { writeMask } from "./masks.ts";
import { encodeNumbers } from "./numbers.ts";
import { chooseParameters } from "./parameter-sets.ts";
import { type Parameters, PICKS } from "./parameters.ts";
import { RansEncoder } from "./rans-encoder.ts";
import { chooseReferences } from "./references.ts";
import { encodeRuns } from "./runs.ts";
import {
  CONSTANT,
  DOUBLES,
  NEAR_NUMBERS,
  NUMBERS,
  RUNS,
  type SeriesEntry,
  streamOrder,
} from "./series-entry.ts";
import { type SortedSeries, sortOut } from "./sort-out.ts";
import { divisorWeights } from "./weights.ts";
import { zigzag } from "./zigzag.ts";

/** Series share a stream until it holds so many symbols: a stream has its cost, and is read from its beginning. */
const GROUP_SYMBOLS = 1_024;

/**
 * The chunk as bytes, as `FORMAT.md` describes them. A `NaN` comes back as the one `NaN`; every other double comes
 * back bit for bit.
 *
 * @throws RangeError for a chunk beyond the limits of the format, or with a series of another length than `steps`
 */
export function encodeChunk(chunk: Chunk): Uint8Array {
  check(chunk);
  const sorted = chunk.series.map(sortOut);
  const candidates = sorted.flatMap((one, index): Candidate[] =>
    one.kind === NUMBERS || one.kind === NEAR_NUMBERS
      ? [candidateOf(index, one.series.name, one.series.values, one.mask, one.fractions)]
      : [],
  );
  const followings = chooseReferences(candidates);
  const { sets, setOf } = chooseParameters(candidates, followings);
  const masks = new IndexOf();
  const divisors = new IndexOf();
  const series = sorted.map((one, index): SeriesEntry => {
    const following = followings.get(index);
    const parameters = setOf.get(index) ?? 0;
    return {
      kind: one.kind,
      mask: one.mask === null ? 0 : 1 + masks.of(one.mask),
      constant: one.kind === CONSTANT ? one.constant : 0,
      divisors: "fractions" in one ? divisors.of(one.fractions.divisors) : 0,
      parameters,
      reference: following?.leader.index ?? -1,
      slope:
        following === undefined ? 0 : Math.round(following.slope * 2 ** (sets[parameters]?.slopeShift ?? 0)),
    };
  });

  const stream = new RansEncoder();
  for (const mask of masks.lists) writeMask(stream, mask);
  const maskStream = masks.lists.length > 0 ? stream.finish() : new Uint8Array(0);
  const streams = [maskStream];
  const groups: Group[] = [];
  const order = streamOrder(series);
  let members = 0;
  for (const [place, index] of order.entries()) {
    encodeSeries(stream, sorted[index], series[index], sets, followings.get(index)?.lead);
    members += 1;
    if (stream.count < GROUP_SYMBOLS && place < order.length - 1) continue;
    const bytes = stream.finish();
    streams.push(bytes);
    groups.push({ series: members, bytes: bytes.length });
    members = 0;
  }

  const directory = new ByteWriter();
  writeDirectory(directory, {
    names: chunk.series.map(({ name }) => name),
    series,
    masks: masks.lists.length,
    maskBytes: maskStream.length,
    divisors: divisors.lists,
    parameters: sets,
    groups,
  });
  return frame(chunk, directory.written(), streams);
}

function encodeSeries(
  out: RansEncoder,
  sorted: SortedSeries | undefined,
  entry: SeriesEntry | undefined,
  sets: readonly Parameters[],
  lead: Float64Array | undefined,
): void {
  if (sorted?.kind === DOUBLES) encodeDoubles(out, sorted.present);
  else if (sorted?.kind === RUNS) encodeRuns(out, sorted.fractions.numbers);
  else if ((sorted?.kind === NUMBERS || sorted?.kind === NEAR_NUMBERS) && entry !== undefined) {
    const { fractions } = sorted;
    const parameters = sets[entry.parameters];
    if (parameters === undefined) throw new Error("series without parameters");
    const { divisors, numbers, picks, ulps } = fractions;
    if (ulps !== undefined) encodeNumbers(out, ulps, PICKS, {});
    if (picks !== undefined) encodeNumbers(out, picks, PICKS, {});
    encodeNumbers(out, numbers, parameters, {
      offsets: lead && offsetsOf(lead, entry.slope, parameters),
      weights: picks && divisorWeights(divisors, picks),
    });
  }
}

function frame(
  { startMs, stepMs, steps, series }: Chunk,
  directory: Uint8Array,
  streams: readonly Uint8Array[],
) {
  if (directory.length > MAX_DIRECTORY_BYTES) {
    throw new RangeError(`the directory has ${directory.length} bytes: at most ${MAX_DIRECTORY_BYTES}`);
  }
  const packed = pack(directory);
  const out = new ByteWriter();
  for (const byte of MAGIC) out.u8(byte);
  out.u8(VERSION);
  out.u32(0);
  out.varint(zigzag(startMs));
  out.varint(stepMs);
  out.varint(steps);
  out.varint(series.length);
  out.varint(directory.length);
  out.varint(packed.length);
  out.bytes(packed);
  for (const stream of streams) out.bytes(stream);
  out.setU32(CRC_AT, crc32(out.written(), CHECKED_FROM, out.length));
  return out.written().slice();
}

function check({ startMs, stepMs, steps, series }: Chunk): void {
  if (!Number.isSafeInteger(startMs) || Math.abs(startMs) > MAX_INSTANT_MS) {
    throw new RangeError(`startMs is ${startMs}: a whole number within +-${MAX_INSTANT_MS} expected`);
  }
  if (!Number.isSafeInteger(stepMs) || stepMs < 1) {
    throw new RangeError(`stepMs is ${stepMs}: a whole number from 1 on expected`);
  }
  if (!Number.isInteger(steps) || steps < 0 || steps > MAX_STEPS) {
    throw new RangeError(`steps is ${steps}: 0..${MAX_STEPS} expected`);
  }
  if (series.length > MAX_SERIES || series.length * steps > MAX_VALUES) {
    throw new RangeError(
      `${series.length} series of ${steps} steps: at most ${MAX_SERIES} series and ${MAX_VALUES} values`,
    );
  }
  for (const { name, values } of series) {
    if (values.length !== steps) {
      throw new RangeError(`series ${JSON.stringify(name)} has ${values.length} values: ${steps} expected`);
    }
  }
}
