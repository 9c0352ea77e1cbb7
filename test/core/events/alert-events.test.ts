import { expect, test } from "vitest";
import type { Alert } from "#core/alert/alert.ts";
import { alertEvents, endAlerts } from "#core/events/alert-events.ts";
import { T0 } from "../../support/builders.ts";

function alert(changes: Partial<Alert> = {}): Alert {
  return {
    key: "snat-ports|10.0.0.4||tcp||",
    check: "snat-ports",
    subject: { node: "aks-pool1-vmss000000", backendIp: "10.0.0.4", protocol: "tcp" },
    phase: "firing",
    severity: "warning",
    activeAtMs: T0 - 120_000,
    firedAtMs: T0,
    clearSinceMs: null,
    lowerSinceMs: null,
    resolvedAtMs: null,
    summary: "800 of 1,024 ports",
    explainedBy: null,
    ...changes,
  };
}

const pending = alert({ phase: "pending", firedAtMs: null });
const critical = alert({ severity: "critical" });
const resolved = alert({ phase: "resolved", resolvedAtMs: T0 });

test.for([
  ["a breach begins", [], [pending], []],
  ["a breach that does not last", [pending], [], []],
  ["it fires", [pending], [alert()], ["firing warning"]],
  ["it fires at once", [], [critical], ["firing critical"]],
  ["it fires on", [alert()], [alert({ summary: "810 of 1,024 ports" })], []],
  ["it rises", [alert()], [critical], ["escalated critical"]],
  ["it falls", [critical], [alert()], ["eased warning"]],
  ["it resolves", [critical], [alert({ ...resolved, severity: "critical" })], ["resolved ok"]],
  ["it stays resolved", [resolved], [resolved], []],
  ["it is forgotten", [resolved], [], []],
  ["it begins again", [resolved], [pending], []],
  ["it fires again", [resolved], [critical], ["firing critical"]],
] as const)("%s", ([, before, after, told]) => {
  const events = alertEvents(before, after, T0, "i1");
  expect(events.map(({ alert: { state }, severity }) => `${state} ${severity}`)).toEqual(told);
  for (const event of events) expect(event).toMatchObject({ atMs: T0, incident: "i1", check: "snat-ports" });
});

test.for([
  [{}, "snat-ports of aks-pool1-vmss000000 tcp fires"],
  [{ subject: {} }, "snat-ports fires"],
  [{ subject: { destination: "mcr.microsoft.com:443" } }, "snat-ports of mcr.microsoft.com:443 fires"],
  [{ subject: { resourceId: "/subscriptions/s/x/natGateways/ng-1" } }, "snat-ports of ng-1 fires"],
] as const)("names its subject: %j", ([changes, title]) => {
  expect(alertEvents([], [alert(changes)], T0, null)[0]?.title).toBe(title);
});

test("says what kept it from being told, and what explains it", () => {
  const [event] = alertEvents([], [alert({ silencedBy: "s1", explainedBy: "nsg-egress" })], T0, null);
  expect(event?.alert).toEqual({
    state: "firing",
    severity: "warning",
    subject: { node: "aks-pool1-vmss000000", backendIp: "10.0.0.4", protocol: "tcp" },
    activeAtMs: T0 - 120_000,
    explainedBy: "nsg-egress",
    hushed: true,
  });
});

test("what is over does not read as if it still held", () => {
  const [fires] = alertEvents([], [alert()], T0, null);
  const [over] = alertEvents([alert()], [resolved], T0, null);
  expect([fires?.detail, over?.detail]).toEqual(["800 of 1,024 ports", "last seen: 800 of 1,024 ports"]);
});

test("the end of a cluster ends what fires", () => {
  const events = endAlerts([pending, critical, resolved], T0, "i1");
  expect(events.map(({ alert: { state } }) => state)).toEqual(["resolved"]);
});

test("equal steps have equal names, different ones do not", () => {
  const other = alert({ key: "snat-ports|10.0.0.5||tcp||" });
  const ids = [
    alertEvents([], [critical], T0, null),
    alertEvents([], [other], T0, null),
    alertEvents([critical], [alert()], T0, null),
    alertEvents([], [critical], T0, "i1"),
  ].map(([event]) => event?.id);
  expect(ids[3]).toBe(ids[0]);
  expect(new Set(ids).size).toBe(3);
});
