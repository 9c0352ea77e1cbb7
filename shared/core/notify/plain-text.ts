// Text from outside (names from Azure, sentences with names in them) made safe to lay out: one line, bounded length.

/** Line breaks, tabs and control characters: they would break a title or hide the end of a sentence. */
const BREAKS = /[\p{Cc}\p{Zl}\p{Zp}\s]+/gu;

/** Invisible characters, and those that turn the direction of writing and so show another text than was sent. */
const INVISIBLE = /[\u00AD\u061C\u180E\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFEFF\u{E0000}-\u{E007F}]/gu;

const ELLIPSIS = "…";

/** `text` in one line of at most `maxLength` UTF-16 units; what is cut ends in an ellipsis. */
export function oneLine(text: string, maxLength: number): string {
  const line = text.toWellFormed().replace(BREAKS, " ").replace(INVISIBLE, "").trim();
  return cut(line, maxLength);
}

/** The start of `text`, at most `maxLength` units, never half of a surrogate pair. */
export function cut(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const kept = text.slice(0, Math.max(0, maxLength - 1));
  return `${kept.isWellFormed() ? kept : kept.slice(0, -1)}${ELLIPSIS}`;
}

const NAME_HEAD = 10;
const NAME_TAIL = 4;

/**
 * Long names cut in their middle (`aks-pool1-…0003`): their ends tell nodes apart.
 * Words up to 20 characters stay.
 */
export function shortenNames(text: string): string {
  return text
    .split(" ")
    .map((word) =>
      word.length <= 20 ? word : `${word.slice(0, NAME_HEAD)}${ELLIPSIS}${word.slice(-NAME_TAIL)}`,
    )
    .join(" ")
    .toWellFormed();
}
