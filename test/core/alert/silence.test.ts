import { describe, expect, test } from "vitest";
import { holdsBack, maintenanceText, observeMaintenance } from "#core/alert/maintenance.ts";
import { covers, firstToEnd, isActive, type Silence } from "#core/alert/silence.ts";
import { HOUR_MS, MINUTE_MS } from "#core/time.ts";
import { cluster, T0 } from "../../support/builders.ts";

const { ref } = cluster();
const ALERT = {
  check: "snat-ports",
  subject: {
    node: "aks-Pool-vmss000003",
    backendIp: "10.0.0.4",
    protocol: "tcp",
    resourceId: "/subscriptions/S/LB",
  },
};

function silence(changes: Partial<Silence>): Silence {
  return {
    id: "s",
    startsAtMs: T0,
    untilMs: T0 + HOUR_MS,
    comment: "",
    createdBy: "",
    createdAtMs: T0,
    endedAtMs: null,
    ...changes,
  };
}

test.for([
  ["nothing at all covers nothing", {}, false],
  ["a name", { cluster: ref.name.toUpperCase() }, true],
  ["a pattern", { cluster: `${ref.name.slice(0, 4)}*` }, true],
  ["another name", { cluster: "other" }, false],
  ["a part of a name", { cluster: ref.name.slice(0, 4) }, false],
  ["an id in any case", { cluster: `${ref.id.toUpperCase()}/` }, true],
  ["another id", { cluster: `${ref.id}2` }, false],
  ["a check", { check: "snat-ports" }, true],
  ["another check", { check: "snat-failures" }, false],
  ["a node in any case", { subject: { node: "AKS-pool-VMSS000003" } }, true],
  ["a resource in any case", { subject: { resourceId: "/SUBSCRIPTIONS/s/lb", protocol: "TCP" } }, true],
  ["one part that differs", { subject: { backendIp: "10.0.0.4", protocol: "udp" } }, false],
  ["a part that the alert has not", { subject: { destination: "1.2.3.4" } }, false],
  ["all of them", { cluster: "*", check: "snat-ports", subject: { backendIp: "10.0.0.4" } }, true],
  ["all but one", { cluster: "*", check: "icmp", subject: { backendIp: "10.0.0.4" } }, false],
] as const)("%s", ([, given, expected]) => {
  expect(covers(silence(given), ref, ALERT)).toBe(expected);
});

test.for([
  ["before it starts", {}, -1, false],
  ["when it starts", {}, 0, true],
  ["just before its end", {}, HOUR_MS - 1, true],
  ["at its end", {}, HOUR_MS, false],
  ["after somebody ended it", { endedAtMs: T0 + MINUTE_MS }, MINUTE_MS, false],
  ["before somebody ended it", { endedAtMs: T0 + MINUTE_MS }, MINUTE_MS - 1, true],
] as const)("active: %s", ([, changes, offsetMs, expected]) => {
  expect(isActive(silence(changes), T0 + offsetMs)).toBe(expected);
});

test.for([
  ["one that covers it", [["a", { check: "snat-ports" }, 60]], "a"],
  [
    "the last of those that cover the same",
    [
      ["a", { check: "snat-ports" }, 60],
      ["b", { cluster: "*" }, 90],
    ],
    "b",
  ],
  [
    "the first where each alert has its own",
    [
      ["a", { check: "snat-ports" }, 60],
      ["b", { check: "icmp" }, 30],
    ],
    "b",
  ],
  ["the end that somebody gave it", [["a", { cluster: "*", endedAtMs: T0 + MINUTE_MS }, 60]], "a"],
  ["none where none covers", [["a", { check: "node-pressure" }, 60]], undefined],
] as const)("the silence to end first: %s", ([, given, id]) => {
  const silences = given.map(([name, changes, minutes]) =>
    silence({ id: name, untilMs: T0 + minutes * MINUTE_MS, ...changes }),
  );
  expect(firstToEnd(silences, ref, [ALERT, { check: "icmp", subject: {} }])?.id).toBe(id);
});

describe("maintenance", () => {
  const seen = (provisioningState: string, discoveredAtMs = T0) =>
    cluster({ provisioningState, discoveredAtMs });

  test.for(["Succeeded", "succeeded", "Failed", "Canceled", "Unknown", ""])("%j is none", (state) => {
    expect(observeMaintenance({ sinceMs: T0, state: "Upgrading" }, seen(state))).toBeNull();
  });

  test.for(["Upgrading", "updating", "Scaling", "Starting", "Stopping", "Deleting", "SomethingNew"])(
    "%s is one, from when discovery saw it",
    (state) => {
      const begun = observeMaintenance(null, seen(state));
      expect(begun).toEqual({ sinceMs: T0, state });
      expect(observeMaintenance(begun, seen("Updating", T0 + HOUR_MS))?.sinceMs).toBe(T0);
    },
  );

  test("holds checks about nodes back for two hours, never connections that fail", () => {
    const upgrade = { sinceMs: T0, state: "Upgrading" };
    const held = (check: string, atMs = T0) => holdsBack(upgrade, check, atMs);
    for (const check of [
      "data-freshness",
      "snat-skew",
      "load-balancer-datapath",
      "node-pressure",
      "allocation-tier",
    ]) {
      expect(held(check)).toBe(true);
      expect(holdsBack(null, check, T0)).toBe(false);
    }
    for (const check of ["snat-ports", "snat-failures", "nat-connections", "nat-datapath", "firewall-snat"]) {
      expect(held(check)).toBe(false);
    }
    expect(held("data-freshness", T0 + 2 * HOUR_MS - 1)).toBe(true);
    expect(held("data-freshness", T0 + 2 * HOUR_MS)).toBe(false);
  });

  test.for([
    ["Upgrading", "the cluster is being upgraded, since "],
    ["STOPPING", "the cluster is being stopped, since "],
    ["ReconcilingX", "the cluster is in the state ReconcilingX, since "],
  ] as const)("%s in words", ([state, text]) => {
    expect(maintenanceText({ sinceMs: T0, state })).toContain(text);
  });
});
