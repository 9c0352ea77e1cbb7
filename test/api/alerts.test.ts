import { expect, test } from "vitest";
import { z } from "zod";
import { alert, cluster, entry, get, MINUTE_NOW_MS, NOW_MS, openApi, state, type World } from "./fakes.ts";

const MINUTE_MS = 60_000;
const INCIDENT = {
  id: "shop-29537880",
  openedAtMs: MINUTE_NOW_MS - 8 * MINUTE_MS,
  severity: "critical",
  sequence: 1,
  lastToldAtMs: MINUTE_NOW_MS - 8 * MINUTE_MS,
  toldAlerts: ["told"],
} as const;

const WORLD: World = {
  entries: [entry("shop"), entry("gone", { goneSinceMs: NOW_MS })],
  states: [
    state("shop", {
      incident: INCIDENT,
      alerts: [
        alert({ key: "resolved", phase: "resolved", resolvedAtMs: MINUTE_NOW_MS }),
        alert({ key: "told", phase: "resolved", resolvedAtMs: MINUTE_NOW_MS }),
        alert({ key: "pending", phase: "pending", firedAtMs: null }),
        alert({ key: "warning", severity: "warning" }),
        alert({ key: "young", activeAtMs: MINUTE_NOW_MS }),
        alert({ key: "old" }),
      ],
    }),
    state("gone", { alerts: [alert({ key: "of a cluster that is gone" })] }),
  ],
};

const Keys = z.object({ alerts: z.array(z.object({ key: z.string(), incidentId: z.string().nullable() })) });

async function rowsOf(query: string) {
  return Keys.parse((await get(openApi(WORLD), "alerts", query)).json).alerts;
}

test.for([
  ["what fires or is pending, worst and oldest first", "", ["old", "young", "warning", "pending"]],
  ["firing", "state=firing", ["old", "young", "warning"]],
  ["pending", "state=pending", ["pending"]],
  ["resolved", "state=resolved", ["resolved", "told"]],
  ["all", "state=all", ["old", "young", "warning", "pending", "resolved", "told"]],
] as const)("lists %s", async ([, query, keys]) => {
  expect((await rowsOf(query)).map(({ key }) => key)).toEqual(keys);
});

test("names the incident that tells of an alert, and no other", async () => {
  const incidents = Object.fromEntries(
    (await rowsOf("state=all")).map(({ key, incidentId }) => [key, incidentId]),
  );
  expect(incidents).toEqual({
    ...{ old: INCIDENT.id, young: INCIDENT.id, warning: INCIDENT.id, told: INCIDENT.id },
    ...{ pending: null, resolved: null },
  });
});

test("a row tells what the contract says", async () => {
  const { key: _, ...ref } = cluster("shop").ref;
  const opened = openApi({ entries: [entry("shop")], states: [state("shop", { alerts: [alert()] })] });
  expect((await get(opened, "alerts")).json).toEqual({
    alerts: [
      {
        cluster: ref,
        key: alert().key,
        check: "snat-ports",
        subject: alert().subject,
        state: "firing",
        severity: "critical",
        activeAt: "2026-11-21T09:50:00Z",
        firedAt: "2026-11-21T09:52:00Z",
        resolvedAt: null,
        summary: "1,000 of 1,024 ports in use",
        explainedBy: null,
        silencedBy: null,
        heldBack: false,
        incidentId: null,
      },
    ],
  });
});

test("refuses a state that is none", async () => {
  const { json } = await get(openApi(WORLD), "alerts", "state=open");
  expect(json).toMatchObject({
    status: 400,
    errors: [{ name: "state", value: "open", expected: "one of pending, firing, resolved, all" }],
  });
});
