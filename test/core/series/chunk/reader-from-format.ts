// A reader written from shared/core/series/FORMAT.md alone, as plainly as it goes: it shares no code with the codec, knows
// sound chunks only, and is slow.

export interface ReadSeries {
  readonly name: (string | null)[];
  /** `null`: no value. */
  readonly values: (number | null)[];
}

export interface ReadChunk {
  readonly startMs: number;
  readonly stepMs: number;
  readonly steps: number;
  readonly series: ReadSeries[];
}

/** @throws Error if the bytes are no sound chunk of version 1 */
export function readChunk(bytes: Uint8Array): ReadChunk {
  const frame = new Bytes(bytes);
  const magic = String.fromCharCode(frame.byte(), frame.byte(), frame.byte());
  if (magic !== "SWC" || frame.byte() !== 1) throw new Error("not a chunk of version 1");
  const checksum = frame.byte() + 2 ** 8 * frame.byte() + 2 ** 16 * frame.byte() + 2 ** 24 * frame.byte();
  if (checksum !== crc(bytes.subarray(8))) throw new Error("the checksum does not match");
  const startMs = zigzag(frame.varint());
  const stepMs = frame.varint();
  const steps = frame.varint();
  const count = frame.varint();
  const directoryBytes = frame.varint();
  const directory = new Bytes(unpacked(frame.take(frame.varint()), directoryBytes));

  const each = <Value>(read: (index: number) => Value) =>
    Array.from({ length: count }, (_, index) => read(index));
  const list = <Value>(read: () => Value) => Array.from({ length: directory.varint() }, read);

  const names = readNames(directory, count);
  const kinds = each(() => directory.byte());
  const hasNumbers = (index: number) => [2, 3, 5].includes(kinds[index] ?? 0);
  const isPredicted = (index: number) => [3, 5].includes(kinds[index] ?? 0);
  const maskCount = directory.varint();
  const maskBytes = maskCount > 0 ? directory.varint() : 0;
  const maskIds = each(() => (maskCount > 0 ? directory.varint() : 0));
  const constants = each((index) => (kinds[index] === 1 ? readConstant(directory) : 0));
  const divisorLists = list(() => list(() => directory.varint()));
  const divisorIds = each((index) => (hasNumbers(index) ? directory.varint() : 0));
  const sets = readSets(directory);
  const setIds = each((index) => (isPredicted(index) ? directory.varint() : 0));
  const leaders = each((index) => {
    const back = isPredicted(index) ? zigzag(directory.varint()) : 0;
    return back === 0 ? null : index - back;
  });
  const slopes = each((index) => (leaders[index] === null ? 0 : zigzag(directory.varint())));
  const streamed = each((index) => index).filter((index) => (kinds[index] ?? 0) >= 2);
  const order = [
    ...streamed.filter((index) => leaders[index] === null),
    ...streamed.filter((index) => leaders[index] !== null),
  ];

  const maskStream = maskCount > 0 ? new Stream(frame.take(maskBytes)) : null;
  const masks = Array.from({ length: maskCount }, () => readMask(at(maskStream), steps));
  const everywhere = Array.from({ length: steps }, () => true);
  const maskOf = (index: number) => (maskIds[index] === 0 ? everywhere : at(masks[at(maskIds[index]) - 1]));

  const columns = each((index) => {
    const value = kinds[index] === 1 ? at(constants[index]) : null;
    return maskOf(index).map((present): number | null => (present ? value : null));
  });
  for (let done = 0; done < order.length; ) {
    const members = order.slice(done, done + directory.varint());
    done += members.length;
    const stream = new Stream(frame.take(directory.varint()));
    for (const index of members) {
      const mask = maskOf(index);
      const length = mask.filter(Boolean).length;
      const divisors = divisorLists[at(divisorIds[index])] ?? [1];
      let values: number[];
      if (kinds[index] === 2) values = readRuns(stream, length).map((number) => number / at(divisors[0]));
      else if (kinds[index] === 4) values = readDoubles(stream, length);
      else {
        const set = at(sets[at(setIds[index])]);
        const leader = leaders[index];
        const factor = at(slopes[index]) / 2 ** set.slopeShift;
        const offsets =
          leader === null || leader === undefined
            ? null
            : held(at(columns[leader]))
                .filter((_, step) => mask[step])
                .map((value) => factor * value);
        const roundings = kinds[index] === 5 ? readSequence(stream, length, FIXED, null, null) : null;
        const picks = divisors.length > 1 ? readSequence(stream, length, FIXED, null, null) : null;
        const divisorOf = (place: number) => at(divisors[picks === null ? 0 : at(picks[place])]);
        const weights = picks?.map((_, place) => divisorOf(place) / at(divisors[0])) ?? null;
        values = readSequence(stream, length, set, offsets, weights).map((number, place) =>
          moved(number / divisorOf(place), roundings?.[place] ?? 0),
        );
      }
      columns[index] = mask.map((present) => (present ? at(values.shift()) : null));
    }
    stream.end();
  }
  directory.end();
  frame.end();
  return {
    startMs,
    stepMs,
    steps,
    series: each((index) => ({ name: at(names[index]), values: at(columns[index]) })),
  };
}

/** Frequencies of the symbols of a table, and its radius. */
export function table(shape: number, row: number, phase: number): { radius: number; frequencies: number[] } {
  const distance = ((4.5 + (row % 4)) / 4) * 2 ** (Math.floor(row / 4) - 5);
  const radius = Math.min(31, Math.ceil(4 + 8 * distance));
  const width = distance * at([0.907, 1.113, 1.189, 1.223, 1.238, 1.246][shape - 1]);
  const weights: number[] = [];
  for (let r = -radius; r <= radius; r += 1) {
    const x = (r - phase / 4) / width;
    let w = 1 / (1 + (x * x) / (2 ** (shape + 1) - 1));
    for (let time = 0; time < shape; time += 1) w = w * w;
    weights.push(w);
  }
  const sum = weights.reduce((total, w) => total + w, 0);
  const frequencies = [1, ...weights.map((w) => 1 + Math.floor((w / sum) * (4096 - (2 * radius + 2))))];
  const missing = 4096 - frequencies.reduce((total, frequency) => total + frequency, 0);
  const greatest = frequencies.indexOf(Math.max(...frequencies));
  frequencies[greatest] = at(frequencies[greatest]) + missing;
  return { radius, frequencies };
}

export function crc(bytes: Iterable<number>): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum = (sum ^ byte) >>> 0;
    for (let bit = 0; bit < 8; bit += 1) sum = sum % 2 === 1 ? ((sum >>> 1) ^ 0xedb88320) >>> 0 : sum >>> 1;
  }
  return (sum ^ 0xffffffff) >>> 0;
}

interface Set {
  pull: number;
  change: number;
  changeBefore: number;
  meanShift: number;
  spreadShift: number;
  shape: number;
  firstSpread: number;
  startOrder: number;
  slopeShift: number;
}

const FIXED: Set = {
  pull: 127,
  change: 0,
  changeBefore: 0,
  meanShift: 5,
  spreadShift: 5,
  shape: 2,
  firstSpread: 4,
  startOrder: 0,
  slopeShift: 0,
};

const LEAST: Set = {
  pull: -128,
  change: -128,
  changeBefore: -128,
  meanShift: 0,
  spreadShift: 0,
  shape: 1,
  firstSpread: 0,
  startOrder: 0,
  slopeShift: 0,
};

class Bytes {
  readonly #bytes: Uint8Array;
  #next = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  byte(): number {
    return at(this.take(1)[0]);
  }

  take(count: number): Uint8Array {
    const bytes = this.#bytes.slice(this.#next, this.#next + count);
    if (bytes.length < count) throw new Error("the bytes end too soon");
    this.#next += count;
    return bytes;
  }

  varint(): number {
    let value = 0;
    for (let unit = 1; ; unit *= 128) {
      const byte = this.byte();
      value += (byte % 128) * unit;
      if (byte < 128) return value;
    }
  }

  /** How many bytes are left. */
  left(): number {
    return this.#bytes.length - this.#next;
  }

  end(): void {
    if (this.left() !== 0) throw new Error("bytes are left");
  }
}

function unpacked(packed: Uint8Array, length: number): Uint8Array {
  const input = new Bytes(packed);
  const out: number[] = [];
  while (out.length < length) {
    out.push(...input.take(input.varint()));
    if (out.length >= length) break;
    const repeated = input.varint() + 4;
    const distance = input.varint();
    for (let index = 0; index < repeated; index += 1) out.push(at(out[out.length - distance]));
  }
  input.end();
  return Uint8Array.from(out);
}

function readNames(directory: Bytes, count: number): (string | null)[][] {
  const names = Array.from({ length: count }, (): (string | null)[] => []);
  const fields = directory.varint();
  for (let field = 0; field < fields; field += 1) {
    const distances = Array.from({ length: count }, () => directory.varint());
    const column: (string | null | undefined)[] = [];
    let text = new Uint8Array(0);
    for (const [index, distance] of distances.entries()) {
      if (distance > 0) column.push(column[index - distance]);
      else {
        const head = directory.varint();
        if (head === 0) column.push(undefined);
        else if (head === 1) column.push(null);
        else {
          text = Uint8Array.from([...text.subarray(0, head - 2), ...directory.take(directory.varint())]);
          column.push(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(text));
        }
      }
      const value = column[index];
      if (value !== undefined) names[index]?.push(value);
    }
  }
  return names;
}

function readConstant(directory: Bytes): number {
  const code = directory.varint();
  if (code > 0) return zigzag(code - 1);
  return new DataView(directory.take(8).buffer).getFloat64(0, true);
}

function readSets(directory: Bytes): Set[] {
  const sets = Array.from({ length: directory.varint() }, () => ({ ...LEAST }));
  for (const set of sets) set.pull += directory.varint();
  for (const set of sets) set.change += directory.varint();
  for (const set of sets) set.changeBefore += directory.varint();
  for (const set of sets) set.meanShift += directory.varint();
  for (const set of sets) set.spreadShift += directory.varint();
  for (const set of sets) set.shape += directory.varint();
  for (const set of sets) set.firstSpread += directory.varint();
  for (const set of sets) set.startOrder += directory.varint();
  for (const set of sets) set.slopeShift += directory.varint();
  return sets;
}

class Stream {
  readonly #bytes: Bytes;
  #x: number;

  constructor(bytes: Uint8Array) {
    this.#bytes = new Bytes(bytes);
    this.#x = this.#word() + 2 ** 16 * this.#word();
  }

  raw(bits: number): number {
    if (bits > 15) return this.raw(15) + 2 ** 15 * this.raw(bits - 15);
    const value = this.#x % 2 ** bits;
    this.#become(Math.floor(this.#x / 2 ** bits));
    return value;
  }

  golomb(order: number): number {
    let n = order;
    while (this.raw(1) === 0) n += 1;
    return 2 ** n + this.raw(n) - 2 ** order;
  }

  symbol(frequencies: readonly number[]): number {
    const slot = this.#x % 4096;
    let start = 0;
    let symbol = 0;
    while (slot >= start + at(frequencies[symbol])) {
      start += at(frequencies[symbol]);
      symbol += 1;
    }
    this.#become(at(frequencies[symbol]) * Math.floor(this.#x / 4096) + slot - start);
    return symbol;
  }

  end(): void {
    this.#bytes.end();
    if (this.#x !== 2 ** 15) throw new Error("the state is not the first one");
  }

  #become(x: number): void {
    this.#x = x < 2 ** 15 ? x * 2 ** 16 + this.#word() : x;
  }

  #word(): number {
    return this.#bytes.byte() + 256 * this.#bytes.byte();
  }
}

/** Whether there is a value, for each step. */
function readMask(stream: Stream, steps: number): boolean[] {
  const order = stream.raw(6);
  const mask = Array.from({ length: stream.golomb(order) }, () => true);
  for (let present = false; mask.length < steps; present = !present) {
    const length = stream.golomb(order) + 1;
    for (let step = 0; step < length; step += 1) mask.push(present);
  }
  return mask;
}

function readRuns(stream: Stream, count: number): number[] {
  const lengthOrder = stream.raw(6);
  const jumpOrder = stream.raw(6);
  const numbers: number[] = [];
  for (let number = 0; numbers.length < count; ) {
    number += zigzag(stream.golomb(jumpOrder));
    const length = stream.golomb(lengthOrder) + 1;
    for (let time = 0; time < length; time += 1) numbers.push(number);
  }
  return numbers;
}

function readDoubles(stream: Stream, count: number): number[] {
  let pattern = 0n;
  return Array.from({ length: count }, () => {
    const length = stream.raw(4);
    const low = BigInt(stream.raw(8 * Math.min(length, 4)));
    const high = length > 4 ? BigInt(stream.raw(8 * (length - 4))) : 0n;
    pattern ^= (high << 32n) | low;
    return doubleOf(pattern);
  });
}

function readSequence(
  stream: Stream,
  count: number,
  set: Set,
  offsets: readonly number[] | null,
  weights: readonly number[] | null,
): number[] {
  const start = offsets === null ? zigzag(stream.golomb(set.startOrder)) : 0;
  let level = start;
  let before = start;
  let beforeThat = start;
  let mean = start;
  let spread = (1 + (set.firstSpread % 4) / 4) * 2 ** (Math.floor(set.firstSpread / 4) - 5);
  const numbers: number[] = [];
  for (let t = 0; t < count; t += 1) {
    const offset = offsets?.[t] ?? 0;
    const weight = weights?.[t] ?? 1;
    const predicted =
      level +
      (set.pull / 128) * (mean - level) +
      (set.change / 128) * (level - before) +
      (set.changeBefore / 128) * (before - beforeThat) +
      offset;
    const p = Math.min(Math.max(predicted * weight, -(2 ** 52)), 2 ** 52);
    let s = Math.min(spread * weight, 2 ** 50);
    let low = 0;
    for (; s >= 2 ** 20; s /= 2) low += 1;
    const u = Math.max(4, Math.floor(s * 128));
    const e = u.toString(2).length - 1;
    let row = (e - 2) * 4 + Math.floor(u / 2 ** (e - 2)) - 4;
    if (row >= 28) {
      low += e - 2 - 6;
      row = 24 + (row % 4);
    }
    const place = (p - (2 ** low - 1) / 2) / 2 ** low + 0.125;
    const middle = Math.floor(place);
    const phase = Math.floor((place - middle) * 4);

    const { radius, frequencies } = knownTable(set.shape, row, phase);
    const y = stream.symbol(frequencies);
    let high = middle + y - 1 - radius;
    if (y === 0) {
      const sign = stream.raw(1);
      const distance = radius + 1 + stream.golomb(2);
      high = sign === 1 ? middle - distance : middle + distance;
    }
    const number = high * 2 ** low + stream.raw(low);
    numbers.push(number);

    const value = number / weight;
    const rate = (shift: number) => Math.max(2 ** -shift, t < 64 ? 1 / (t + 4) : 0);
    const miss = Math.min(Math.abs(value - predicted), 4 * spread + 1);
    spread += rate(set.spreadShift) * (miss - spread);
    beforeThat = before;
    before = level;
    level = value - offset;
    mean += rate(set.meanShift) * (level - mean);
  }
  return numbers;
}

const tables = new Map<string, ReturnType<typeof table>>();

function knownTable(shape: number, row: number, phase: number): ReturnType<typeof table> {
  const key = `${shape} ${row} ${phase}`;
  const made = tables.get(key) ?? table(shape, row, phase);
  tables.set(key, made);
  return made;
}

/** A leader's values with the last one where there is none. */
function held(values: readonly (number | null)[]): number[] {
  let last = 0;
  return values.map((value) => (last = value ?? last));
}

/** The double so many patterns further. */
function moved(value: number, rounding: number): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return doubleOf(view.getBigUint64(0) + BigInt(rounding));
}

function doubleOf(pattern: bigint): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, pattern);
  return view.getFloat64(0);
}

function zigzag(code: number): number {
  return code % 2 === 0 ? code / 2 : -(code + 1) / 2;
}

function at<Value>(value: Value | null | undefined): Value {
  if (value === undefined || value === null) throw new Error("the chunk says of something that is not there");
  return value;
}
