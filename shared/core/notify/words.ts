import type { Severity } from "../alert/alert.ts";
import type { IncidentMessage } from "../alert/incident.ts";
import { oneLine } from "./plain-text.ts";
import { durationText, momentText, spanText, utcText } from "./time-text.ts";

const NAME_MAX = 60;
const COMMENT_MAX = 140;

/** What a message says of its cluster; decides its colour. */
export type MessageStatus = Severity | "silenced" | "resolved" | "test";

export const STATUS_SYMBOL: Readonly<Record<MessageStatus, string>> = {
  critical: "🔴",
  warning: "🟠",
  silenced: "🔕",
  resolved: "🟢",
  test: "🔵",
};

export function messageStatus({ kind, severity }: IncidentMessage): Exclude<MessageStatus, "test"> {
  return kind === "resolved" || kind === "silenced" ? kind : severity;
}

/** Why we speak, how long it has been, and how long there is: the line below the title. */
export function standingText(message: IncidentMessage): string {
  return [reasonText(message), forecastText(message)].filter((part) => part !== "").join(" ");
}

function forecastText({ kind, exhaustionInSeconds = null }: IncidentMessage): string {
  if (kind === "resolved" || kind === "silenced" || exhaustionInSeconds === null || exhaustionInSeconds < 0)
    return "";
  if (exhaustionInSeconds === 0) return "SNAT ports have run out.";
  return `SNAT ports run out in ${exhaustionInSeconds < 60 ? "" : "about "}${durationText(exhaustionInSeconds * 1_000)}.`;
}

/** What has changed, by the reason of an update. */
const CHANGES: Readonly<Partial<Record<string, string>>> = {
  "new-alerts": "More is affected.",
  "severity-fell": "Is a warning now, no longer critical.",
  "cause-changed": "The cause is known now.",
  "silence-ended": "No longer silenced.",
  "maintenance-ended": "The maintenance is over, and it still fires.",
};

function reasonText(message: IncidentMessage): string {
  const lastedMs = Math.max(0, message.atMs - message.openedAtMs);
  const lasted = `Open for ${durationText(lastedMs)}, since ${utcText(message.openedAtMs)}.`;
  switch (message.kind) {
    case "opened":
      return `New. Since ${utcText(message.openedAtMs)}.`;
    case "escalated":
      return `Has become ${message.severity}. ${lasted}`;
    case "updated":
      return `${CHANGES[message.reason] ?? "The picture has changed."} ${lasted}`;
    case "silenced":
      return `${silenceText(message)} Still ${message.severity}. ${lasted}`;
    case "reminded":
      return `Still ${message.severity}. ${lasted}`;
    case "resolved":
      return `Lasted ${durationText(lastedMs)}: ${spanText(message.openedAtMs, message.atMs)}.`;
  }
}

function silenceText({ silence, atMs }: IncidentMessage): string {
  if (silence === undefined) return "Silenced.";
  const { createdBy, comment, endMs } = silence;
  const until = momentText(endMs, atMs);
  return `Silenced until ${until} by ${oneLine(createdBy, NAME_MAX)}: “${oneLine(comment, COMMENT_MAX)}”.`;
}
