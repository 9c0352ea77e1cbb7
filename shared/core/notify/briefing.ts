import type { IncidentMessage } from "../alert/incident.ts";
import { type AlertLine, alertLines } from "./alert-lines.ts";
import { type Link, messageLinks } from "./links.ts";
import { oneLine } from "./plain-text.ts";
import { type RemedyText, remedyText } from "./remedy-text.ts";
import { titleText } from "./title.ts";
import { type MessageStatus, messageStatus, STATUS_SYMBOL, standingText } from "./words.ts";

const CAUSE_MAX = 400;

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
  /** Heads the lines; empty where they need no heading. */
  readonly heading: string;
  /** The first alerts; a channel may show fewer, and says how many are missing with `moreText`. */
  readonly lines: readonly AlertLine[];
  readonly cause: string | null;
  readonly remedy: RemedyText | null;
  readonly facts: readonly Fact[];
  readonly links: readonly Link[];
}

export function briefing(message: IncidentMessage, baseUrl: string | null): Briefing {
  const { cluster } = message;
  const status = messageStatus(message);
  const over = status === "resolved";
  return {
    status,
    symbol: STATUS_SYMBOL[status],
    title: titleText(message),
    standing: standingText(message),
    heading: over && message.alerts.length > 0 ? "It was:" : "",
    // The trend of what is over would be one of minutes long past.
    lines: over
      ? alertLines(message.alerts).map((line) => ({ ...line, gauge: null }))
      : alertLines(message.alerts),
    cause: message.cause === null ? null : oneLine(message.cause, CAUSE_MAX),
    // What is over needs no repair, and a command that changes a cluster is not to be run for nothing.
    remedy: over || message.remedy === null ? null : remedyText(message.remedy),
    facts: [
      { label: "Cluster", value: oneLine(cluster.name, 70) },
      { label: "Resource group", value: oneLine(cluster.resourceGroup, 100) },
      { label: "Region", value: oneLine(cluster.location, 40) },
      { label: "Subscription", value: oneLine(cluster.subscriptionId, 40) },
    ],
    links: messageLinks(message, baseUrl),
  };
}
