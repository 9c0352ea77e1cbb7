import type { AlertLine } from "#core/notify/alert-lines.ts";
import type { Briefing } from "#core/notify/briefing.ts";
import { fitLines } from "#core/notify/fit-lines.ts";
import type { RemedyText } from "#core/notify/remedy-text.ts";
import type { MessageStatus } from "#core/notify/words.ts";
import { jsonBytes } from "./json-size.ts";
import { escapeCardText } from "./teams-text.ts";

// Teams shows Adaptive Cards up to 1.5 and drops a message over 28 KB without a word: the flow has answered 202 by
// then. Source: Teams docs, "Create Incoming Webhooks" and "Format cards".

/** Aimed at; the limit is 28 KB, and Teams adds its own envelope. */
const MAX_BYTES = 20 * 1024;

interface CardElement {
  readonly type: string;
  readonly [property: string]: unknown;
}

export interface TeamsMessage {
  readonly type: "message";
  readonly attachments: readonly {
    readonly contentType: "application/vnd.microsoft.card.adaptive";
    readonly contentUrl: null;
    readonly content: CardElement;
  }[];
}

/** Container styles, Adaptive Cards 1.2. */
const STYLE: Readonly<Record<MessageStatus, string>> = {
  critical: "attention",
  warning: "warning",
  silenced: "emphasis",
  resolved: "good",
  test: "accent",
};

export function teamsMessage(brief: Briefing): TeamsMessage {
  return fitLines(
    brief.lines.length,
    (shown) => envelope(card(brief, shown)),
    (form) => jsonBytes(form) <= MAX_BYTES,
  );
}

function envelope(content: CardElement): TeamsMessage {
  const contentType = "application/vnd.microsoft.card.adaptive";
  return { type: "message", attachments: [{ contentType, contentUrl: null, content }] };
}

function card(brief: Briefing, shown: number): CardElement {
  const more = brief.more(shown);
  return {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.5",
    fallbackText: escapeCardText(brief.title),
    msteams: { width: "Full" },
    body: [
      header(brief),
      ...brief.notes.map((note) => text(escapeCardText(note), { isSubtle: true })),
      ...(brief.cause === null ? [] : [text(`**Cause:** ${escapeCardText(brief.cause)}`)]),
      ...(brief.heading === "" ? [] : [text(brief.heading, { weight: "bolder" })]),
      ...brief.lines.slice(0, shown).map(alertBlock),
      ...(more === null ? [] : [text(escapeCardText(more), { isSubtle: true })]),
      ...(brief.remedy === null ? [] : remedyBlocks(brief.remedy)),
      {
        type: "FactSet",
        separator: true,
        facts: brief.facts.map(({ label, value }) => ({ title: label, value: escapeCardText(value) })),
      },
    ],
    actions: brief.links.map(({ label, url }) => ({ type: "Action.OpenUrl", title: label, url })),
  };
}

function header({ status, symbol, title, standing }: Briefing): CardElement {
  return {
    type: "Container",
    style: STYLE[status],
    bleed: true,
    items: [
      text(`${symbol} ${escapeCardText(title)}`, { size: "large", weight: "bolder" }),
      text(escapeCardText(standing), { spacing: "small" }),
    ],
  };
}

function alertBlock({ symbol, text: sentence, gauge }: AlertLine): CardElement {
  const items = [text(`${symbol} ${escapeCardText(sentence)}`)];
  if (gauge !== null)
    items.push(text(escapeCardText(gauge), { ...MONOSPACE, isSubtle: true, spacing: "none" }));
  return { type: "Container", spacing: "small", items };
}

function remedyBlocks({ advice, commands, leftOut }: RemedyText): CardElement[] {
  const blocks = [text(`**What to do:** ${escapeCardText(advice)}`, { separator: true })];
  if (commands.length > 0) {
    const items = commands.map((command) => text(escapeCardText(command), MONOSPACE));
    blocks.push({ type: "Container", style: "emphasis", items });
  }
  if (leftOut > 0) {
    blocks.push(text(`${leftOut} more, too long for a message: see the dashboard.`, { isSubtle: true }));
  }
  return blocks;
}

const MONOSPACE = { fontType: "monospace", size: "small" } as const;

function text(markdown: string, style: Readonly<Record<string, unknown>> = {}): CardElement {
  return { type: "TextBlock", text: markdown, wrap: true, ...style };
}
