import type { ByteReader } from "./byte-reader.ts";
import { corrupt } from "./chunk-error.ts";
import type { Directory } from "./directory.ts";
import { decodeDoubles } from "./doubles.ts";
import { toValues } from "./fractions.ts";
import { leadOf, offsetsOf } from "./lead.ts";
import { MAX_ULPS } from "./limits.ts";
import { type Mask, presentCount, readMask, spreadValues } from "./masks.ts";
import { decodeNumbers } from "./numbers.ts";
import { PICKS } from "./parameters.ts";
import { RansDecoder } from "./rans-decoder.ts";
import { decodeRuns } from "./runs.ts";
import { DOUBLES, EMPTY, NEAR_NUMBERS, RUNS, type SeriesEntry, streamOrder } from "./series-entry.ts";
import { divisorWeights } from "./weights.ts";

/** A stream, and which of its series must be decoded, in order. */
interface NeededStream {
  readonly bytes: Uint8Array;
  readonly needed: readonly number[];
  /** Whether that is all of them. */
  readonly whole: boolean;
}

/**
 * The values of the wanted series, by their index in the chunk. Others are there too if they had to be decoded.
 *
 * @param input at the first stream
 * @throws ChunkError if the streams are not what the directory says
 */
export function readSeries(
  directory: Directory,
  input: ByteReader,
  steps: number,
  wanted: readonly boolean[],
): Map<number, Float64Array> {
  const { series } = directory;
  const maskStream = input.bytes(directory.maskBytes);
  const streams = neededStreams(directory, input, wanted);
  input.end("the streams");

  let masks: readonly Mask[] | undefined;
  const maskOf = ({ mask }: SeriesEntry): Mask | null => {
    if (mask === 0) return null;
    masks ??= readMasks(maskStream, directory.masks, steps);
    return masks[mask - 1] ?? null;
  };
  const room = makeRoom(wanted, steps);
  const decoded = new Map<number, Float64Array>();
  const put = (index: number, entry: SeriesEntry, fill: (present: Float64Array) => void) => {
    const values = room(index);
    const mask = maskOf(entry);
    if (mask === null) fill(values);
    else {
      const present = new Float64Array(presentCount(mask));
      fill(present);
      spreadValues(present, mask, values);
    }
    decoded.set(index, values);
  };
  for (const { bytes, needed, whole } of streams) {
    const stream = new RansDecoder(bytes);
    for (const index of needed) {
      const entry = series[index];
      if (entry === undefined) continue;
      const leader = series[entry.reference];
      const leading = decoded.get(entry.reference);
      const lead = leader && leading && leadOf(leading, maskOf(leader), maskOf(entry));
      put(index, entry, (present) => decodeSeries(stream, directory, entry, present, lead));
    }
    if (whole) stream.end();
  }
  for (const [index, entry] of series.entries()) {
    if (wanted[index] !== true || entry.kind >= RUNS) continue;
    const value = entry.kind === EMPTY ? Number.NaN : entry.constant;
    // All are zero to begin with.
    put(index, entry, (present) => Object.is(value, 0) || present.fill(value));
  }
  return decoded;
}

/** Room for the values of a series: one allocation for all that are wanted, since there are hundreds. */
function makeRoom(wanted: readonly boolean[], steps: number): (index: number) => Float64Array {
  const all = new Float64Array(steps * wanted.filter(Boolean).length);
  let used = 0;
  return (index) => {
    if (wanted[index] !== true) return new Float64Array(steps);
    used += steps;
    return all.subarray(used - steps, used);
  };
}

function decodeSeries(
  input: RansDecoder,
  { divisors: lists, parameters: sets }: Directory,
  entry: SeriesEntry,
  present: Float64Array,
  lead: Float64Array | undefined,
): void {
  const divisors = lists[entry.divisors] ?? [];
  if (entry.kind === DOUBLES) {
    decodeDoubles(input, present);
    return;
  }
  if (entry.kind === RUNS) {
    decodeRuns(input, present);
    toValues({ divisors, numbers: present });
    return;
  }
  const parameters = sets[entry.parameters];
  if (parameters === undefined) throw corrupt("a series without parameters");
  const ulps =
    entry.kind === NEAR_NUMBERS ? readSmall(input, present.length, -MAX_ULPS, MAX_ULPS) : undefined;
  const picks = divisors.length > 1 ? readSmall(input, present.length, 0, divisors.length - 1) : undefined;
  decodeNumbers(input, present, parameters, {
    offsets: lead && offsetsOf(lead, entry.slope, parameters),
    weights: picks && divisorWeights(divisors, picks),
  });
  if (ulps?.some((places, index) => places !== 0 && present[index] === 0))
    throw corrupt("a zero that is rounded");
  toValues({ divisors, numbers: present, picks, ulps });
}

/** What is said of each number beside itself. */
function readSmall(input: RansDecoder, count: number, least: number, most: number): Float64Array {
  const numbers = new Float64Array(count);
  decodeNumbers(input, numbers, PICKS, {});
  if (numbers.some((value) => value < least || value > most)) throw corrupt("a number's divisor or rounding");
  return numbers;
}

/** The streams with anything in them that is wanted, or that a wanted series follows or stands behind. */
function neededStreams(directory: Directory, input: ByteReader, wanted: readonly boolean[]): NeededStream[] {
  const { series, groups } = directory;
  const order = streamOrder(series);
  let from = 0;
  const all = groups.map((group) => {
    const members = order.slice(from, from + group.series);
    from += group.series;
    return { members, bytes: input.bytes(group.bytes) };
  });
  const isNeeded = wanted.slice();
  const streams: NeededStream[] = [];
  // Backwards: a leader's place is before those of all that follow it.
  for (const { members, bytes } of all.reverse()) {
    let end = members.length;
    while (end > 0 && isNeeded[members[end - 1] ?? 0] !== true) end -= 1;
    if (end === 0) continue;
    const needed = members.slice(0, end);
    for (const index of needed) {
      const reference = series[index]?.reference ?? -1;
      if (reference >= 0) isNeeded[reference] = true;
    }
    streams.push({ bytes, needed, whole: end === members.length });
  }
  return streams.reverse();
}

function readMasks(bytes: Uint8Array, count: number, steps: number): Mask[] {
  const stream = new RansDecoder(bytes);
  const masks = Array.from({ length: count }, () => readMask(stream, steps));
  stream.end();
  return masks;
}
