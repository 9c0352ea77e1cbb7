import { describe, expect, test } from "vitest";
import { NO_DENIALS } from "#core/denials/denial-memory.ts";
import { HOUR_MS, MINUTE_MS } from "#core/time.ts";
import { denial } from "../support/builders.ts";
import { cluster, entry, get, MINUTE_NOW_MS, openApi, path, state, type World } from "./fakes.ts";

const AT = MINUTE_NOW_MS - HOUR_MS; // 09:00

const DENIALS = [
  denial({ spanMs: AT, destination: "ads.example.com", count: 500 }),
  denial({ spanMs: AT, destination: "mcr.microsoft.com", count: 3, sources: ["10.0.0.4"] }),
  denial({ spanMs: AT + 5 * MINUTE_MS, destination: "mcr.microsoft.com", count: 4, sources: ["10.0.0.5"] }),
  denial({ spanMs: AT + 5 * MINUTE_MS, destination: "security.ubuntu.com", port: 80, count: 9 }),
];
const WORLD: World = { entries: [entry("shop")], denials: DENIALS };

async function denialsOf(query: string, world: World = WORLD) {
  return get(openApi(world), "denials", query, path("shop"));
}

test("sums over spans, those that AKS needs first, then the most frequent", async () => {
  const { status, json } = await denialsOf("");
  expect(status).toBe(200);
  expect(json).toMatchObject({
    lines: 3,
    total: 516,
    complete: true,
    faults: [],
    denials: [
      {
        destination: "mcr.microsoft.com",
        port: 443,
        protocol: "https",
        kind: "application",
        count: 7,
        sources: ["10.0.0.4", "10.0.0.5"],
        sourceCount: 2,
        rule: null,
        required: true,
        firstSeen: "2026-11-21T09:00:00Z",
        lastSeen: "2026-11-21T09:09:00Z",
      },
      { destination: "ads.example.com", count: 500, required: false },
      { destination: "security.ubuntu.com", count: 9, required: false },
    ],
  });
});

test("the total is of all lines, whatever the limit", async () => {
  const { json } = await denialsOf("limit=1");
  expect(json).toMatchObject({ denials: [{ destination: "mcr.microsoft.com" }], lines: 3, total: 516 });
});

test("counts whole spans of the time asked for", async () => {
  const { json } = await denialsOf("from=2026-11-21T09:06:00Z&to=2026-11-21T09:07:00Z");
  expect(json).toMatchObject({
    from: "2026-11-21T09:05:00Z",
    to: "2026-11-21T09:10:00Z",
    lines: 2,
    total: 13,
  });
});

test("Azure's own list of the cluster decides what is required", async () => {
  const made = cluster("shop");
  const listed = {
    category: "x",
    destination: "ads.example.com",
    port: 443,
    protocol: "https",
    description: null,
  };
  const own = { ...made, network: { ...made.network, requiredEndpoints: [listed] } };
  const { json } = await denialsOf("limit=1", { ...WORLD, entries: [entry("shop", { cluster: own })] });
  expect(json).toMatchObject({ denials: [{ destination: "ads.example.com", required: true }] });
});

test("no denial of logs that were never read is told apart from none", async () => {
  const throughMs = MINUTE_NOW_MS - 5 * MINUTE_MS;
  const read = state("shop", { denials: { ...NO_DENIALS, sinceMs: throughMs - HOUR_MS, throughMs } });
  const empty = { entries: [entry("shop")], denials: [] };
  expect((await denialsOf("", empty)).json).toMatchObject({ denials: [], logsReadThrough: null });
  expect((await denialsOf("", { ...empty, states: [read] })).json).toMatchObject({
    denials: [],
    logsReadThrough: "2026-11-21T09:55:00Z",
  });
});

test("a stored part that cannot be read is named", async () => {
  const { json } = await denialsOf("", { ...WORLD, faults: ["damaged"] });
  expect(json).toMatchObject({ complete: false, faults: ["damaged"] });
});

describe("refuses", () => {
  test.for([
    ["limit=0", "limit", "0", "a whole number from 1 to 1000"],
    ["limit=1001", "limit", "1001", "a whole number from 1 to 1000"],
    ["from=yesterday", "from", "yesterday", "RFC 3339"],
    ["from=2026-11-21T09:00:00Z&to=2026-11-21T09:00:00Z", "from", "2026-11-21T09:00:00Z", "before to="],
    ["metric=x", "metric", "x", "one of the parameters from, to, limit"],
  ])("%s", async ([query, name, value, expected]) => {
    const { status, json } = await denialsOf(query ?? "");
    expect(status).toBe(400);
    expect(json).toMatchObject({
      errors: [{ name, value, expected: expect.stringContaining(expected ?? "") }],
    });
  });

  test("a cluster that is not known", async () => {
    expect((await get(openApi(WORLD), "denials", "", path("other"))).status).toBe(404);
  });
});
