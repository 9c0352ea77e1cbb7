import { deflateRawSync, inflateRawSync } from "node:zlib";

/** First byte of a packed value: what the rest is. Other numbers are for later forms. */
const PLAIN = 1;
const DEFLATED = 2;

/** Below this, compression costs more than it saves. */
const COMPRESS_FROM_BYTES = 1024;
/** Of a state of 10 kB the fastest level makes what the best does, nearly; a small window and little room are sooner set up. */
const FASTEST = { level: 1, windowBits: 14, memLevel: 7, chunkSize: 4096 } as const;

/** A JSON value as bytes: a form byte, then UTF-8 JSON, compressed where that pays. */
export function packJson(value: unknown): Buffer {
  return packText(JSON.stringify(value));
}

/**
 * The same for who has the JSON already.
 *
 * @param compressFrom bytes: what is written often and read seldom is better left as it is for longer
 */
export function packText(text: string, compressFrom = COMPRESS_FROM_BYTES): Buffer {
  const json = Buffer.from(text, "utf8");
  if (json.length < compressFrom) return Buffer.concat([Buffer.of(PLAIN), json]);
  return Buffer.concat([Buffer.of(DEFLATED), deflateRawSync(json, FASTEST)]);
}

/**
 * The value that `packJson` packed.
 *
 * The caller names the type: these are our own bytes, written by `packJson` of that type. The form byte and JSON itself
 * are checked, the shape is not: parsing every state against a schema each minute would cost more than storing it.
 *
 * @throws Error if the bytes are not what `packJson` makes
 */
export function unpackJson<T>(bytes: Uint8Array): T {
  const value: T = JSON.parse(unpackText(bytes));
  return value;
}

function unpackText(bytes: Uint8Array): string {
  const body = bytes.subarray(1);
  switch (bytes[0]) {
    case PLAIN:
      return Buffer.from(body).toString("utf8");
    case DEFLATED:
      return inflateRawSync(body).toString("utf8");
    default:
      throw new Error(`unknown form ${bytes[0]} of a packed value`);
  }
}
