import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { corrupt } from "./chunk-error.ts";
import { MAX_FIELD_BYTES, MAX_NAME_BYTES, MAX_NAME_FIELDS } from "./limits.ts";
import { utf8Bytes, utf8Text } from "./utf8.ts";

export type Name = readonly (string | null)[];

/** How an entry of a field's dictionary begins: what it is, or 2 + how many bytes it shares with the text before it. */
const ABSENT = 0;
const NULL = 1;
const TEXT = 2;

/**
 * Names field by field, since a field has few distinct values and repeats them in step with the other series.
 *
 * For each field: one number for each series, how many series back the same value was (0: it is new), then the new
 * values in order. A name shorter than the longest one is `ABSENT` in the fields it lacks.
 *
 * @throws RangeError for a name the format cannot hold
 */
export function writeNames(out: ByteWriter, names: readonly Name[]): void {
  const fields = names.reduce((most, name) => Math.max(most, name.length), 0);
  if (fields > MAX_NAME_FIELDS) {
    throw new RangeError(`a name has ${fields} fields: at most ${MAX_NAME_FIELDS}`);
  }
  let total = 0;
  out.varint(fields);
  for (let field = 0; field < fields; field += 1) {
    const last = new Map<string | null | undefined, number>();
    const fresh: (string | null | undefined)[] = [];
    for (const [index, name] of names.entries()) {
      const value = name[field];
      const before = last.get(value);
      if (before === undefined) fresh.push(value);
      out.varint(before === undefined ? 0 : index - before);
      last.set(value, index);
    }
    total += writeValues(out, fresh);
  }
  if (total > MAX_NAME_BYTES) throw new RangeError(`names have ${total} bytes: at most ${MAX_NAME_BYTES}`);
}

/** @returns the bytes of the texts */
function writeValues(out: ByteWriter, values: readonly (string | null | undefined)[]): number {
  let previous: number[] = [];
  let total = 0;
  for (const value of values) {
    if (value === undefined) out.varint(ABSENT);
    else if (value === null) out.varint(NULL);
    else {
      if (!value.isWellFormed())
        throw new RangeError(`name field ${JSON.stringify(value)} is no Unicode text`);
      const bytes = utf8Bytes(value);
      if (bytes.length > MAX_FIELD_BYTES) {
        throw new RangeError(`a name field has ${bytes.length} bytes: at most ${MAX_FIELD_BYTES}`);
      }
      let shared = 0;
      while (shared < bytes.length && bytes[shared] === previous[shared]) shared += 1;
      out.varint(TEXT + shared);
      out.varint(bytes.length - shared);
      for (const byte of bytes.slice(shared)) out.u8(byte);
      previous = bytes;
      total += bytes.length;
    }
  }
  return total;
}

/** @throws ChunkError for what `writeNames` does not write */
export function readNames(input: ByteReader, count: number): Name[] {
  const fields = input.varint("fields of a name", MAX_NAME_FIELDS);
  const names = Array.from({ length: count }, (): (string | null)[] => []);
  let total = 0;
  for (let field = 0; field < fields; field += 1) {
    const back = Array.from({ length: count }, (_, index) => input.varint("distance of a name field", index));
    const column: (string | null | undefined)[] = [];
    let previous: readonly number[] = [];
    for (const [index, distance] of back.entries()) {
      let value = column[index - distance];
      if (distance === 0) {
        const head = input.varint("shared bytes of a name field", TEXT + previous.length);
        if (head < TEXT) value = head === NULL ? null : undefined;
        else {
          previous = readBytes(input, previous, head - TEXT);
          total += previous.length;
          if (total > MAX_NAME_BYTES) throw corrupt(`names have more than ${MAX_NAME_BYTES} bytes`);
          value = utf8Text(previous);
        }
      }
      column.push(value);
      if (value === undefined) continue;
      const name = names[index];
      if (name?.length !== field) throw corrupt(`a name has a field ${field} and lacks one before it`);
      name.push(value);
    }
  }
  return names;
}

function readBytes(input: ByteReader, previous: readonly number[], shared: number): number[] {
  const fresh = input.varint("bytes of a name field", MAX_FIELD_BYTES - shared);
  return [...previous.slice(0, shared), ...input.bytes(fresh)];
}
