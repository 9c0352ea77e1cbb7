import type { Severity } from "../alert/alert.ts";
import type { IncidentMessage } from "../alert/incident.ts";
import { durationText, spanText, utcText } from "./time-text.ts";

/** What a message says of its cluster; decides its colour. */
export type MessageStatus = Severity | "resolved" | "test";

export const STATUS_SYMBOL: Readonly<Record<MessageStatus, string>> = {
  critical: "🔴",
  warning: "🟠",
  resolved: "🟢",
  test: "🔵",
};

export function messageStatus(message: IncidentMessage): Severity | "resolved" {
  return message.kind === "resolved" ? "resolved" : message.severity;
}

/** Why we speak, how long it has been, and how long there is: the line below the title. */
export function standingText(message: IncidentMessage): string {
  return [reasonText(message), forecastText(message)].filter((part) => part !== "").join(" ");
}

function forecastText({ kind, exhaustionInSeconds = null }: IncidentMessage): string {
  if (kind === "resolved" || exhaustionInSeconds === null || exhaustionInSeconds < 0) return "";
  if (exhaustionInSeconds === 0) return "The first has run out.";
  return `The first runs out in ${exhaustionInSeconds < 60 ? "" : "about "}${durationText(exhaustionInSeconds * 1_000)}.`;
}

function reasonText(message: IncidentMessage): string {
  const lastedMs = Math.max(0, message.atMs - message.openedAtMs);
  const lasted = `Open for ${durationText(lastedMs)}, since ${utcText(message.openedAtMs)}.`;
  switch (message.kind) {
    case "opened":
      return `New. Since ${utcText(message.openedAtMs)}.`;
    case "escalated":
      return `Has become ${message.severity}. ${lasted}`;
    case "updated":
      return `${message.reason === "new-alerts" ? "More is affected." : "The picture has changed."} ${lasted}`;
    case "reminded":
      return `Still ${message.severity}. ${lasted}`;
    case "resolved":
      return `Was ${message.severity} for ${durationText(lastedMs)}: ${spanText(message.openedAtMs, message.atMs)}.`;
  }
}
