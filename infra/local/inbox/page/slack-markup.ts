import { type Html, html, safeUrl } from "./html.ts";

// Slack's `mrkdwn`: code, links and calls in angle brackets, bold, italic, strike-through.

const PATTERNS: readonly { readonly at: RegExp; readonly show: (inner: string) => Html }[] = [
  { at: /^```\n?([\s\S]+?)\n?```/, show: (inner) => html`<pre>${decode(inner)}</pre>` },
  { at: /^`([^`\n]+)`/, show: (inner) => html`<code>${decode(inner)}</code>` },
  { at: /^<([^<>\n]+)>/, show: bracket },
  { at: /^\*([^*\n]+)\*(?!\w)/, show: (inner) => html`<strong>${slackMarkup(inner)}</strong>` },
  { at: /^_([^_\n]+)_(?!\w)/, show: (inner) => html`<em>${slackMarkup(inner)}</em>` },
  { at: /^~([^~\n]+)~(?!\w)/, show: (inner) => html`<s>${slackMarkup(inner)}</s>` },
];

export function slackMarkup(text: string): Html {
  const parts: Html[] = [];
  let at = 0;
  while (at < text.length) {
    const found = markAt(text, at);
    parts.push(found.html);
    at += found.length;
  }
  return html`${parts}`;
}

/** Plain text: Slack decodes its three entities here too. */
export function slackPlain(text: string): Html {
  return html`${decode(text)}`;
}

function markAt(text: string, at: number): { readonly html: Html; readonly length: number } {
  const rest = text.slice(at);
  const inWord = at > 0 && /\w/.test(text[at - 1] ?? "");
  for (const pattern of PATTERNS) {
    const [whole, inner] = pattern.at.exec(rest) ?? [];
    if (whole !== undefined && inner !== undefined && !(inWord && /^[*_~`]/.test(whole))) {
      return { html: pattern.show(inner), length: whole.length };
    }
  }
  const [run] = /^[\s\S][^`<*_~]*/.exec(rest) ?? [rest];
  return { html: html`${decode(run)}`, length: run.length };
}

/** A link, or a call of people: shown loudly, for none of our messages should hold one. */
function bracket(inner: string): Html {
  if (/^[!@#]/.test(inner)) return html`<mark class="call">${inner}</mark>`;
  const [url = "", label = url] = inner.split("|");
  return html`<a href="${safeUrl(decode(url))}" target="_blank" rel="noopener">${decode(label)}</a>`;
}

function decode(text: string): string {
  return text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
}
