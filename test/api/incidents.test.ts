import { expect, test } from "vitest";
import type { Incident, IncidentMessage } from "#core/alert/incident.ts";
import { HOUR_MS, MINUTE_MS } from "#core/time.ts";
import type { OutboxRow } from "#ports/outbox.ts";
import { cluster, entry, get, NOW_MS, openApi, state, type World } from "./fakes.ts";

const HOURS_AGO = (hours: number) => NOW_MS - hours * HOUR_MS;

function row(
  incidentId: string,
  sequence: number,
  atMs: number,
  message: Partial<IncidentMessage> = {},
  change: Partial<OutboxRow> = {},
): OutboxRow {
  return {
    channel: "ops",
    incidentId,
    sequence,
    message: {
      incidentId,
      sequence,
      kind: sequence === 1 ? "opened" : "resolved",
      reason: sequence === 1 ? "first" : "all-resolved",
      cluster: cluster("shop").ref,
      severity: "critical",
      headline: `headline ${sequence}`,
      openedAtMs: atMs,
      atMs,
      alerts: [],
      cause: null,
      remedy: null,
      leadingCheck: "snat-ports",
      ...message,
    },
    state: "delivered",
    createdAtMs: atMs + 4 * MINUTE_MS,
    attempts: 1,
    nextAttemptAtMs: atMs,
    leaseUntilMs: null,
    settledAtMs: atMs + 4 * MINUTE_MS,
    lastError: null,
    ...change,
  };
}

const OPEN: Incident = {
  id: "open",
  openedAtMs: HOURS_AGO(200),
  severity: "warning",
  sequence: 2,
  lastToldAtMs: HOURS_AGO(1),
  toldAlerts: [],
};
const late = { openedAtMs: HOURS_AGO(30) };
const WORLD: World = {
  entries: [entry("shop"), entry("bank")],
  states: [state("bank", { incident: OPEN })],
  outbox: [
    row("open", 1, HOURS_AGO(200), { cluster: cluster("bank").ref }),
    row("open", 2, HOURS_AGO(1), {
      cluster: cluster("bank").ref,
      kind: "reminded",
      reason: "repeat-interval",
      severity: "warning",
      openedAtMs: HOURS_AGO(200),
    }),
    row("past", 1, HOURS_AGO(30)),
    row(
      "past",
      1,
      HOURS_AGO(30),
      {},
      { channel: "dev", state: "dead", attempts: 3, lastError: "rejected: 410" },
    ),
    row("past", 2, HOURS_AGO(29), late, { state: "pending", settledAtMs: null, attempts: 0 }),
    row("long gone", 1, HOURS_AGO(220)),
    row("long gone", 2, HOURS_AGO(190), { openedAtMs: HOURS_AGO(220) }),
  ],
};

const idsOf = async (query: string, world = WORLD) => {
  const { json } = await get(openApi(world), "incidents", query);
  return JSON.stringify(json).match(/(?<="id":")[\w ]+(?=","cluster")/g) ?? [];
};

test("tells the thread of an incident, and where each message arrived", async () => {
  const { json } = await get(openApi(WORLD), "incidents", "cluster=SHOP");
  const { key: _, ...ref } = cluster("shop").ref;
  expect(json).toEqual({
    incidents: [
      {
        id: "past",
        cluster: ref,
        state: "resolved",
        severity: "critical",
        headline: "headline 1",
        openedAt: "2026-11-20T04:00:30Z",
        resolvedAt: "2026-11-20T05:00:30Z",
        messages: [
          {
            sequence: 1,
            kind: "opened",
            reason: "first",
            at: "2026-11-20T04:00:30Z",
            severity: "critical",
            headline: "headline 1",
            deliveries: [
              {
                channel: "dev",
                state: "dead",
                attempts: 3,
                lastError: "rejected: 410",
                settledAt: "2026-11-20T04:04:30Z",
              },
              {
                channel: "ops",
                state: "delivered",
                attempts: 1,
                lastError: null,
                settledAt: "2026-11-20T04:04:30Z",
              },
            ],
          },
          {
            sequence: 2,
            kind: "resolved",
            reason: "all-resolved",
            at: "2026-11-20T05:00:30Z",
            severity: "critical",
            headline: "headline 2",
            deliveries: [{ channel: "ops", state: "pending", attempts: 0, lastError: null, settledAt: null }],
          },
        ],
      },
    ],
  });
});

test("one that was open before the span has its whole thread", async () => {
  const { json } = await get(openApi(WORLD), "incidents", "state=open");
  expect(json).toMatchObject({
    incidents: [{ id: "open", state: "open", severity: "critical", resolvedAt: null, messages: [{}, {}] }],
  });
});

test.for([
  ["the default is a week, open ones first", "", ["open", "past"]],
  ["all of a longer time", "from=-30d", ["open", "past", "long gone"]],
  ["resolved ones", "state=resolved", ["past"]],
  ["of a pattern", "cluster=ba*", ["open"]],
  ["of an id in any case", `cluster=${cluster("bank").ref.id.toUpperCase()}`, ["open"]],
  ["of no cluster", "cluster=none", []],
  ["that were open in a past span", "from=-195h&to=-191h", ["open", "long gone"]],
  ["that were open when the span began", "from=-29h&to=-2h", ["open", "past"]],
  ["not those that opened after it", "from=-100h&to=-31h", ["open"]],
] as const)("%s", async ([, query, ids]) => {
  expect(await idsOf(query)).toEqual(ids);
});

test("without channels an open incident is known all the same, with no messages", async () => {
  const { outbox: _, ...world } = WORLD;
  expect((await get(openApi(world), "incidents")).json).toMatchObject({
    incidents: [{ id: "open", state: "open", severity: "warning", headline: "", messages: [] }],
  });
});

test("refuses a span that ends before it begins", async () => {
  const { json } = await get(openApi(WORLD), "incidents", "from=-1h&to=-2h");
  expect(json).toMatchObject({
    status: 400,
    errors: [{ name: "from", expected: "a time before 2026-11-21T08:00:30Z" }],
  });
});
