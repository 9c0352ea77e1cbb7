import { corrupt } from "./chunk-error.ts";

/** @param text well-formed: no half of a surrogate pair alone */
export function utf8Bytes(text: string): number[] {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), tail(code));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), tail(code >> 6), tail(code));
    else bytes.push(0xf0 | (code >> 18), tail(code >> 12), tail(code >> 6), tail(code));
  }
  return bytes;
}

/** @throws ChunkError if the bytes are not well-formed, shortest-form UTF-8 */
export function utf8Text(bytes: ArrayLike<number>): string {
  let text = "";
  for (let at = 0; at < bytes.length; ) {
    const lead = bytes[at] ?? 0;
    const more =
      lead < 0x80 ? 0 : lead < 0xc2 ? -1 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : lead < 0xf5 ? 3 : -1;
    if (more < 0) throw corrupt(`0x${lead.toString(16)} begins no character of a name`);
    let code = more === 0 ? lead : lead & (0x3f >> more);
    for (let index = 1; index <= more; index += 1) {
      const byte = bytes[at + index] ?? 0;
      if ((byte & 0xc0) !== 0x80) throw corrupt("a character of a name is cut short");
      code = (code << 6) | (byte & 0x3f);
    }
    if (code < (LEAST[more] ?? 0) || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) {
      throw corrupt(`0x${code.toString(16)} is no character of a name`);
    }
    text += String.fromCodePoint(code);
    at += 1 + more;
  }
  return text;
}

/** The least character that needs so many bytes after its first. */
const LEAST = [0, 0x80, 0x800, 0x10000];

function tail(code: number): number {
  return 0x80 | (code & 0x3f);
}
