import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { corrupt } from "./chunk-error.ts";
import { MAX_DIVISOR, MAX_DIVISORS } from "./limits.ts";
import { type Name, readNames, writeNames } from "./names.ts";
import { type Parameters, readParameters, writeParameters } from "./parameters.ts";
import { CONSTANT, hasNumbers, isPredicted, KINDS, type SeriesEntry, streamOrder } from "./series-entry.ts";
import { unzigzag, zigzag } from "./zigzag.ts";

/** Series that share one stream of bytes, consecutive in stream order. */
export interface Group {
  readonly series: number;
  readonly bytes: number;
}

/** All that is known of the series without reading a stream. */
export interface Directory {
  readonly names: readonly Name[];
  readonly series: readonly SeriesEntry[];
  readonly masks: number;
  /** Length of the stream of the masks, which is the first. */
  readonly maskBytes: number;
  readonly divisors: readonly (readonly number[])[];
  readonly parameters: readonly Parameters[];
  readonly groups: readonly Group[];
}

/** Column by column, since what is said of one series is often said of the next, or of every fifth. */
export function writeDirectory(out: ByteWriter, directory: Directory): void {
  const { names, series, masks, divisors, parameters } = directory;
  writeNames(out, names);
  for (const { kind } of series) out.u8(kind);
  out.varint(masks);
  if (masks > 0) {
    out.varint(directory.maskBytes);
    for (const { mask } of series) out.varint(mask);
  }
  for (const { kind, constant } of series) if (kind === CONSTANT) writeConstant(out, constant);
  out.varint(divisors.length);
  for (const list of divisors) {
    out.varint(list.length);
    for (const divisor of list) out.varint(divisor);
  }
  for (const { kind, divisors } of series) if (hasNumbers(kind)) out.varint(divisors);
  writeParameters(out, parameters);
  const numbers = [...series.entries()].filter(([, { kind }]) => isPredicted(kind));
  for (const [, entry] of numbers) out.varint(entry.parameters);
  // A series is not its own reference: a distance of 0 is none.
  for (const [index, { reference }] of numbers) out.varint(reference < 0 ? 0 : zigzag(index - reference));
  for (const [, { reference, slope }] of numbers) if (reference >= 0) out.varint(zigzag(slope));
  for (const group of directory.groups) {
    out.varint(group.series);
    out.varint(group.bytes);
  }
}

/**
 * @param count of series
 * @throws ChunkError for what `writeDirectory` does not write
 */
export function readDirectory(input: ByteReader, count: number): Directory {
  const names = readNames(input, count);
  const kinds = Array.from({ length: count }, () => input.varint("kind of a series", KINDS - 1));
  const masks = input.varint("masks", count);
  const maskBytes = masks === 0 ? 0 : input.varint("bytes of the masks");
  const maskOf = kinds.map(() => (masks === 0 ? 0 : input.varint("mask of a series", masks)));
  const constants = kinds.map((kind) => (kind === CONSTANT ? readConstant(input) : 0));
  const divisors = readDivisors(input, count);
  const divisorsOf = kinds.map((kind) =>
    hasNumbers(kind) ? input.varint("divisors of a series", divisors.length - 1) : 0,
  );
  const parameters = readParameters(input, count);
  const parametersOf = kinds.map((kind) =>
    isPredicted(kind) ? input.varint("parameters of a series", parameters.length - 1) : 0,
  );
  const references = kinds.map((kind, index) => {
    const distance = isPredicted(kind) ? unzigzag(input.varint("reference of a series", 2 * count)) : 0;
    return distance === 0 ? -1 : index - distance;
  });
  const slopes = references.map((reference) => (reference < 0 ? 0 : unzigzag(input.varint("slope"))));
  for (const reference of references) {
    if (reference === -1) continue;
    if (!isPredicted(kinds[reference] ?? 0) || references[reference] !== -1) {
      throw corrupt(`a series follows ${reference}, which cannot be followed`);
    }
  }
  const series = kinds.map((kind, index) => ({
    kind,
    mask: maskOf[index] ?? 0,
    constant: constants[index] ?? 0,
    divisors: divisorsOf[index] ?? 0,
    parameters: parametersOf[index] ?? 0,
    reference: references[index] ?? -1,
    slope: slopes[index] ?? 0,
  }));
  const groups: Group[] = [];
  for (let left = streamOrder(series).length; left > 0; ) {
    const members = input.varint("series of a group", left);
    if (members === 0) throw corrupt("a group without series");
    groups.push({ series: members, bytes: input.varint("bytes of a group") });
    left -= members;
  }
  return { names, series, masks, maskBytes, divisors, parameters, groups };
}

/** 0 and the double; or 1 + a whole number, zigzag, where that is the double. */
function writeConstant(out: ByteWriter, value: number): void {
  if (Number.isInteger(value) && Math.abs(value) <= MOST_CONSTANT && !Object.is(value, -0)) {
    out.varint(1 + zigzag(value));
  } else {
    out.varint(0);
    out.f64(value);
  }
}

function readConstant(input: ByteReader): number {
  const code = input.varint("a constant");
  return code === 0 ? input.f64() : unzigzag(code - 1);
}

const MOST_CONSTANT = 2 ** 50;

function readDivisors(input: ByteReader, count: number): number[][] {
  const lists = input.varint("lists of divisors", count);
  return Array.from({ length: lists }, () => {
    const length = input.varint("divisors of a list", MAX_DIVISORS);
    const list = Array.from({ length }, () => input.varint("a divisor", MAX_DIVISOR));
    if (length === 0 || list.includes(0)) throw corrupt("a list of divisors is empty or has a zero");
    return list;
  });
}
