import type { AlertLine } from "#core/notify/alert-lines.ts";
import type { Briefing } from "#core/notify/briefing.ts";
import { fitLines } from "#core/notify/fit-lines.ts";
import { cut } from "#core/notify/plain-text.ts";
import type { RemedyText } from "#core/notify/remedy-text.ts";
import { jsonBytes } from "./json-size.ts";
import { escapeSlackText, slackCode, slackLink } from "./slack-text.ts";

/** Slack allows 50 blocks of 3,000 characters and has refused messages of 13,200 (bolt-js issue 2509). */
const MAX_BYTES = 12_000;
const MAX_HEADER = 150;
const MAX_SECTION = 3_000;
/** Of the second line of a notification. */
const MAX_GIST = 100;

interface SlackText {
  readonly type: "plain_text" | "mrkdwn";
  readonly text: string;
  readonly emoji?: boolean;
  readonly verbatim?: boolean;
}

interface SlackBlock {
  readonly type: "header" | "section" | "context" | "divider";
  readonly text?: SlackText;
  readonly elements?: readonly SlackText[];
}

export interface SlackMessage {
  /** What a notification shows. */
  readonly text: string;
  readonly mrkdwn: false;
  readonly unfurl_links: false;
  readonly unfurl_media: false;
  readonly blocks: readonly SlackBlock[];
}

export function slackMessage(brief: Briefing): SlackMessage {
  const gist = cut(brief.cause ?? brief.standing, MAX_GIST);
  const text = escapeSlackText(`${brief.symbol} ${brief.title}\n${gist}`);
  return fitLines<SlackMessage>(
    brief.lines.length,
    (shown) => ({
      text,
      mrkdwn: false,
      unfurl_links: false,
      unfurl_media: false,
      blocks: blocks(brief, shown),
    }),
    (form) => jsonBytes(form) <= MAX_BYTES,
  );
}

function blocks(brief: Briefing, shown: number): SlackBlock[] {
  const more = brief.more(shown);
  const place = brief.facts.map(({ value }) => value).join(" · ");
  return [
    { type: "header", text: plain(`${brief.symbol} ${brief.title}`, MAX_HEADER) },
    context(plain(brief.standing)),
    ...brief.notes.map((note) => context(plain(note))),
    ...(brief.cause === null ? [] : [section(plain(`Cause: ${brief.cause}`))]),
    ...(brief.heading === "" ? [] : [section(plain(brief.heading))]),
    ...brief.lines.slice(0, shown).map((line) => section(plain(lineText(line)))),
    ...(more === null ? [] : [context(plain(more))]),
    ...(brief.remedy === null ? [] : remedyBlocks(brief.remedy)),
    context(plain(place), ...linkRow(brief)),
  ];
}

function lineText({ symbol, text, gauge }: AlertLine): string {
  return gauge === null ? `${symbol} ${text}` : `${symbol} ${text}\n${gauge}`;
}

function remedyBlocks({ advice, commands, leftOut }: RemedyText): SlackBlock[] {
  const whole = fitLines(
    commands.length,
    (shown) => commands.slice(0, shown),
    (lines) => slackCode(lines).length <= MAX_SECTION,
  );
  const missing = leftOut + commands.length - whole.length;
  return [
    { type: "divider" },
    section(plain(`What to do: ${advice}`)),
    ...(whole.length === 0 ? [] : [section(marked(slackCode(whole)))]),
    ...(missing === 0 ? [] : [context(plain(`${missing} more, too long for a message: see the dashboard.`))]),
  ];
}

function linkRow({ links }: Briefing): SlackText[] {
  return links.length === 0 ? [] : [marked(links.map(({ label, url }) => slackLink(label, url)).join(" · "))];
}

function context(...elements: SlackText[]): SlackBlock {
  return { type: "context", elements };
}

function section(text: SlackText): SlackBlock {
  return { type: "section", text };
}

/**
 * Text from outside is plain: `mrkdwn` has no way to write an asterisk or underscore that stays one. Without `emoji`,
 * the `:100:` of an IPv6 address stays what it is.
 */
function plain(text: string, maxLength = MAX_SECTION): SlackText {
  return { type: "plain_text", text: escapeWithin(text, maxLength), emoji: false };
}

/** `verbatim` keeps Slack from looking for names and channels to link. */
function marked(text: string): SlackText {
  return { type: "mrkdwn", text, verbatim: true };
}

/** Cut before it is escaped, so that no entity is cut in two; once more where escaping made it too long. */
function escapeWithin(text: string, maxLength: number): string {
  let room = maxLength;
  let escaped = escapeSlackText(cut(text, room));
  while (escaped.length > maxLength) {
    room -= escaped.length - maxLength;
    escaped = escapeSlackText(cut(text, room));
  }
  return escaped;
}
