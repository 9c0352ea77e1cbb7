// Metrics of NAT gateways, firewalls and nodes, and what it looks like when they do not come.

import { expect, test } from "vitest";
import { ANCHOR, arm, type Client, type Json, MINUTE, open, type Series, span, values } from "./support.ts";

const GATEWAYS = "Microsoft.Network/natGateways";
const FIREWALLS = "Microsoft.Network/azureFirewalls";
const SCALE_SETS = "Microsoft.Compute/virtualMachineScaleSets";

/** The id of a resource by a part of it, in any subscription. */
async function idOf(client: Client, type: string, part: string): Promise<string> {
  for (const { subscriptionId } of await client.subscriptions()) {
    const items = await client.list(arm(`/subscriptions/${subscriptionId}/providers/${type}`));
    const found = items.find(({ id }) => id.includes(part));
    if (found) return found.id;
  }
  throw new Error(`no ${type} like ${part}`);
}

async function read(
  client: Client,
  type: string,
  part: string,
  metricnames: string,
  filter: string | undefined,
  minutes: readonly [from: number, to: number],
): Promise<Series[]> {
  const query = { metricnamespace: type, metricnames, ...span(...minutes) };
  return client.series(await idOf(client, type, part), filter === undefined ? query : { ...query, filter });
}

/** Values by the dimension values that name them. */
function byLabels(series: readonly Series[]): Json {
  return Object.fromEntries(series.map((item) => [Object.values(item.labels).join("/"), values(item)]));
}

test("a NAT gateway names protocols by number, directions In and Out, states Attempted and Failed", async () => {
  const client = await open("nat-connections");
  const at = [-1, 0] as const;
  const billing = async (metric: string, filter?: string): Promise<Json> =>
    byLabels(await read(client, GATEWAYS, "ng-billing", metric, filter, at));

  expect(await billing("TotalConnectionCount", "Protocol eq '*'")).toEqual({ 6: [11_760], 17: [240] });
  const states = "Protocol eq '*' and ConnectionState eq '*'";
  expect(await billing("SNATConnectionCount", states)).toEqual({
    "6/Attempted": [4_900],
    "17/Attempted": [100],
    "6/Failed": [980],
    "17/Failed": [20],
  });
  const directions = await billing("PacketCount", "Protocol eq '*' and Direction eq '*'");
  expect(Object.keys(directions).sort()).toEqual(["17/In", "17/Out", "6/In", "6/Out"]);
  expect(Object.keys(await billing("ByteCount", "Direction eq '*'")).sort()).toEqual(["In", "Out"]);
  expect(await billing("PacketDropCount")).toEqual({ "": [0] });
  expect(await billing("DatapathAvailability")).toEqual({ "": [100] });
});

test("a state that did not occur has no series", async () => {
  const client = await open("nat-connections");
  const filter = "ConnectionState eq '*'";
  const before = await read(client, GATEWAYS, "ng-billing", "SNATConnectionCount", filter, [-30, -20]);
  expect(before.map(({ labels }) => labels["connectionstate"])).toEqual(["Attempted"]);
});

test("nat-destination-wall: flows stand still at the limit of one destination while attempts fail", async () => {
  const client = await open("nat-destination-wall");
  const total = async (part: string): Promise<Json> =>
    values((await read(client, GATEWAYS, part, "TotalConnectionCount", undefined, [-16, -14]))[0]);

  expect(await total("ng-wall")).toEqual([31_000, 50_000]);
  expect(await total("ng-pair")).toEqual([52_000, 100_000]);
  const failed = await read(
    client,
    GATEWAYS,
    "ng-wall",
    "SNATConnectionCount",
    "ConnectionState eq '*'",
    [-1, 0],
  );
  expect(byLabels(failed)).toEqual({ Attempted: [9_600], Failed: [2_400] });
});

test("nat-datapath: one gateway is down, one drops packets, one hiccuped", async () => {
  const client = await open("nat-datapath");
  const one = async (part: string, metric: string, minute: number): Promise<number> =>
    values((await read(client, GATEWAYS, part, metric, undefined, [minute, minute + 1]))[0])[0] ?? Number.NaN;

  expect([
    await one("ng-video", "DatapathAvailability", -31),
    await one("ng-video", "DatapathAvailability", -30),
  ]).toEqual([100, 10]);
  expect(await one("ng-film", "DatapathAvailability", -5)).toBe(60);
  const packets = await one("ng-voice", "PacketCount", -5);
  expect((await one("ng-voice", "PacketDropCount", -5)) / packets).toBeCloseTo(0.086, 2);
  expect(await one("ng-mail", "DatapathAvailability", -10)).toBe(0);
  expect(await one("ng-mail", "DatapathAvailability", -9)).toBe(100);
});

test("firewall-snat: healthy, degraded, unhealthy, and silent with health 0", async () => {
  const client = await open("firewall-snat");
  const health = async (part: string): Promise<Json> =>
    byLabels(
      await read(client, FIREWALLS, part, "FirewallHealth", "Status eq '*' and Reason eq '*'", [-16, -14]),
    );
  const used = async (part: string): Promise<Json> =>
    byLabels(await read(client, FIREWALLS, part, "SNATPortUtilization", "Protocol eq '*'", [-1, 0]));

  expect(await health("fw-reports")).toEqual({ "Healthy/": [100, 100] });
  expect(await health("fw-trading")).toEqual({ "Healthy/": [100, null], "Degraded/SNAT port": [null, 50] });
  expect(await health("fw-custody")).toEqual({ "Healthy/": [100, null], "Unhealthy/Memory": [null, 20] });
  expect(await health("fw-archive")).toEqual({ "Healthy/": [0, 0] });
  expect(await used("fw-trading")).toEqual({ TCP: [97], UDP: [3.88] });
  expect(await used("fw-archive")).toEqual({});
});

test("a firewall tells latency, throughput, capacity and hits by rule", async () => {
  const client = await open("firewall-snat");
  const one = async (part: string, metric: string): Promise<Json> =>
    values((await read(client, FIREWALLS, part, metric, undefined, [-1, 0]))[0])[0];

  expect(await one("fw-archive", "FirewallLatencyPng")).toBe(0);
  expect(await one("fw-custody", "FirewallLatencyPng")).toBe(38);
  expect(await one("fw-trading", "Throughput")).toBe(2.4e9);
  expect(await one("fw-trading", "ObservedCapacity")).toBe(4);
  const hits = await read(client, FIREWALLS, "fw-hub", "ApplicationRuleHit", "Status eq '*'", [-1, 0]);
  expect(hits.map(({ labels }) => labels["status"]).sort()).toEqual(["Allow", "Deny"]);
});

test("node-pressure presses the node it names and no other, before its onset none", async () => {
  const client = await open("node-pressure");
  /** Values by instance: series come in no useful order. */
  const nodes = async (part: string, metric: string, minute = -1): Promise<(number | null)[]> => {
    const filter = "VMName eq '*'";
    const series = await read(client, SCALE_SETS, part, metric, filter, [minute, minute + 1]);
    const instance = ({ labels }: Series): number => Number(labels["vmname"]?.split("_").at(-1));
    return [...series].sort((a, b) => instance(a) - instance(b)).map((item) => values(item)[0] ?? null);
  };
  const above = (limit: number, list: readonly (number | null)[]): number[] =>
    list.flatMap((value, at) => ((value ?? 0) > limit ? [at] : []));

  expect(above(90, await nodes("cpu-prod-weu", "Percentage CPU"))).toEqual([1]);
  expect(above(90, await nodes("cpu-prod-weu", "Percentage CPU", -20))).toEqual([]);
  expect(above(2 ** 29, await nodes("memory-prod-weu", "Available Memory Bytes"))).toEqual([0, 1, 3, 4]);
  expect(above(20, await nodes("disk-prod-weu", "OS Disk Queue Depth"))).toEqual([0]);
  expect(above(95, await nodes("disk-prod-weu", "OS Disk IOPS Consumed Percentage"))).toEqual([0]);
  const type = "Microsoft.ContainerService/managedClusters";
  const working = await read(
    client,
    type,
    "memory-prod-weu",
    "node_memory_working_set_percentage",
    "node eq '*'",
    [-1, 0],
  );
  expect(working.filter((item) => (values(item)[0] ?? 0) > 90).map(({ labels }) => labels["node"])).toEqual([
    expect.stringMatching(/vmss000002$/),
  ]);
});

test("data-freshness: minutes that were never recorded are null, spans of them are empty", async () => {
  const client = await open("data-freshness");
  const gateway = (from: number, to: number): Promise<Series[]> =>
    read(client, GATEWAYS, "ng-identity", "TotalConnectionCount", undefined, [from, to]);
  const firewall = (from: number, to: number): Promise<Series[]> =>
    read(client, FIREWALLS, "fw-hub", "SNATPortUtilization", undefined, [from, to]);

  for (const source of [gateway, firewall]) {
    const [across] = await source(-32, -28);
    expect(values(across).map((value) => value === null)).toEqual([false, false, true, true]);
    expect(await source(-10, 0)).toEqual([]);
  }
  expect(
    await read(client, SCALE_SETS, "orders-prod-weu", "Percentage CPU", "VMName eq '*'", [-10, 0]),
  ).toEqual([]);
  const ports = "Microsoft.Network/loadBalancers";
  const alive = await read(
    client,
    ports,
    "orders-prod-weu",
    "UsedSnatPorts",
    "BackendIPAddress eq '*'",
    [-10, 0],
  );
  expect(alive).toHaveLength(5);
});

test("the newest minutes of a gateway and a firewall are late too", async () => {
  const client = await open("all-paths", { nowMs: () => ANCHOR });
  const newest = async (type: string, part: string, metric: string): Promise<Json> =>
    values((await read(client, type, part, metric, undefined, [-10, 0]))[0]);

  for (const points of [
    await newest(GATEWAYS, "ng-user", "TotalConnectionCount"),
    await newest(FIREWALLS, "fw-hub", "SNATPortUtilization"),
  ]) {
    expect(points.slice(0, 6).every((value: number | null) => value !== null)).toBe(true);
    expect(points.at(-1)).toBeNull();
  }
});

test("snat-forecast: a node and a gateway reach their limits at +12, and not before", async () => {
  const client = await open("snat-forecast", { nowMs: () => ANCHOR + 60 * MINUTE });
  const node = async (minute: number): Promise<Json> => {
    const filter = "BackendIPAddress eq '10.224.0.6' and ProtocolType eq 'TCP'";
    const type = "Microsoft.Network/loadBalancers";
    const series = await read(client, type, "checkout", "UsedSnatPorts", filter, [minute, minute + 1]);
    return values(series[0])[0];
  };
  const gateway = async (minute: number): Promise<Json> =>
    values(
      (
        await read(client, GATEWAYS, "ng-partners", "TotalConnectionCount", undefined, [minute, minute + 1])
      )[0],
    )[0];

  const line = [await node(-6), await node(0), await node(6)];
  expect(line[2] - line[1]).toBeCloseTo(line[1] - line[0], -1);
  expect(line[1] / 1_024).toBeCloseTo(0.69, 1);
  expect([await node(12), await node(20)]).toEqual([1_024, 1_024]);
  expect([await gateway(11), await gateway(12)].map((value) => value >= 64_512)).toEqual([false, true]);
});
