import { describe, expect, test } from "vitest";
import { FROM_MS, lbId, reasons, requestFor, SUBSCRIPTION, sourceWith, TO_MS, target } from "./support.ts";

const signal = new AbortController().signal;

describe("the four questions of a read", () => {
  test("go to the region's batch host with the whole of each query", async () => {
    const { source, http } = sourceWith();
    const answers = await source.read(requestFor([target("a"), target("b")]), signal);

    expect(reasons(answers.get("a"))).toEqual([]);
    const asked = http.seen.map(({ method, url, body, headers }) => {
      expect(method).toBe("POST");
      expect(url.origin + url.pathname).toBe(
        `https://westeurope.metrics.monitor.azure.com/subscriptions/${SUBSCRIPTION}/metrics:getBatch`,
      );
      expect(body).toEqual({ resourceids: [lbId("a"), lbId("b")] });
      expect(headers["authorization"]).toBe("Bearer secret-token");
      return Object.fromEntries(url.searchParams);
    });
    const common = {
      starttime: "2026-11-21T10:00:00.000Z",
      endtime: "2026-11-21T10:04:00.000Z",
      interval: "PT1M",
      metricnamespace: "Microsoft.Network/loadBalancers",
      "api-version": "2024-02-01",
    };
    expect(asked).toEqual([
      {
        ...common,
        metricnames: "UsedSnatPorts,AllocatedSnatPorts",
        aggregation: "average",
        filter: "FrontendIPAddress eq '*' and BackendIPAddress eq '*' and ProtocolType eq '*'",
        top: "116",
      },
      {
        ...common,
        metricnames: "SnatConnectionCount",
        aggregation: "total",
        filter: "BackendIPAddress eq '*' and ConnectionState eq '*'",
        top: "124",
      },
      {
        ...common,
        metricnames: "VipAvailability",
        aggregation: "average",
        filter: "FrontendIPAddress eq '*'",
        top: "304",
      },
      {
        ...common,
        metricnames: "DipAvailability",
        aggregation: "average",
        filter: "BackendIPAddress eq '*' and BackendPort eq '*'",
        top: "108",
      },
    ]);
  });

  test("ask for health probes only where there are any", async () => {
    const { source, questions } = sourceWith();
    await source.read(requestFor([target("a", { probedPorts: 0 }), target("b")]), signal);
    expect(questions().at(-1)).toMatchObject({ metrics: ["DipAvailability"], ids: [lbId("b")] });

    const other = sourceWith();
    await other.source.read(requestFor([target("a", { probedPorts: 0 })]), signal);
    expect(other.questions()).toHaveLength(3);
  });

  test("ask nothing for an empty span or no targets", async () => {
    const { source, http } = sourceWith();
    const empty = await source.read(requestFor([target("a")], { toMs: FROM_MS }), signal);
    expect(empty.get("a")).toMatchObject({ block: { minutes: 0 }, problems: [] });
    expect((await source.read(requestFor([]), signal)).size).toBe(0);
    expect(http.seen).toEqual([]);
  });

  test.for([
    ["public", "metrics.monitor.azure.com"],
    ["usgovernment", "metrics.monitor.azure.us"],
    ["china", "metrics.monitor.azure.cn"],
  ] as const)("carry a token for the host of the cloud %s", async ([cloud, suffix]) => {
    const scopes: unknown[] = [];
    const { source, http } = sourceWith(undefined, {
      cloud,
      credential: {
        getToken: async (scope) => {
          scopes.push(scope);
          return { token: "t", expiresOnTimestamp: Date.now() + 3_600_000 };
        },
      },
    });
    await source.read(requestFor([target("a")]), signal);
    expect(http.seen[0]?.url.host).toBe(`westeurope.${suffix}`);
    expect(new Set(scopes.flat())).toEqual(new Set([`https://${suffix}/.default`]));
  });

  test("name the subscription even where the id is in capitals", async () => {
    const { source, http } = sourceWith();
    const upper = lbId("a").toUpperCase();
    const answers = await source.read(requestFor([target("a", { resourceId: upper })]), signal);
    expect(http.seen[0]?.url.pathname).toBe(`/subscriptions/${SUBSCRIPTION}/metrics:getBatch`);
    expect(reasons(answers.get("a"))).toEqual([]);
  });

  test("take the region as its name, however it is written, and refuse what is none", async () => {
    const { source, http } = sourceWith();
    await source.read(requestFor([target("a")], { region: "West Europe" }), signal);
    expect(http.seen[0]?.url.host).toBe("westeurope.metrics.monitor.azure.com");

    const count = http.seen.length;
    const answers = await source.read(requestFor([target("a")], { region: "evil.example/x" }), signal);
    expect(reasons(answers.get("a"))[0]).toBe("snatPorts:rejected");
    expect(http.seen).toHaveLength(count);
  });
});

describe("batches", () => {
  test("hold at most 50 load balancers, each once", async () => {
    const { source, questions } = sourceWith();
    const targets = Array.from({ length: 101 }, (_, at) => target(`c${at}`, { probedPorts: 0 }));
    const shared = target("twin", { resourceId: lbId("c0").toUpperCase(), probedPorts: 0 });
    const answers = await source.read(requestFor([...targets, shared]), signal);

    const sizes = questions().map(({ ids }) => ids.length);
    expect(sizes.toSorted((a, b) => a - b)).toEqual([1, 1, 1, 50, 50, 50, 50, 50, 50]);
    expect(answers.size).toBe(102);
    expect(reasons(answers.get("twin"))).toEqual([]);
    expect(answers.get("twin")?.block).toEqual(answers.get("c0")?.block);
    expect(answers.get("twin")?.block).not.toBe(answers.get("c0")?.block);
  });

  test("run at most four at a time", async () => {
    let active = 0;
    let most = 0;
    const { source } = sourceWith(async () => {
      active += 1;
      most = Math.max(most, active);
      await new Promise((resolve) => setImmediate(resolve));
      active -= 1;
      return undefined;
    });
    const targets = Array.from({ length: 300 }, (_, at) => target(`c${at}`));
    await source.read(requestFor(targets), signal);
    expect(most).toBe(4);
  });

  test("are cut in time where one load balancer is too large for one answer", async () => {
    const { source, questions } = sourceWith(({ fromMs, toMs }) => {
      expect(fromMs % 60_000).toBe(0);
      expect(toMs % 60_000).toBe(0);
      return undefined;
    });
    const day = requestFor([target("big", { nodes: 400, frontends: 2 })], { toMs: FROM_MS + 1440 * 60_000 });
    await source.read(day, signal);
    const spans = questions().filter(({ metrics }) => metrics.includes("UsedSnatPorts"));
    expect(spans.length).toBeGreaterThan(10);
    expect(spans[0]?.fromMs).toBe(FROM_MS);
    expect(spans.at(-1)?.toMs).toBe(day.toMs);
    for (const [at, { fromMs }] of spans.entries()) if (at > 0) expect(fromMs).toBe(spans[at - 1]?.toMs);
  });
});

test("counters tell each request with its size", async () => {
  const events: unknown[] = [];
  const { source } = sourceWith(undefined, { counters: (event) => events.push(event) });
  await source.read(requestFor([target("a")], { toMs: TO_MS }), signal);
  expect(events).toHaveLength(4);
  expect(events[0]).toMatchObject({ kind: "request", api: "metricsBatch", outcome: "ok" });
});
