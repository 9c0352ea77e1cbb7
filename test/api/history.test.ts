import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  createBlock,
  ensureSeries,
  type MetricName,
  type SampleBlock,
  type SeriesLabels,
} from "#core/series/sample-block.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "#core/time.ts";
import { cluster, entry, get, MINUTE_NOW_MS, member, openApi, path, type World } from "./fakes.ts";

const START_MS = MINUTE_NOW_MS - HOUR_MS; // 09:00
const START_S = START_MS / 1_000;
const A = "10.0.0.4";
const B = "10.0.0.5";

/** Used and allocated ports and connections of two nodes, from 09:00 on. */
function samples(): SampleBlock {
  const block = createBlock(START_MS, START_MS + 10 * MINUTE_MS);
  const set = (
    name: Parameters<typeof ensureSeries>[1],
    labels: Parameters<typeof ensureSeries>[2],
    values: number[],
  ) => ensureSeries(block, name, labels).values.set(values);
  const none = Number.NaN;
  for (const [backendIp, used] of [
    [A, [512, 1024, none, 256]],
    [B, [100, 200, 300, none]],
  ] as const) {
    set("usedPorts", { backendIp, frontendIp: "20.1.2.3", protocol: "tcp" }, [...used]);
    set("allocatedPorts", { backendIp, frontendIp: "20.1.2.3", protocol: "tcp" }, [1024, 2048, 1024, 1024]);
  }
  set("succeededConnections", { backendIp: A }, [10, 20, 30]);
  set("failedConnections", { backendIp: A }, [0, 2, 0]);
  return block;
}

const WORLD: World = { entries: [entry("shop")], block: samples() };
const HOUR = "from=2026-11-21T09:00:00Z&to=2026-11-21T09:05:00Z";

async function historyOf(query: string, world: World = WORLD) {
  const opened = openApi(world);
  return { ...(await get(opened, "history", query, path("shop"))), reads: opened.reads };
}

test("tells one series for each node, in columns", async () => {
  const { json, status } = await historyOf(`metric=usedPorts&${HOUR}`);
  expect(status).toBe(200);
  expect(json).toEqual({
    metric: "usedPorts",
    unit: "ports",
    by: "node",
    agg: "max",
    step: "1m",
    stepSeconds: 60,
    from: "2026-11-21T09:00:00Z",
    to: "2026-11-21T09:05:00Z",
    times: [0, 60, 120, 180, 240].map((second) => START_S + second),
    series: [
      {
        labels: { node: "aks-system-1-vmss000000", backendIp: A, protocol: "tcp" },
        values: [512, 1024, null, 256, null],
      },
      {
        labels: { node: "aks-system-1-vmss000001", backendIp: B, protocol: "tcp" },
        values: [100, 200, 300, null, null],
      },
    ],
    incomplete: false,
    faults: [],
    note: null,
  });
});

test.for([
  // Node A uses 0.5 and 0.5 of its ports: the maxima, 1024 and 2048 of other minutes, would say something else.
  ["the worst ratio of a step, not the ratio of the worst", "metric=usedRatio&step=5m", [0.5, 300 / 1024]],
  [
    "the mean of the minutes that are there",
    "metric=usedPorts&step=5m&agg=avg",
    [(512 + 1024 + 256) / 3, 200],
  ],
  ["the least", "metric=usedPorts&step=5m&agg=min", [256, 100]],
  ["connections of a whole step", "metric=attemptedConnections&step=5m&agg=sum", [62]],
  ["the ports of a cluster as a sum", "metric=usedPorts&by=cluster&step=5m", [1224]],
  ["the ratio of a cluster as its fullest node's", "metric=usedRatio&by=cluster&step=5m", [0.5]],
] as const)("tells %s", async ([, query, values]) => {
  const Answer = z.object({ series: z.array(z.object({ values: z.array(z.number().nullable()) })) });
  const { json } = await historyOf(`${query}&${HOUR}`);
  expect(Answer.parse(json).series.map((series) => series.values)).toEqual(values.map((value) => [value]));
});

test("orders nodes as a person counts, names those that the pool still has", async () => {
  const block = createBlock(START_MS, START_MS + MINUTE_MS);
  for (const backendIp of ["10.0.0.9", "10.0.0.10", "10.0.0.11"]) {
    ensureSeries(block, "failedConnections", { backendIp }).values.set([1]);
  }
  const balancer = cluster("shop").loadBalancer;
  const members = [member("node-10", "10.0.0.10"), member("node-9", "10.0.0.9"), member(null, "10.0.0.11")];
  const shop = cluster("shop", { loadBalancer: balancer && { ...balancer, members } });
  const { json } = await historyOf(`metric=failedConnections&${HOUR}`, {
    entries: [entry("shop", { cluster: shop })],
    block,
  });
  expect(json).toMatchObject({
    series: [
      { labels: { node: "node-9", backendIp: "10.0.0.9" } },
      { labels: { node: "node-10", backendIp: "10.0.0.10" } },
      { labels: { backendIp: "10.0.0.11" } },
    ],
  });
});

describe("devices", () => {
  const block = createBlock(START_MS, START_MS + 10 * MINUTE_MS);
  const set = (name: MetricName, labels: SeriesLabels, values: number[]) =>
    ensureSeries(block, name, labels).values.set(values);
  for (const [resourceId, factor] of [
    ["/nat/one", 1],
    ["/nat/two", 10],
  ] as const) {
    set("natConnections", { resourceId, protocol: "tcp" }, [100 * factor, 200 * factor]);
    set("natConnections", { resourceId, protocol: "udp" }, [factor, factor]);
    set("natDatapath", { resourceId }, [1, 1 / factor]);
  }
  const world = { ...WORLD, block };
  const none = [null, null, null];

  test("are told for the whole cluster by default: counts added, availability by the worst", async () => {
    expect((await historyOf(`metric=natConnections&${HOUR}`, world)).json).toMatchObject({
      by: "cluster",
      unit: "connections",
      series: [{ labels: {}, values: [1_111, 2_211, ...none] }],
    });
    expect((await historyOf(`metric=natDatapath&agg=min&${HOUR}`, world)).json).toMatchObject({
      series: [{ labels: {}, values: [1, 0.1, ...none] }],
    });
  });

  test("or one by one", async () => {
    const { json } = await historyOf(`metric=natConnections&by=node&${HOUR}`, world);
    expect(json).toMatchObject({
      series: [
        { labels: { resourceId: "/nat/one", protocol: "tcp" }, values: [100, 200, ...none] },
        { labels: { resourceId: "/nat/one", protocol: "udp" }, values: [1, 1, ...none] },
        { labels: { resourceId: "/nat/two", protocol: "tcp" }, values: [1_000, 2_000, ...none] },
        { labels: { resourceId: "/nat/two", protocol: "udp" }, values: [10, 10, ...none] },
      ],
    });
  });
});

test("a stored part that cannot be read makes the answer incomplete", async () => {
  const { json } = await historyOf(`metric=usedPorts&${HOUR}`, { ...WORLD, faults: ["hour 9 is damaged"] });
  expect(json).toMatchObject({ incomplete: true, faults: ["hour 9 is damaged"] });
});

test("answers 404 for a cluster that nobody knows", async () => {
  expect((await historyOf("metric=usedPorts", { entries: [] })).status).toBe(404);
});

describe("span and step", () => {
  test.for([
    ["the last day by default", "", "2026-11-20T10:00:30Z", "2026-11-21T10:00:30Z", "1m"],
    [
      "epoch seconds",
      `from=${START_S}&to=${START_S + 3600}`,
      "2026-11-21T09:00:00Z",
      "2026-11-21T10:00:00Z",
      "1m",
    ],
    ["times before now", "from=now-7d&to=-1h", "2026-11-14T10:00:30Z", "2026-11-21T09:00:30Z", "1h"],
    [
      "another zone",
      "from=2026-11-21T10:00:00%2B01:00",
      "2026-11-21T09:00:00Z",
      "2026-11-21T10:00:30Z",
      "1m",
    ],
    [
      "a zone whose plus came as a blank",
      "from=2026-11-21T10:00:00+01:00",
      "2026-11-21T09:00:00Z",
      "2026-11-21T10:00:30Z",
      "1m",
    ],
    ["three days", "from=-3d", "2026-11-18T10:00:30Z", "2026-11-21T10:00:30Z", "5m"],
    ["a year", "from=-365d", "2025-11-21T10:00:30Z", "2026-11-21T10:00:30Z", "1d"],
  ] as const)("takes %s", async ([, query, from, to, step]) => {
    expect((await historyOf(`metric=usedPorts&${query}`)).json).toMatchObject({ from, to, step });
  });

  test("steps are aligned to UTC, whatever the span is", async () => {
    const Times = z.object({ times: z.array(z.number()) });
    const { json } = await historyOf("metric=usedPorts&step=1d&from=2026-11-19T13:00:00Z");
    expect(
      Times.parse(json).times.map((second) => new Date(second * 1_000).toISOString().slice(0, 16)),
    ).toEqual(["2026-11-19T00:00", "2026-11-20T00:00", "2026-11-21T00:00"]);
  });

  test("a long span is read window by window, without gap or overlap, and no further than there is anything", async () => {
    const { reads } = await historyOf("metric=usedPorts&from=-200d&step=1m");
    const [first] = reads;
    const last = reads.at(-1);
    expect(first?.[0]).toBeGreaterThan(MINUTE_NOW_MS - 70 * DAY_MS);
    expect(last?.[1]).toBe(MINUTE_NOW_MS + MINUTE_MS);
    for (const [i, [fromMs, toMs]] of reads.entries()) {
      expect(toMs - fromMs).toBeLessThanOrEqual(7 * DAY_MS);
      if (i > 0) expect(fromMs).toBe(reads[i - 1]?.[1]);
    }
  });

  test("says what retention leaves of a long span", async () => {
    expect((await historyOf("metric=usedPorts&from=-20d&step=1m")).json).toMatchObject({
      note: "samples of one minute are kept for 14 days; older ones may be gone: step=5m goes back further",
    });
    expect((await historyOf("metric=usedPorts&from=-500d&step=1d")).json).toMatchObject({
      note: "daily values are kept for 400 days; older ones may be gone",
    });
    expect((await historyOf("metric=usedPorts&from=-399d&step=1d")).json).toMatchObject({ note: null });
  });

  test("auto takes a step that is kept for as long as the span", async () => {
    const day = "to=-19d&from=-20d";
    expect((await historyOf(`metric=usedPorts&${day}`)).json).toMatchObject({ step: "5m", note: null });
    expect((await historyOf("metric=usedPorts&to=-99d&from=-100d")).json).toMatchObject({ step: "1h" });
  });

  test("refuses more values than one answer holds, and says which step fits", async () => {
    const { json, status } = await historyOf("metric=usedPorts&from=2001-01-01T00:00:00Z&to=now&step=1m");
    expect(status).toBe(400);
    expect(json).toMatchObject({
      errors: [{ name: "step", value: "1m", expected: expect.stringMatching(/^1h or longer/) }],
    });
  });

  test("counts the series when it refuses", async () => {
    // Ten years of hours are 87,672 steps: two series fit, thirty do not.
    const span = "from=2016-11-21T00:00:00Z&to=now&step=1h";
    const block = createBlock(START_MS, START_MS + MINUTE_MS);
    for (let i = 0; i < 30; i += 1)
      ensureSeries(block, "failedConnections", { backendIp: `10.0.1.${i}` }).values.set([1]);
    expect((await historyOf(`metric=usedPorts&${span}`)).status).toBe(200);
    expect((await historyOf(`metric=failedConnections&${span}`, { ...WORLD, block })).json).toMatchObject({
      errors: [{ name: "step", expected: expect.stringMatching(/^1d or longer/) }],
    });
  });
});

test.for([
  ["metric", "usedport", "one of usedPorts, allocatedPorts"],
  ["by", "pod", "one of node, cluster"],
  ["step", "2m", "one of 1m, 5m, 1h, 1d, auto"],
  ["agg", "p95", "one of max, avg, min, sum"],
  ["format", "xml", "one of json, csv"],
  ["from", "yesterday", "RFC 3339"],
  ["from", "2026-11-21", "RFC 3339"],
  ["from", "2026-11-21T10:00:00", "RFC 3339"],
  ["from", "2026-13-41T10:00:00Z", "RFC 3339"],
  ["to", "1763719200000", "RFC 3339"],
  ["to", "+1h", "RFC 3339"],
  ["from", "now", "an instant before to="],
  ["verbose", "1", "one of the parameters metric, by, from"],
] as const)("refuses %s=%s", async ([name, value, expected]) => {
  const query = new URLSearchParams({ metric: "usedPorts", [name]: value });
  const { json, status } = await historyOf(query.toString());
  expect(status).toBe(400);
  expect(json).toMatchObject({ errors: [{ name, expected: expect.stringContaining(expected) }] });
});

test("needs a metric", async () => {
  expect((await historyOf("")).json).toMatchObject({ status: 400, errors: [{ name: "metric", value: "" }] });
});

describe("as CSV", () => {
  test("has a row for each time and node, and nothing where there was no sample", async () => {
    const { body, headers } = await historyOf(
      "metric=usedPorts&format=csv&from=2026-11-21T09:01:00Z&to=2026-11-21T09:03:00Z",
    );
    expect(headers["content-type"]).toBe("text/csv; charset=utf-8; header=present");
    expect(headers["content-disposition"]).toBe('attachment; filename="shop-usedPorts.csv"');
    expect(body).toBe(
      [
        "time,node,backendIp,protocol,value",
        `2026-11-21T09:01:00Z,aks-system-1-vmss000000,${A},tcp,1024`,
        `2026-11-21T09:01:00Z,aks-system-1-vmss000001,${B},tcp,200`,
        `2026-11-21T09:02:00Z,aks-system-1-vmss000000,${A},tcp,`,
        `2026-11-21T09:02:00Z,aks-system-1-vmss000001,${B},tcp,300`,
        "",
      ].join("\r\n"),
    );
  });

  test.for([
    ["usedRatio", "cluster", "time,protocol,value"],
    ["failedConnections", "node", "time,node,backendIp,value"],
    ["attemptedConnections", "cluster", "time,value"],
    ["firewallHealth", "cluster", "time,value"],
  ] as const)("of %s by %s has the columns %s", async ([metric, by, header]) => {
    const { body } = await historyOf(`metric=${metric}&by=${by}&format=csv&${HOUR}`);
    expect(String(body).split("\r\n")[0]).toBe(header);
  });

  test("says in a header that it is incomplete", async () => {
    const { headers } = await historyOf(`metric=usedPorts&format=csv&${HOUR}`, { ...WORLD, faults: ["x"] });
    expect(headers["x-snatwatch-incomplete"]).toBe("true");
  });
});
