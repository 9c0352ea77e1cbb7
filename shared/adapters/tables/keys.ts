import { createHash } from "node:crypto";

/** Stands between the parts of a row key. Never produced by `encodeKey`, so parts cannot run into each other. */
export const KEY_SEPARATOR = ":";
/** The character after the separator: the exclusive end of "everything that starts with this part". */
export const AFTER_KEY_SEPARATOR = ";";

/** A key has at most 1 KiB, which is 512 characters; what follows the name (hour, page) needs room too. */
const LONGEST_READABLE = 400;
const KEPT_OF_LONG = 300;

/**
 * Any text as a part of a partition or row key, readable for ARM ids: `/` becomes `|`, and all but letters, digits and
 * `. _ ( ) -` becomes `~` and four hex digits (one UTF-16 unit each), so different texts have different keys.
 * Beyond ASCII nothing is trusted: keys travel in URLs inside multipart bodies, and services differ in decoding those.
 * A text too long for a key keeps its start and ends in `~~` and its SHA-256.
 */
export function encodeKey(text: string): string {
  const encoded = text.replace(/[^A-Za-z0-9._()/-]/g, escapeUnit).replaceAll("/", "|");
  if (encoded.length <= LONGEST_READABLE) return encoded;
  return `${encoded.slice(0, KEPT_OF_LONG)}~~${createHash("sha256").update(text).digest("hex")}`;
}

function escapeUnit(unit: string): string {
  return `~${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
