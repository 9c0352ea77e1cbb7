import { expect, test } from "vitest";
import { z } from "zod";
import type { Api } from "#api/create-api.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "#core/time.ts";
import { MemorySilenceStore } from "../support/memory/silence-store.ts";
import { alert, entry, get, NOW_MS, openApi, state } from "./fakes.ts";

const BODY = { cluster: "shop*", until: "2h", comment: "a load test", createdBy: "ops" };

/** The API with a clock that a test may move. */
function world() {
  const clock = { ms: NOW_MS, nowMs: () => clock.ms };
  const silences = new MemorySilenceStore();
  return { ...openApi({ silences, clock }), clock, silences };
}

async function send(api: Api, route: string, body: unknown, params: Record<string, string> = {}) {
  const response = await api.handle(route, {
    method: route === "endSilence" ? "DELETE" : "POST",
    params,
    query: [],
    headers: new Headers({ "content-type": "application/json" }),
    text: async () => (body === undefined ? "" : JSON.stringify(body)),
  });
  return { ...response, json: response.body };
}

const idOf = (json: unknown) => z.object({ id: z.string() }).parse(json).id;

test("a silence is made, listed, ended, and seen for a week", async () => {
  const opened = world();
  const { api, clock } = opened;
  const made = await send(api, "createSilence", {
    ...BODY,
    check: "icmp",
    subject: { node: "A", protocol: null },
  });
  const row = {
    id: idOf(made.json),
    state: "active",
    cluster: "shop*",
    check: "icmp",
    subject: { node: "A" },
    startsAt: "2026-11-21T10:00:30Z",
    until: "2026-11-21T12:00:30Z",
    endedAt: null,
    comment: "a load test",
    createdBy: "ops",
    createdAt: "2026-11-21T10:00:30Z",
  };
  expect(made).toMatchObject({ status: 201, json: row });
  expect((await get(opened, "silences")).json).toEqual({ silences: [row] });

  clock.ms += MINUTE_MS;
  for (let again = 0; again < 2; again += 1) {
    const ended = await send(api, "endSilence", undefined, { id: row.id });
    expect([ended.status, ended.body]).toEqual([204, ""]);
  }
  const over = { ...row, state: "expired", endedAt: "2026-11-21T10:01:30Z" };
  expect((await get(opened, "silences", "state=expired")).json).toEqual({ silences: [over] });
  expect((await get(opened, "silences", "state=active")).json).toEqual({ silences: [] });

  clock.ms += 7 * DAY_MS;
  expect((await get(opened, "silences", "state=all")).json).toEqual({ silences: [] });
});

test("what nobody silenced cannot be ended", async () => {
  const { api } = world();
  expect((await send(api, "endSilence", undefined, { id: "none" })).json).toMatchObject({ status: 404 });
});

test("a new silence sweeps out those that nobody needs any more", async () => {
  const { api, clock, silences } = world();
  await send(api, "createSilence", BODY);
  clock.ms += 2 * HOUR_MS + 7 * DAY_MS;
  await send(api, "createSilence", BODY);
  expect(await silences.list()).toHaveLength(2);
  clock.ms += 1;
  await send(api, "createSilence", BODY);
  expect(await silences.list()).toHaveLength(2);
});

test.for([
  ["a duration", "90d", "2027-02-19T10:00:30Z"],
  ["a time", "2026-11-21T13:00:00+02:00", "2026-11-21T11:00:00Z"],
] as const)("until may be %s", async ([, until, expected]) => {
  const { api } = world();
  expect((await send(api, "createSilence", { ...BODY, until })).json).toMatchObject({ until: expected });
});

const UNTIL = "a duration such as 2h, or a time to come (RFC 3339), at most 90 days ahead";

test.for([
  ["nothing to silence", { cluster: undefined }, "cluster", "", "at least one of cluster, check, subject"],
  ["an empty subject", { subject: {} }, "subject", "{}", expect.stringContaining("at least one of node")],
  [
    "an unknown part",
    { subject: { pod: "a" } },
    "subject",
    '{"pod":"a"}',
    expect.stringContaining("any of node"),
  ],
  ["a misspelt check", { check: "snat-port" }, "check", "snat-port", "the id of a check, such as snat-ports"],
  ["no check at all", { check: "zzz" }, "check", "zzz", "one of the checks snat-ports, icmp"],
  ["the past", { until: "2026-11-21T10:00:30Z" }, "until", "2026-11-21T10:00:30Z", UNTIL],
  ["no time at all", { until: "0h" }, "until", "0h", UNTIL],
  ["too far ahead", { until: "91d" }, "until", "91d", UNTIL],
  ["no zone", { until: "2026-11-22T10:00:30" }, "until", "2026-11-22T10:00:30", UNTIL],
  ["no word", { until: "tomorrow" }, "until", "tomorrow", UNTIL],
  ["no comment", { comment: " " }, "comment", " ", "a text of 1 to 1000 characters"],
  ["nobody", { createdBy: undefined }, "createdBy", "", "a text of 1 to 200 characters"],
  [
    "a field of no use",
    { starts: "1h" },
    "starts",
    "1h",
    expect.stringContaining("one of the fields cluster"),
  ],
] as const)("refuses %s", async ([, change, name, value, expected]) => {
  const { api, silences } = world();
  const refused = await send(api, "createSilence", { ...BODY, ...change });
  expect(refused).toMatchObject({ status: 400, json: { errors: [{ name, value, expected }] } });
  expect(await silences.list()).toEqual([]);
});

test("an alert names the silence that covers it, and is told by no incident", async () => {
  const incident = {
    id: "i",
    openedAtMs: NOW_MS,
    severity: "warning",
    sequence: 1,
    lastToldAtMs: NOW_MS,
  } as const;
  const alerts = [alert({ silencedBy: "s1" })];
  const opened = openApi({
    entries: [entry("shop")],
    states: [state("shop", { alerts, incident: { ...incident, toldAlerts: [] } })],
  });
  expect((await get(opened, "alerts")).json).toMatchObject({
    alerts: [{ silencedBy: "s1", incidentId: null }],
  });
});
