import type { IncidentMessage } from "../alert/incident.ts";
import { lateText } from "./late.ts";
import { oneLine, shortenNames } from "./plain-text.ts";
import { durationText } from "./time-text.ts";
import { messageStatus } from "./words.ts";

/** Beyond this, names are cut in their middle: a phone shows about two lines of it. */
const EASY_LENGTH = 90;

/** Never longer. */
export const TITLE_MAX = 140;

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
  const full = start + headline;
  return oneLine(full.length <= EASY_LENGTH ? full : start + shortenNames(headline), TITLE_MAX);
}

/** The headline of what is over would read as if it still held. */
function headlineOf(message: IncidentMessage): string {
  if (message.kind !== "resolved") return message.headline;
  const lasted = durationText(Math.max(0, message.atMs - message.openedAtMs));
  return `over after ${lasted} (was ${message.severity})`;
}
