import { describe, expect, test } from "vitest";
import { ReplayAnswer } from "#api/answers/replay.ts";
import type { AlertEvent, ClusterEvent } from "#core/events/event.ts";
import { createBlock, ensureSeries } from "#core/series/sample-block.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "#core/time.ts";
import {
  alert,
  cluster,
  entry,
  get,
  MINUTE_NOW_MS,
  member,
  openApi,
  path,
  state,
  type World,
} from "./fakes.ts";

const END_MS = MINUTE_NOW_MS - 3 * MINUTE_MS;
const HOURS = 30;
const START_MS = END_MS - HOURS * HOUR_MS;

/** 82 % for an hour, three hours before the end; else 10 %. */
const HIGH_MS = END_MS - 3 * HOUR_MS;
const block = createBlock(START_MS, END_MS);
for (const backendIp of ["10.0.0.4", "10.0.0.5"]) {
  const labels = { frontendIp: "20.1.2.3", backendIp, protocol: "tcp" as const };
  ensureSeries(block, "allocatedPorts", labels).values.fill(1_000);
  const { values } = ensureSeries(block, "usedPorts", labels);
  values.fill(100);
  if (backendIp === "10.0.0.4") {
    const at = (HIGH_MS - START_MS) / MINUTE_MS;
    values.fill(820, at, at + 60);
  }
}

const SUBJECT = { node: "aks-system-1-vmss000000", backendIp: "10.0.0.4", protocol: "tcp" };

function turn(
  minute: number,
  state: AlertEvent["alert"]["state"],
  change: Partial<AlertEvent> = {},
): ClusterEvent {
  const check = change.check ?? "snat-ports";
  return {
    ...{ kind: "alert", atMs: HIGH_MS + minute * MINUTE_MS, id: `${state}|${check}|10.0.0.4||tcp||` },
    ...{ title: "", detail: "s", severity: "warning", check, incident: "i-1", channel: null },
    alert: {
      ...{
        state,
        severity: "warning",
        subject: SUBJECT,
        activeAtMs: HIGH_MS,
        explainedBy: null,
        hushed: false,
      },
    },
    ...change,
  };
}

function told(minute: number, sequence: number, channel: string): ClusterEvent {
  return {
    ...{ kind: "notification", atMs: HIGH_MS + minute * MINUTE_MS, id: `i-1|${sequence}|${channel}` },
    ...{ title: "", detail: null, severity: "info", check: "snat-ports", incident: "i-1", channel },
    notification: { message: "opened", sequence, outcome: "delivered", tries: 1 },
  };
}

const WORLD: World = { entries: [entry("Shop")], states: [state("Shop", { throughMs: END_MS })], block };

async function ask(query: string, world: World = WORLD) {
  const { status, json } = await get(openApi(world), "replay", query, path("shop"));
  expect([status, json]).toEqual([200, expect.anything()]);
  return ReplayAnswer.parse(json);
}

describe("what these limits would have raised", () => {
  test("over the last day, with the settings as they are", async () => {
    const answer = await ask("");
    expect(answer.replayed.summary).toEqual({
      ...{ alerts: 1, criticalAlerts: 0, firingMinutes: 59, incidents: 1, messages: 2 },
    });
    expect(answer.replayed.alerts).toMatchObject([
      {
        check: "snat-ports",
        subject: { node: "aks-system-1-vmss000000", protocol: "tcp" },
        severity: "warning",
      },
    ]);
    expect(answer.limits).toMatchObject({ warnRatio: 0.75, forSeconds: 120, keepFiringForSeconds: 300 });
    expect(answer).toMatchObject({ judgedMinutes: 24 * 60 - 3, incomplete: false, note: null });
  });

  test.for([
    ["warnRatio=0.85", 0],
    ["failRatio=0.8&warnRatio=0.5", 1],
    ["for=2h", 0],
    ["from=-2h&to=-1h", 0],
  ] as const)("with %s", async ([query, alerts]) => {
    expect((await ask(query)).replayed.summary.alerts).toBe(alerts);
  });

  test("with a tag's limit where the question gives none", async () => {
    const tagged = cluster("Shop", { tags: { "snatwatch-warn-ratio": "0.85" } });
    const world = { ...WORLD, entries: [entry("Shop", { cluster: tagged })] };
    expect(await ask("", world)).toMatchObject({ limits: { warnRatio: 0.85 }, replayed: { alerts: [] } });
    expect((await ask("warnRatio=0.7", world)).replayed.summary.alerts).toBe(1);
  });

  test("reads a day at a time, and no later than what was read from Azure", async () => {
    const opened = openApi(WORLD);
    await get(opened, "replay", "from=-3d", path("shop"));
    expect(opened.reads).toHaveLength(4);
    for (const [fromMs, toMs] of opened.reads)
      expect(toMs - fromMs).toBeLessThanOrEqual(DAY_MS + HOUR_MS / 2);
    expect(opened.reads.at(-1)?.[1]).toBe(END_MS);
  });

  test("says what could not be read, and where a part is still to come", async () => {
    const behind = state("Shop", {
      throughMs: END_MS,
      backfill: [{ fromMs: START_MS - DAY_MS, toMs: START_MS + 10 * HOUR_MS, kind: "import" }],
    });
    const world = { ...WORLD, states: [behind], faults: ["hour 3"] };
    expect(await ask("", world)).toMatchObject({
      incomplete: true,
      // Of the samples, and of the time line.
      faults: ["hour 3", "hour 3"],
      note: expect.stringContaining("still to be read"),
    });
  });

  test("of a cluster without samples is nothing, and says so", async () => {
    const { block: _, ...empty } = WORLD;
    expect(await ask("", empty)).toMatchObject({
      judgedFrom: null,
      judgedMinutes: 0,
      replayed: { summary: { alerts: 0, firingMinutes: 0 } },
    });
  });
});

describe("beside it stands what was raised in fact", () => {
  const events = [
    turn(6, "firing"),
    told(7, 1, "teams"),
    told(8, 1, "slack"),
    turn(10, "firing", { check: "nsg-egress", incident: "i-2" }),
    turn(65, "resolved"),
    told(66, 2, "teams"),
  ];

  test("by the checks that are replayed, with its incidents and messages", async () => {
    const answer = await ask("", { ...WORLD, events });
    expect(answer.raised.summary).toEqual(answer.replayed.summary);
    expect(answer.raised.incidents).toEqual(answer.replayed.incidents);
    expect(answer.raised.alerts).toMatchObject([
      { check: "snat-ports", subject: SUBJECT, severity: "warning" },
    ]);
  });

  test("also what fired through the whole span, and what fires on", async () => {
    const from = new Date(HIGH_MS + 10 * MINUTE_MS).toISOString();
    const to = new Date(HIGH_MS + 30 * MINUTE_MS).toISOString();
    const through = await ask(`from=${from}&to=${to}`, { ...WORLD, events });
    expect(through.raised.summary).toMatchObject({ alerts: 1, firingMinutes: 20 });

    const firing = alert({ firedAtMs: HIGH_MS - DAY_MS, severity: "critical" });
    const lasting = await ask(`from=${from}&to=${to}`, {
      ...WORLD,
      states: [state("Shop", { throughMs: END_MS, alerts: [firing, alert({ key: "p", phase: "pending" })] })],
    });
    expect(lasting.raised.summary).toMatchObject({ alerts: 1, criticalAlerts: 1, firingMinutes: 20 });
    expect(lasting.raised.alerts[0]?.resolvedAt).toBeNull();
  });

  test("the worst that it was, whatever it is at its end", async () => {
    const rising = [
      turn(6, "firing"),
      turn(5, "escalated", {
        alert: {
          ...{ state: "escalated", severity: "critical", subject: SUBJECT, activeAtMs: HIGH_MS },
          ...{ explainedBy: null, hushed: false },
        },
      }),
      turn(30, "eased"),
      turn(65, "resolved"),
    ];
    expect((await ask("", { ...WORLD, events: rising })).raised.alerts).toMatchObject([
      { severity: "critical" },
    ]);
  });
});

describe("what cannot be asked is refused by name, value and expectation", () => {
  test.for([
    ["warnRatio=75%25", "warnRatio", "75%", "a number above 0, at most 1"],
    ["failRatio=1.5", "failRatio", "1.5", "a number above 0, at most 1"],
    ["warnRatio=0.95", "warnRatio", "0.95", "less than failRatio=0.9"],
    ["failRatio=0.5", "failRatio", "0.5", "more than warnRatio=0.75"],
    ["for=2", "for", "2", "a duration such as 30s, 5m, 2h or 14d, from 0s to 1d"],
    ["keepFiringFor=2d", "keepFiringFor", "2d", "a duration such as 30s, 5m, 2h or 14d, from 0s to 1d"],
    ["repeatInterval=1m", "repeatInterval", "1m", "a duration such as 30s, 5m, 2h or 14d, from 5m to 30d"],
    ["skewFactor=1", "skewFactor", "1", "a number above 1, at most 100"],
    ["limit=3", "limit", "3", expect.stringContaining("one of the parameters from, to, warnRatio")],
    ["from=-1h&to=-2h", "from", expect.any(String), expect.stringContaining("an instant before to=")],
  ] as const)("%s", async ([query, name, value, expected]) => {
    const { status, json } = await get(openApi(WORLD), "replay", query, path("shop"));
    expect(status).toBe(400);
    expect(json).toMatchObject({ errors: [{ name, value, expected }] });
  });

  test("a span too long for so many nodes, with what fits", async () => {
    const members = Array.from({ length: 1_000 }, (_, i) => member(null, `10.0.${i >> 8}.${i & 255}`));
    const { loadBalancer, ...rest } = cluster("Shop");
    const large = { ...rest, loadBalancer: loadBalancer && { ...loadBalancer, members } };
    const opened = openApi({ ...WORLD, entries: [entry("Shop", { cluster: large })] });
    const { status, json } = await get(opened, "replay", "from=-7d", path("shop"));
    expect(status).toBe(400);
    expect(json).toMatchObject({
      errors: [{ name: "from", expected: expect.stringMatching(/^at most 3d before to=.*1000 nodes/) }],
    });
    expect(opened.reads).toEqual([]);
  });

  test("an unknown cluster", async () => {
    expect((await get(openApi(WORLD), "replay", "", path("nobody"))).status).toBe(404);
  });
});
