import { describe, expect, test } from "vitest";
import { alertEvents } from "#core/events/alert-events.ts";
import type { ClusterEvent } from "#core/events/event.ts";
import { DAY_MS, MINUTE_MS } from "#core/time.ts";
import { change } from "../contract/event-store.ts";
import { alert, entry, get, MINUTE_NOW_MS, NOW_MS, openApi, path, type World } from "./fakes.ts";

const HEAD = { detail: null, severity: "info", check: null, incident: null, channel: null } as const;
const at = (minute: number) => ({ atMs: MINUTE_NOW_MS + minute * MINUTE_MS });
const stopped: ClusterEvent = { ...change(0), ...at(-60) };
const judged: ClusterEvent = {
  ...HEAD,
  ...at(-50),
  kind: "verdict",
  id: "verdict",
  title: "from healthy to warning: snat-ports warns",
  severity: "warning",
  verdict: { from: "healthy", to: "warning", began: [{ check: "snat-ports", outcome: "warn" }], ended: [] },
};
const fired = alertEvents([], [alert({ phase: "firing" })], MINUTE_NOW_MS - 40 * MINUTE_MS, "i1");
const told: ClusterEvent = {
  ...HEAD,
  atMs: NOW_MS - 30 * MINUTE_MS + 123,
  kind: "notification",
  id: "i1|1|ops",
  title: "ops was told: an incident has opened",
  incident: "i1",
  channel: "ops",
  notification: { message: "opened", sequence: 1, outcome: "delivered", tries: 2 },
};
const EVENTS = [stopped, judged, ...fired, told];
const WORLD: World = { entries: [entry("shop")], events: EVENTS };

const eventsOf = (query: string, world: World = WORLD) => get(openApi(world), "events", query, path("SHOP"));

test("tells all kinds on one time line, each with what a machine wants of it", async () => {
  const { status, json } = await eventsOf("");
  expect(status).toBe(200);
  expect(json).toEqual({
    from: "2026-11-14T10:00:30Z",
    to: "2026-11-21T10:00:30Z",
    incomplete: false,
    faults: [],
    events: [
      {
        ...HEAD,
        time: "2026-11-21T09:00:00Z",
        kind: "topology",
        title: "power state: running before, stopped now",
        topology: { change: "powerState", subject: null, before: "running", after: "stopped" },
      },
      {
        ...HEAD,
        time: "2026-11-21T09:10:00Z",
        kind: "verdict",
        title: "from healthy to warning: snat-ports warns",
        severity: "warning",
        verdict: {
          from: "healthy",
          to: "warning",
          began: [{ check: "snat-ports", outcome: "warn" }],
          ended: [],
        },
      },
      expect.objectContaining({
        time: "2026-11-21T09:20:00Z",
        kind: "alert",
        incident: "i1",
        check: "snat-ports",
        alert: expect.objectContaining({
          state: "firing",
          since: expect.stringMatching(/^2026-.*Z$/),
          hushed: false,
        }),
      }),
      {
        ...HEAD,
        time: "2026-11-21T09:30:30.123Z",
        kind: "notification",
        title: "ops was told: an incident has opened",
        incident: "i1",
        channel: "ops",
        notification: { message: "opened", sequence: 1, outcome: "delivered", tries: 2 },
      },
    ],
  });
});

test.for([
  ["kind=topology", 1],
  ["kind=verdict,notification", 2],
  ["from=-55m", 3],
  ["to=2026-11-21T09:10:00Z", 1],
  ["from=2026-11-21T09:10:00Z&to=2026-11-21T09:10:01Z", 1],
  ["from=-400d&to=now", 4],
  ["from=1970-01-01T00:00:00Z&to=2099-01-01T00:00:00Z", 4],
  ["from=1970-01-01T00:00:00Z&to=1971-01-01T00:00:00Z", 0],
] as const)("%s: %i", async ([query, count]) => {
  expect((await eventsOf(query)).json).toMatchObject({ events: { length: count } });
});

test("a stored event that cannot be read is named", async () => {
  const { json } = await eventsOf("", { ...WORLD, faults: ["damaged"] });
  expect(json).toMatchObject({ incomplete: true, faults: ["damaged"], events: { length: 4 } });
});

test("of more than an answer holds the newest are told, and which end goes further back", async () => {
  const many = Array.from({ length: 5_002 }, (_, second) => ({
    ...stopped,
    atMs: NOW_MS - DAY_MS + second * 1_000,
  }));
  const world = { ...WORLD, events: many };
  const { status, json } = await eventsOf("", world);
  expect(status).toBe(200);
  const further = "2026-11-20T10:00:32.001Z";
  expect(json).toMatchObject({
    events: { length: 5_000, 0: { time: "2026-11-20T10:00:32Z" } },
    incomplete: true,
    faults: [
      `there are more than 5000 events, and these are the newest; to=${further} or fewer kinds go further back`,
    ],
  });
  expect((await eventsOf(`to=${further}`, world)).json).toMatchObject({
    events: { length: 3 },
    incomplete: false,
  });
  const atOnce = many.map((event) => ({ ...event, atMs: NOW_MS - 1 }));
  expect((await eventsOf("", { ...WORLD, events: atOnce })).json).toMatchObject({
    events: { length: 5_000 },
    faults: ["there are more than 5000 events, and these are the newest; fewer kinds go further back"],
  });
});

describe("refuses", () => {
  test.for([
    ["kind=alerts", "kind", "alerts", "one or more of topology, verdict, alert, notification"],
    ["from=yesterday", "from", "yesterday", "RFC 3339"],
    ["from=now&to=-1h", "from", "2026-11-21T10:00:30Z", "before to="],
    ["limit=5", "limit", "5", "one of the parameters from, to, kind"],
  ] as const)("%s", async ([query, name, value, expected]) => {
    const { status, json } = await eventsOf(query);
    expect(status).toBe(400);
    expect(json).toMatchObject({ errors: [{ name, value, expected: expect.stringContaining(expected) }] });
  });

  test("a cluster that is not known", async () => {
    expect((await get(openApi(WORLD), "events", "", path("other"))).status).toBe(404);
  });
});
