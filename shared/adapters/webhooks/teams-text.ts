// Text for an Adaptive Card's TextBlock, which reads Markdown and a few functions of its own.
// Source: Adaptive Cards docs, "Text features".

/**
 * What Markdown would read as markup. No more than that, as some phones show the backslash of an escape that was not
 * needed. Underscores inside names too: CommonMark leaves them alone, some clients do not.
 */
const MARKUP = /[\\`*_]|~(?=~)|\](?=\()|<(?=[a-z/!?])/gi;

/**
 * A character reference would be decoded; `{{DATE(…)}}` would be turned into the reader's local date, before Markdown is
 * read: what keeps it from that is the backslash between its braces.
 */
const REFERENCE = /&(?=#|[a-z])|(?<=\{)\{/gi;

/** Only at the start of a line: heading, quotation, list. */
const LINE_START = /^(\d{1,9})([.)])|^[#>+-]/;

/** Shows `text` as it is. */
export function escapeCardText(text: string): string {
  return text
    .replace(MARKUP, "\\$&")
    .replace(REFERENCE, "\\$&")
    .replace(LINE_START, (start, digits: string | undefined, mark: string | undefined) =>
      digits === undefined ? `\\${start}` : `${digits}\\${mark}`,
    );
}
