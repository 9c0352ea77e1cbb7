import { type Html, html, safeUrl } from "./html.ts";

// The Markdown that a TextBlock reads: bold, italic, links, escapes. Read as strictly as CommonMark does, so that a
// missing escape shows here as it would in Teams.

const ESCAPE = /^\\([!-/:-@[-`{-~])/;
const LINK = /^\[((?:\\.|[^\]\\])*)\]\(([^)\s]+)\)/;
const EMPHASIS = /^(\*\*|__|\*|_)(?=\S)/;

export function cardMarkdown(text: string): Html {
  const paragraphs = text.split(/\n{2,}/);
  return html`${paragraphs.map((paragraph, at) => [at === 0 ? "" : html`<br>`, inline(paragraph.replace(/\n/g, " "))])}`;
}

function inline(text: string): Html {
  const parts: Html[] = [];
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at);
    const found = token(rest, text[at - 1] ?? " ");
    parts.push(found.html);
    at += found.length;
  }
  return html`${parts}`;
}

interface Token {
  readonly html: Html;
  readonly length: number;
}

function token(rest: string, before: string): Token {
  const [whole, escaped] = ESCAPE.exec(rest) ?? [];
  if (whole !== undefined && escaped !== undefined) return { html: html`${escaped}`, length: whole.length };

  const [link, label, url] = LINK.exec(rest) ?? [];
  if (link !== undefined && label !== undefined && url !== undefined) {
    const anchor = html`<a href="${safeUrl(url)}" target="_blank" rel="noopener">${inline(label)}</a>`;
    return { html: anchor, length: link.length };
  }
  return emphasis(rest, before) ?? plain(rest);
}

/** An underscore within a word is itself. */
function emphasis(rest: string, before: string): Token | undefined {
  const [, mark] = EMPHASIS.exec(rest) ?? [];
  if (mark === undefined || (mark.startsWith("_") && /\w/.test(before))) return undefined;
  for (let end = mark.length + 1; end <= rest.length - mark.length; end += 1) {
    if (rest[end - 1] === "\\" && rest[end - 2] !== "\\") continue;
    if (!rest.startsWith(mark, end) || /\s/.test(rest[end - 1] ?? " ")) continue;
    if (mark.startsWith("_") && /\w/.test(rest[end + mark.length] ?? " ")) continue;
    const inner = inline(rest.slice(mark.length, end));
    const whole = mark.length === 2 ? html`<strong>${inner}</strong>` : html`<em>${inner}</em>`;
    return { html: whole, length: end + mark.length };
  }
  return undefined;
}

function plain(rest: string): Token {
  const [text] = /^[\s\S][^\\[*_]*/.exec(rest) ?? [rest];
  return { html: html`${text}`, length: text.length };
}
