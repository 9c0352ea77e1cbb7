import type { Alert } from "./alert.ts";
import { type Maintenance, maintenanceText } from "./maintenance.ts";
import type { Telling } from "./notification-decision.ts";

/** What else the reader of a message should know of the minute, a sentence each. */
export function messageNotes(
  { kind, reason }: Telling,
  alerts: readonly Alert[],
  maintenance: Maintenance | null,
): string[] {
  if (reason === "cluster-stopped") return ["the cluster was stopped: nothing of it runs that could fail"];
  const firing = alerts.filter(({ phase }) => phase === "firing");
  const notes: string[] = [];
  if (maintenance !== null) notes.push(maintenanceText(maintenance));
  const held = firing.filter(({ heldBack }) => heldBack === true).length;
  if (held > 0) notes.push(`${count(held, "alert")} held back until that is over: nodes come and go`);
  // A message that is about the silence says it itself.
  const silenced =
    kind === "silenced" ? 0 : firing.filter(({ silencedBy }) => silencedBy !== undefined).length;
  if (silenced > 0) notes.push(`${count(silenced, "alert that fires", "alerts that fire")} silenced`);
  return notes;
}

function count(number: number, one: string, many = `${one}s`): string {
  return number === 1 ? `1 ${one} is` : `${number} ${many} are`;
}
