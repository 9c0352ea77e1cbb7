import { expect, test } from "vitest";
import { arm, type Client, type Json, open, span, values } from "./support.ts";

async function firstLoadBalancer(client: Client): Promise<string> {
  const [id = ""] = await client.ids("Microsoft.Network/loadBalancers");
  return id;
}

test("single-failed-syn fails one connection an hour, its other minutes null", async () => {
  const client = await open("single-failed-syn");
  const failed = await client.series(await firstLoadBalancer(client), {
    metricnames: "SnatConnectionCount",
    filter: "BackendIPAddress eq '*' and ConnectionState eq 'Failed'",
    ...span(-8, 0),
  });

  expect(failed).toHaveLength(1);
  expect(values(failed[0])).toEqual([null, null, null, 1, null, null, null, null]);
});

test("failures-without-ports fails a fifth while ports are idle", async () => {
  const client = await open("failures-without-ports");
  const states = await client.series(await firstLoadBalancer(client), {
    metricnames: "SnatConnectionCount",
    filter: "BackendIPAddress eq '10.224.0.6' and ConnectionState eq '*'",
    interval: "PT15M",
    ...span(-12, 3),
  });
  const count = (state: string): number =>
    values(states.find(({ labels }) => labels["connectionstate"] === state))[0] ?? 0;

  expect(count("Failed") / (count("Failed") + count("Successful"))).toBeCloseTo(0.2, 1);
  const used = await client.series(await firstLoadBalancer(client), {
    metricnames: "UsedSnatPorts",
    filter: "BackendIPAddress eq '10.224.0.6' and ProtocolType eq 'TCP'",
    ...span(-2, 0),
  });
  expect(values(used[0])[0]).toBeLessThan(256);
});

test("nat-gateway: E and F steady, G fails its attempts", async () => {
  const client = await open("nat-gateway");
  const ids = await client.ids("Microsoft.Network/natGateways");
  const read = async (id: string, metricnames: string, filter: string): Promise<Json> => {
    const query = { metricnamespace: "Microsoft.Network/natGateways", metricnames, filter, ...span(-1, 0) };
    const series = await client.series(id, query);
    return Object.fromEntries(series.map((item) => [Object.values(item.labels).join("/"), values(item)[0]]));
  };
  const [steady = "", , wall = ""] = ids;

  expect(await read(steady, "TotalConnectionCount", "Protocol eq '*'")).toEqual({ 6: 9801, 17: 200 });
  expect(await read(steady, "SNATConnectionCount", "ConnectionState eq '*'")).toEqual({ Attempted: 6000 });
  expect(await read(wall, "SNATConnectionCount", "ConnectionState eq '*'")).toEqual({
    Attempted: 9000,
    Failed: 2400,
  });
  const { body } = await client.get(arm(wall));
  expect(body.properties.publicIpAddresses).toHaveLength(1);
  expect(body.properties.subnets[0].id).toContain("vnet-wall-prod-weu");
});
