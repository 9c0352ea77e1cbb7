// Text for Slack. Source: Slack docs, "Formatting text for app surfaces", Escaping text.

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** Separates `@` from the word that would call a whole channel, and is not seen. */
const WORD_JOINER = "\u2060";

/**
 * Shows `text` as it is and calls nobody: `<!channel>` and `<@U123>` are calls only with their bracket; `@here` may
 * be one where a receiver is set to look for names.
 */
export function escapeSlackText(text: string): string {
  return text
    .replace(/[&<>]/g, (character) => ENTITIES[character] ?? "")
    .replace(/@(?=here|channel|everyone|group)/gi, `@${WORD_JOINER}`);
}

/** A link in `mrkdwn`. The label is ours; the address may hold no character that ends the link. */
export function slackLink(label: string, url: string): string {
  const address = url.replace(/[<>|\s]/g, encodeURIComponent);
  return `<${escapeSlackText(address)}|${escapeSlackText(label)}>`;
}

/** Commands as a block of code. Three backticks within would end it. */
export function slackCode(lines: readonly string[]): string {
  return `\`\`\`\n${escapeSlackText(lines.join("\n").replace(/`{3,}/g, "'''"))}\n\`\`\``;
}
