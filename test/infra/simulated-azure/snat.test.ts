import { expect, test } from "vitest";
import { type Client, open, PER_NODE, type Series, span, values } from "./support.ts";

type Query = Readonly<Record<string, string>>;

async function loadBalancer(client: Client, name = ""): Promise<string> {
  const found = (await client.ids("Microsoft.Network/loadBalancers")).find((id) => id.includes(name));
  if (found === undefined) throw new Error(`no load balancer of ${name}`);
  return found;
}

async function ports(client: Client, id: string, metricnames: string, times: Query): Promise<Series[]> {
  return client.series(id, { metricnames, filter: PER_NODE, top: "5000", ...times });
}

function peak(series: readonly Series[]): Series | undefined {
  const most = (item: Series): number => Math.max(...values(item).map((value) => value ?? 0));
  return [...series].sort((a, b) => most(b) - most(a))[0];
}

test("demand above the allocation uses all of it and fails the rest", async () => {
  const client = await open("exhausted-node");
  const id = await loadBalancer(client);
  const used = await ports(client, id, "UsedSnatPorts", span(-17, -12));
  const allocated = await ports(client, id, "AllocatedSnatPorts", span(-17, -12));

  expect(new Set(allocated.flatMap(values))).toEqual(new Set([512]));
  const victim = peak(used);
  expect(values(victim).slice(2)).toEqual([512, 512, 512]);
  expect(used.every((item) => values(item).every((value) => value !== null && value <= 512))).toBe(true);

  const states = await client.series(id, {
    metricnames: "SnatConnectionCount",
    filter: "BackendIPAddress eq '*' and ConnectionState eq '*'",
    top: "500",
    ...span(-17, -12),
  });
  const failed = states.filter(({ labels }) => labels["connectionstate"] === "Failed");
  expect(failed.map(({ labels }) => labels["backendipaddress"])).toEqual([
    victim?.labels["backendipaddress"],
  ]);
  expect(values(failed[0]).map((value) => (value ?? 0) > 0)).toEqual([false, false, true, true, true]);
});

test("nothing failed in the whole span: no Failed series", async () => {
  const client = await open("exhausted-node");
  const states = await client.series(await loadBalancer(client), {
    metricnames: "SnatConnectionCount",
    filter: "ConnectionState eq '*'",
    ...span(-30, -20),
  });

  expect(states.map(({ labels }) => labels["connectionstate"])).toEqual(["Successful"]);
});

test("TCP and UDP are two inventories", async () => {
  const client = await open("tcp-full");
  const used = await ports(client, await loadBalancer(client), "UsedSnatPorts", span(-2, 0));
  const victim = peak(used)?.labels["backendipaddress"];
  const of = (protocol: string): (number | null)[] =>
    values(
      used.find(({ labels }) => labels["backendipaddress"] === victim && labels["protocoltype"] === protocol),
    );

  expect(of("TCP")).toEqual([1024, 1024]);
  expect(of("UDP").every((value) => value !== null && value < 10)).toBe(true);
});

test("a fixed figure is spread over the addresses, which are used up one at a time", async () => {
  const client = await open("two-frontends-healthy");
  const id = await loadBalancer(client);
  const allocated = await ports(client, id, "AllocatedSnatPorts", span(-1, 0));
  expect(new Set(allocated.flatMap(values))).toEqual(new Set([3200]));

  const used = await ports(client, id, "UsedSnatPorts", span(-1, 0));
  const tcp = used.filter(({ labels }) => labels["protocoltype"] === "TCP");
  const byAddress = Map.groupBy(tcp, ({ labels }) => labels["frontendipaddress"]);
  const levels = [...byAddress.values()].map((group) =>
    Math.max(...group.flatMap(values).map((v) => v ?? 0)),
  );
  expect(levels.sort((a, b) => a - b)).toEqual([0, expect.closeTo(1000, -2)]);
});

test("the allocation of the 51st node halves everyone's", async () => {
  const client = await open("baseline-c");
  const allocated = await ports(client, await loadBalancer(client), "AllocatedSnatPorts", span(8, 12));
  const steady = allocated.filter((item) => values(item)[0] !== null);

  expect(steady).toHaveLength(100);
  expect(allocated).toHaveLength(102);
  expect(new Set(steady.map((item) => values(item).join()))).toEqual(new Set(["1024,1024,512,512"]));
});

test("draining nodes keep their series, marked", async () => {
  const client = await open("draining-nodes");
  const series = await client.series(await loadBalancer(client), {
    metricnames: "UsedSnatPorts",
    filter: "BackendIPAddress eq '*' and IsAwaitingRemoval eq '*' and ProtocolType eq 'TCP'",
    top: "50",
    ...span(-1, 0),
  });
  const removed = series.filter(({ labels }) => labels["isawaitingremoval"] === "True");

  expect(series).toHaveLength(8);
  expect(removed).toHaveLength(3);
  expect(removed.every((item) => (values(item)[0] ?? 0) > 900)).toBe(true);
});

test("a dual stack cluster has IPv6 series of IPv6 backends", async () => {
  const client = await open("demo");
  const series = await client.series(await loadBalancer(client, "media"), {
    metricnames: "UsedSnatPorts",
    filter: PER_NODE,
    top: "100",
    region: "eastus2",
    ...span(-1, 0),
  });
  const six = series.filter(({ labels }) => labels["frontendipaddress"]?.includes(":"));

  expect(six).toHaveLength(8);
  expect(six.every(({ labels }) => labels["backendipaddress"]?.startsWith("fd"))).toBe(true);
});

test("the leak of the demo: past 0.75 six minutes before the anchor, at 0.86, then over, nothing fails", async () => {
  const client = await open("demo");
  const id = await loadBalancer(client, "checkout");
  const ratio = values(peak(await ports(client, id, "UsedSnatPorts", span(-8, 4)))).map(
    (used) => (used ?? 0) / 1024,
  );

  expect(ratio[1]).toBeLessThan(0.75);
  expect(ratio.slice(2, 9).every((value) => value > 0.75 && value < 0.87)).toBe(true);
  expect(Math.max(...ratio)).toBeCloseTo(0.86, 2);
  expect(ratio.slice(9).every((value) => value < 0.3)).toBe(true);

  const states = await client.series(id, {
    metricnames: "SnatConnectionCount",
    filter: "ConnectionState eq '*'",
    ...span(-40, 20),
  });
  expect(states.map(({ labels }) => labels["connectionstate"])).toEqual(["Successful"]);
});

test("the leak comes back every hour on another node, in the past too", async () => {
  const client = await open("demo");
  const id = await loadBalancer(client, "checkout");
  const victims = await Promise.all(
    [-2, -1, 0, 1].map(async (hour) => {
      const top = peak(await ports(client, id, "UsedSnatPorts", span(hour * 60 - 1, hour * 60)));
      expect(values(top)[0]).toBeGreaterThan(850);
      return top?.labels["backendipaddress"];
    }),
  );

  expect(victims.every((victim, index) => index === 0 || victim !== victims[index - 1])).toBe(true);
});

test("the second incident of the demo runs out at +22 min for five minutes", async () => {
  const client = await open("demo");
  const id = await loadBalancer(client, "orders");
  const times = { region: "eastus2", ...span(10, 30) };
  const used = values(peak(await ports(client, id, "UsedSnatPorts", times)));
  const failed = await client.series(id, {
    metricnames: "SnatConnectionCount",
    filter: "ConnectionState eq 'Failed'",
    ...times,
  });

  expect(used.map((value, index) => (value === 1024 ? index + 10 : 0)).filter(Boolean)).toEqual([
    22, 23, 24, 25, 26,
  ]);
  expect(values(failed[0]).map((value) => value !== null)).toEqual(used.map((value) => value === 1024));
});

test("one node of the 48 of the demo is near 600 of 1,024", async () => {
  const client = await open("demo");
  const used = await ports(client, await loadBalancer(client, "batch"), "UsedSnatPorts", span(-30, 0));

  const levels = values(peak(used)).map((value) => value ?? 0);
  expect(Math.min(...levels)).toBeGreaterThan(580);
  expect(Math.max(...levels)).toBeLessThan(620);
});
