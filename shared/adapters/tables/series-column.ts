import { crc32 } from "node:zlib";

// A column: the values of one minute, one for each series of a page, in the page's order. Version 1:
//
//   byte 0      version, 1
//   bytes 1-4   CRC-32 of what follows, little endian
//   varint      number of values; series beyond have none
//   values      0: no value. 1: a double, 8 bytes little endian. n >= 2: the whole number n - 2.
//
// Varints are unsigned LEB128. Ports and counts are whole numbers, mostly small: a column of 100 series takes about 150
// bytes without compression, whose start-up alone costs more than all of this.

const VERSION = 1;
const HEAD_BYTES = 5;
const NONE = 0;
const DOUBLE = 1;
const FIRST_INTEGER = 2;
/** Beyond this a whole number goes as a double: its varint would not be shorter, and sums stay exact. */
const MOST_INTEGER = 2 ** 48;
const MOST_VALUE_BYTES = 9;
const MOST_COUNT_BYTES = 5;

let scratch = Buffer.alloc(8192);

/** The first `count` values as bytes; NaN is "no value". */
export function encodeColumn(values: Float64Array, count: number): Buffer {
  const most = HEAD_BYTES + MOST_COUNT_BYTES + count * MOST_VALUE_BYTES;
  if (scratch.length < most) scratch = Buffer.alloc(most);
  const bytes = scratch;
  let at = putVarint(bytes, HEAD_BYTES, count);
  for (let i = 0; i < count; i += 1) {
    const value = values[i] ?? Number.NaN;
    if (Number.isNaN(value)) {
      bytes[at] = NONE;
      at += 1;
    } else if (isWhole(value)) {
      at = putVarint(bytes, at, value + FIRST_INTEGER);
    } else {
      bytes[at] = DOUBLE;
      at = bytes.writeDoubleLE(value, at + 1);
    }
  }
  bytes[0] = VERSION;
  bytes.writeUInt32LE(crc32(bytes.subarray(HEAD_BYTES, at)), 1);
  return Buffer.from(bytes.subarray(0, at));
}

/**
 * Writes the values of a column to `into`; what the column does not hold becomes NaN.
 *
 * @throws Error saying what is wrong with the bytes; `into` is then undefined
 */
export function decodeColumn(stored: Uint8Array, into: Float64Array): void {
  const bytes = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength);
  if (bytes.length < HEAD_BYTES) throw new Error(`column of ${bytes.length} bytes`);
  if (bytes[0] !== VERSION) throw new Error(`column of version ${bytes[0]}, expected ${VERSION}`);
  if (bytes.readUInt32LE(1) !== crc32(bytes.subarray(HEAD_BYTES)))
    throw new Error("column with a wrong checksum");
  const reader = { bytes, at: HEAD_BYTES };
  const count = readVarint(reader);
  if (count > into.length) throw new Error(`column of ${count} values for ${into.length} series`);
  for (let i = 0; i < count; i += 1) {
    const code = readVarint(reader);
    if (code >= FIRST_INTEGER) into[i] = code - FIRST_INTEGER;
    else into[i] = code === DOUBLE ? readDouble(reader) : Number.NaN;
  }
  if (reader.at !== bytes.length) throw new Error(`column with ${bytes.length - reader.at} bytes too many`);
  into.fill(Number.NaN, count);
}

interface Reader {
  readonly bytes: Buffer;
  at: number;
}

/** Negative zero is not: it would come back as zero. */
function isWhole(value: number): boolean {
  return value >= 0 && value < MOST_INTEGER && Math.floor(value) === value && !Object.is(value, -0);
}

function putVarint(bytes: Buffer, start: number, value: number): number {
  let at = start;
  let rest = value;
  // Division instead of shifts: shifts end at 32 bits.
  while (rest >= 0x80) {
    bytes[at] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
    at += 1;
  }
  bytes[at] = rest;
  return at + 1;
}

function readVarint(reader: Reader): number {
  let value = 0;
  let scale = 1;
  for (;;) {
    const byte = reader.bytes[reader.at];
    if (byte === undefined || scale > MOST_INTEGER * 0x80) throw new Error("column cut short");
    reader.at += 1;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return value;
    scale *= 0x80;
  }
}

function readDouble(reader: Reader): number {
  if (reader.at + 8 > reader.bytes.length) throw new Error("column cut short");
  const value = reader.bytes.readDoubleLE(reader.at);
  reader.at += 8;
  return value;
}
