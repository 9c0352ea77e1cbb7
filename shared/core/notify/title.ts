import type { IncidentMessage } from "../alert/incident.ts";
import { lateText } from "./late.ts";
import { groupThousands } from "./number-text.ts";
import { oneLine, shortenNames } from "./plain-text.ts";
import { durationText } from "./time-text.ts";
import { messageStatus } from "./words.ts";

/** Beyond this, names are cut in their middle: a phone shows about two lines of it. */
const EASY_LENGTH = 90;

/** Never longer: with the symbol before it, a header of Slack takes it. */
export const TITLE_MAX = 146;

/**
 * `[CRITICAL] cluster: what is wrong`. Status and cluster come first: a notification shows the start alone. Next is
 * that it is late, if it is.
 *
 * @param nowMs when it is sent
 */
export function titleText(message: IncidentMessage, nowMs: number): string {
  const late = lateText(message.atMs, nowMs);
  const start = `[${messageStatus(message).toUpperCase()}] ${oneLine(message.cluster.name, 70)}${late === null ? "" : ` (${late})`}: `;
  const headline = oneLine(headlineOf(message), 400);
  const end = othersText(message);
  const full = start + headline + end;
  if (full.length <= EASY_LENGTH) return full;
  // What is cut is the sentence, which the lines have whole, and not how many there are.
  return oneLine(start + shortenNames(headline), TITLE_MAX - end.length) + end;
}

/** The headline is of one alert. */
function othersText({ kind, alerts }: IncidentMessage): string {
  return kind === "resolved" || alerts.length < 2 ? "" : ` (+${groupThousands(alerts.length - 1)} more)`;
}

/** The headline of what is over would read as if it still held. */
function headlineOf(message: IncidentMessage): string {
  if (message.kind !== "resolved") return message.headline;
  const lasted = durationText(Math.max(0, message.atMs - message.openedAtMs));
  return `over after ${lasted} (was ${message.severity})`;
}
