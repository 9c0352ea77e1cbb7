import type { IncidentMessage } from "../alert/incident.ts";
import { type AlertLine, alertLines, moreText } from "./alert-lines.ts";
import { type Link, messageLinks } from "./links.ts";
import { oneLine } from "./plain-text.ts";
import { type RemedyText, remedyText } from "./remedy-text.ts";
import type { Telling } from "./telling.ts";
import { titleText } from "./title.ts";
import { type MessageStatus, messageStatus, STATUS_SYMBOL, standingText } from "./words.ts";

const CAUSE_MAX = 400;
const NOTE_MAX = 140;
const MAX_NOTES = 3;
/** Whoever silenced it knows the rest, and the others need not. */
const LINES_OF_SILENCED = 3;

interface Fact {
  readonly label: string;
  readonly value: string;
}

/** A message in plain words, before a channel gives it its markup. Every text is one line of bounded length. */
export interface Briefing {
  readonly status: MessageStatus;
  readonly symbol: string;
  readonly title: string;
  readonly standing: string;
  /** Sentences on silences and maintenance. */
  readonly notes: readonly string[];
  /** Heads the lines; empty where they need no heading. */
  readonly heading: string;
  /** The first alerts; a channel may show fewer. */
  readonly lines: readonly AlertLine[];
  /** Counts the alerts beyond the first `shown`; `null` if there are none. */
  readonly more: (shown: number) => string | null;
  readonly cause: string | null;
  readonly remedy: RemedyText | null;
  readonly facts: readonly Fact[];
  readonly links: readonly Link[];
}

/** @param mostLines alerts that become lines; absent: as many as a person reads */
export function briefing(
  message: IncidentMessage,
  { baseUrl, nowMs }: Telling,
  mostLines?: number,
): Briefing {
  const { cluster } = message;
  const status = messageStatus(message);
  const over = status === "resolved";
  const silenced = status === "silenced";
  const lines = alertLines(message.alerts, silenced ? LINES_OF_SILENCED : mostLines);
  return {
    status,
    symbol: STATUS_SYMBOL[status],
    title: titleText(message, nowMs),
    standing: standingText(message),
    notes: (message.notes ?? []).slice(0, MAX_NOTES).map((note) => capitalized(oneLine(note, NOTE_MAX))),
    heading: message.alerts.length === 0 ? "" : over ? "It was:" : silenced ? "It still fires:" : "",
    // The trend of what is over would be one of minutes long past.
    lines: over ? lines.map((line) => ({ ...line, gauge: null })) : lines,
    more: (shown) => moreText(message.alerts, shown),
    cause: message.cause === null ? null : oneLine(message.cause, CAUSE_MAX),
    // What is over needs no repair, and a command that changes a cluster is not to be run for nothing.
    remedy: over || silenced || message.remedy === null ? null : remedyText(message.remedy),
    facts: [
      { label: "Cluster", value: oneLine(cluster.name, 70) },
      { label: "Resource group", value: oneLine(cluster.resourceGroup, 100) },
      { label: "Region", value: oneLine(cluster.location, 40) },
      { label: "Subscription", value: oneLine(cluster.subscriptionId, 40) },
    ],
    links: messageLinks(message, baseUrl),
  };
}

function capitalized(sentence: string): string {
  return sentence.slice(0, 1).toUpperCase() + sentence.slice(1);
}
