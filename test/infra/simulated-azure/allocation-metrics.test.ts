// Allocations that change, and paths on which the load balancer's ports are not in use.

import { expect, test } from "vitest";
import { arm, type Client, type Json, open, PER_NODE, span, values } from "./support.ts";

async function balancer(client: Client, cluster: string): Promise<string> {
  const ids = await client.ids("Microsoft.Network/loadBalancers");
  return ids.find((id) => id.includes(cluster)) ?? "";
}

/** Ports of the first node, by frontend, in TCP. */
async function firstNode(
  client: Client,
  cluster: string,
  metricnames: string,
  minutes: readonly [number, number],
): Promise<(number | null)[][]> {
  const series = await client.series(await balancer(client, cluster), {
    metricnames,
    filter: PER_NODE,
    top: "1000",
    ...span(...minutes),
  });
  const tcp = series.filter(({ labels }) => labels["protocoltype"] === "TCP");
  const [{ labels } = { labels: {} as Json }] = tcp;
  return tcp
    .filter((item) => item.labels["backendipaddress"] === labels["backendipaddress"])
    .map((item) => values(item));
}

test("a reset of the ports shows in the metric from its minute on, not before", async () => {
  const client = await open("allocation-drift");

  expect(await firstNode(client, "ports-prod-weu", "AllocatedSnatPorts", [-12, -8])).toEqual([
    [4_096, 4_096, 1_024, 1_024],
  ]);
  expect(await firstNode(client, "resize-prod-weu", "AllocatedSnatPorts", [9, 11])).toEqual([[4_096, 1_024]]);
  expect(await firstNode(client, "steady-prod-weu", "AllocatedSnatPorts", [-12, -10])).toEqual([
    [4_096, 4_096],
  ]);
});

test("an address that leaves takes its series with it, and its share goes to the other", async () => {
  const client = await open("allocation-drift");

  const across = await firstNode(client, "shrink-prod-weu", "AllocatedSnatPorts", [9, 11]);
  expect(across.sort(([, a], [, b]) => (a ?? 0) - (b ?? 0))).toEqual([
    [1_024, null],
    [1_024, 2_048],
  ]);
  expect(await firstNode(client, "shrink-prod-weu", "AllocatedSnatPorts", [20, 22])).toEqual([
    [2_048, 2_048],
  ]);
});

test("who asks for too much of a shrunken allocation fails on the address that is left", async () => {
  const client = await open("baseline-d");
  const used = await firstNode(client, "shop-prod-weu", "UsedSnatPorts", [-1, 1]);

  expect(used[0]?.every((value) => (value ?? 0) > 250 && (value ?? 0) < 350)).toBe(true);
  expect(await firstNode(client, "shop-prod-weu", "AllocatedSnatPorts", [-1, 1])).toEqual([[4_096, 1_024]]);
});

test.for([
  ["path-mismatch", "partners-prod-weu"],
  ["demo", "gaming-prod-weu"],
] as const)("%s: %s uses none of the ports of its load balancer", async ([scenario, cluster]) => {
  const client = await open(scenario);

  const [used] = await firstNode(client, cluster, "UsedSnatPorts", [-3, 0]);
  expect(used).toEqual([0, 0, 0]);
  const [allocated] = await firstNode(client, cluster, "AllocatedSnatPorts", [-1, 0]);
  expect(allocated).toEqual([1_024]);
});

/** The largest share of its ports that a node uses, and the failures of the span. */
async function worst(client: Client, cluster: string, minute: number): Promise<readonly [number, number]> {
  const id = await balancer(client, cluster);
  const ask = async (metricnames: string, filter: string): Promise<Json[]> => {
    const query = { metricnames, filter, top: "10000", ...span(minute, minute + 5) };
    return client.series(id, query);
  };
  const by = "BackendIPAddress eq '*' and ProtocolType eq '*'";
  const used = await ask("UsedSnatPorts", by);
  const allocated = await ask("AllocatedSnatPorts", by);
  const ratios = used.map((item, at) => (values(item)[0] ?? 0) / (values(allocated[at])[0] ?? 1));
  const failed = await ask("SnatConnectionCount", "ConnectionState eq 'Failed'");
  const sum = failed
    .flatMap((item) => values(item))
    .reduce((total: number, value) => total + (value ?? 0), 0);
  return [Math.max(...ratios), sum];
}

test.for([
  ["baseline-a", "batch-prod-weu", 1, true],
  ["baseline-b", "payments-prod-weu", 0.16, false],
  ["baseline-j", "orders-prod-weu", 1, true],
  ["snat-ports", "orders-prod-weu", 1, true],
  ["snat-ports", "resolver-prod-weu", 1, true],
  ["snat-ports", "reports-prod-weu", 0.82, false],
  ["snat-ports", "payments-prod-weu", 0.55, false],
  ["allocation-tier", "batch-prod-weu", 0.59, false],
] as const)("%s: the worst node of %s is at %f, failures: %s", async ([scenario, cluster, ratio, fails]) => {
  const client = await open(scenario);

  const [highest, failed] = await worst(client, cluster, 0);
  expect(highest).toBeCloseTo(ratio, 1);
  expect(failed > 0).toBe(fails);
});

test("the state of a baseline holds for hours before the anchor and after it", async () => {
  const client = await open("baseline-a");

  for (const minute of [-350, -60, 240]) expect((await worst(client, "batch-prod-weu", minute))[0]).toBe(1);
  expect((await worst(client, "batch-prod-weu", -400))[0]).toBeLessThan(0.3);
});

test("load-balancer-datapath: data path, backends and probes of each cluster", async () => {
  const client = await open("load-balancer-datapath");
  const read = async (cluster: string, metricnames: string, filter: string): Promise<(number | null)[]> => {
    const query = { metricnames, filter, ...span(-1, 0) };
    const series = await client.series(await balancer(client, cluster), query);
    return series.map((item) => values(item)[0] ?? null).sort((a, b) => (a ?? 0) - (b ?? 0));
  };
  const vip = "FrontendIPAddress eq '*'";
  const dip = "BackendIPAddress eq '*'";

  expect(await read("shop-prod-weu", "VipAvailability", vip)).toEqual([10, 10]);
  expect(await read("web-prod-weu", "VipAvailability", vip)).toEqual([60, 60]);
  expect(await read("orders-prod-weu", "VipAvailability", vip)).toEqual([0, 100]);
  expect(await read("orders-prod-weu", "DipAvailability", dip)).toEqual([0, 0, 0, 0, 0]);
  expect(await read("media-prod-weu", "DipAvailability", dip)).toEqual([0, 100, 100, 100, 100]);
  expect(await read("grafana-prod-weu", "DipAvailability", dip)).toEqual([0, 0, 0, 0, 0, 0, 100, 100]);
  for (const [cluster, probe] of [
    ["grafana-prod-weu", { protocol: "Http", requestPath: "/healthz" }],
    ["orders-prod-weu", { protocol: "Tcp" }],
  ] as const) {
    const { body } = await client.get(arm(await balancer(client, cluster)));
    expect(body.properties.probes[0].properties).toMatchObject(probe);
    expect(body.properties.loadBalancingRules[0].properties.probe.id).toBe(body.properties.probes[0].id);
  }
});
