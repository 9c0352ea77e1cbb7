import { expect, test } from "vitest";
import type { Alert, Severity } from "#core/alert/alert.ts";
import type { Incident } from "#core/alert/incident.ts";
import { decideNotification, unmutedFiring } from "#core/alert/notification-decision.ts";
import { HOUR_MS, MINUTE_MS } from "#core/time.ts";
import { T0 } from "../../support/builders.ts";

const POLICY = { repeatIntervalMs: 4 * HOUR_MS };

function firing(key: string, severity: Severity = "warning", changes: Partial<Alert> = {}): Alert {
  return {
    key,
    check: key.split("|")[0] ?? "",
    subject: {},
    phase: "firing",
    severity,
    activeAtMs: T0,
    firedAtMs: T0,
    clearSinceMs: null,
    lowerSinceMs: null,
    resolvedAtMs: null,
    summary: key,
    explainedBy: null,
    ...changes,
  };
}

const open: Incident = {
  id: "x-1",
  openedAtMs: T0,
  severity: "warning",
  sequence: 1,
  lastToldAtMs: T0,
  toldAlerts: ["snat-ports|a"],
};
const after = (minutes: number) => T0 + minutes * MINUTE_MS;

test.for([
  ["nothing fires, nothing was told: silence", null, [], 0, null],
  ["the first alert opens an incident", null, [firing("snat-ports|a")], 0, "opened first 1"],
  ["the same alert again is not told again", open, [firing("snat-ports|a")], 10, null],
  [
    "a rise of severity is told at once",
    open,
    [firing("snat-ports|a", "critical")],
    1,
    "escalated severity-rose 2",
  ],
  [
    "another node within the group interval waits",
    open,
    [firing("snat-ports|a"), firing("snat-ports|b")],
    4,
    null,
  ],
  [
    "... and is told when it has passed",
    open,
    [firing("snat-ports|a"), firing("snat-ports|b")],
    5,
    "updated new-alerts 2",
  ],
  [
    "fewer alerts than told is no news",
    { ...open, toldAlerts: ["snat-ports|a", "snat-ports|b"] },
    [firing("snat-ports|b")],
    30,
    null,
  ],
  ["the repeat interval reminds", open, [firing("snat-ports|a")], 240, "reminded repeat-interval 2"],
  ["one minute less does not", open, [firing("snat-ports|a")], 239, null],
  ["the last alert resolved ends it", open, [], 7, "resolved all-resolved 2"],
] as const)("%s", ([, incident, alerts, minutes, told]) => {
  const { message } = decideNotification(incident, alerts, "cluster", after(minutes), POLICY);
  const said = message === null ? null : `${message.kind} ${message.reason} ${message.incident.sequence}`;
  expect(said).toBe(told);
});

test("the same cluster and minute make the same incident id; another minute another", () => {
  const idAt = (minutes: number) =>
    decideNotification(null, [firing("snat-ports|a")], "cluster", after(minutes), POLICY).incident?.id;
  expect(idAt(0)).toBe(idAt(0));
  expect(idAt(0)).not.toBe(idAt(1));
  expect(idAt(0)).toMatch(/^[a-z0-9-]+$/);
});

test("a cause that fires mutes what it explains; once it has resolved the symptom speaks", () => {
  const symptom = firing("snat-failures|a", "critical", { explainedBy: "snat-ports" });
  const cause = firing("snat-ports|a", "critical");
  expect(unmutedFiring([cause, symptom])).toEqual([cause]);
  expect(unmutedFiring([{ ...cause, phase: "resolved" }, symptom])).toEqual([symptom]);
});
