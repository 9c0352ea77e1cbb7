import { expect, test } from "vitest";
import { cluster, entry, get, openApi, path, SUBSCRIPTION, state } from "./fakes.ts";

const rule = {
  name: "aksOutboundRule",
  allocatedPorts: 4_096,
  idleTimeoutMinutes: 30,
  protocol: "All",
  frontends: [{ name: "f", addresses: ["20.1.2.3"], family: "ipv4" as const }],
  backendPool: "aksOutboundBackendPool",
};
const base = cluster("Shop");
const shop = {
  ...base,
  loadBalancer: base.loadBalancer && { ...base.loadBalancer, outboundRules: [rule] },
};
const peak = {
  dayMs: Date.parse("2026-11-20T00:00:00Z"),
  usedPorts: 900,
  nodes: 2,
  natConnections: null,
  firewallSnatRatio: null,
};
const opened = openApi({
  entries: [entry("Shop", { cluster: shop })],
  states: [state("Shop", { dailyPeaks: [peak] })],
});

test("plans with what there is today", async () => {
  const { status, json } = await get(opened, "plan", "", path("shop"));
  expect(status).toBe(200);
  expect(json).toMatchObject({
    cluster: { name: "Shop", subscriptionId: SUBSCRIPTION, location: "westeurope" },
    // A pool of at most 5 nodes with a surge of a third.
    assumed: { nodes: 2, nodesToday: 2, maximumNodes: 7 },
    peak: { usedPorts: 900, natConnections: null, days: 1 },
    paths: [
      {
        kind: "loadBalancer",
        pools: ["system"],
        verdict: "fits",
        assumed: { portsPerNode: 4_096, outboundIps: 1 },
        maxNodes: 15,
        neededOutboundIps: 1,
        changes: [],
        share: 900 / 4_096,
        curve: expect.arrayContaining([
          { nodes: 14, verdict: "fits", share: 900 / 4_096, neededOutboundIps: 1 },
        ]),
      },
    ],
  });
});

test("plans with what is asked", async () => {
  const { json } = await get(opened, "plan", "nodes=40&portsPerNode=3200&outboundIps=1", path("shop"));
  expect(json).toMatchObject({
    assumed: { nodes: 40 },
    paths: [
      {
        verdict: "doesNotFit",
        assumed: { portsPerNode: 3_200, outboundIps: 1 },
        summary: expect.stringContaining("need 128,000 of 64,000 ports"),
        changes: [{ commands: [expect.stringContaining("--name Shop --load-balancer-outbound-ports 1600")] }],
      },
    ],
  });
});

test.for([
  ["nodes", "0", "a whole number from 1 to 5000"],
  ["nodes", "5001", "a whole number from 1 to 5000"],
  ["nodes", "2.5", "a whole number from 1 to 5000"],
  ["nodes", "many", "a whole number from 1 to 5000"],
  ["portsPerNode", "100", "a multiple of 8 from 0 to 64000"],
  ["portsPerNode", "64008", "a whole number from 0 to 64000"],
  ["portsPerNode", "-8", "a whole number from 0 to 64000"],
  ["outboundIps", "0", "a whole number from 1 to 100"],
  ["outboundIps", "101", "a whole number from 1 to 100"],
  ["node", "5", "one of the parameters nodes, portsPerNode, outboundIps"],
] as const)("%s=%s is refused with what was expected", async ([name, value, expected]) => {
  const { status, json } = await get(opened, "plan", `${name}=${value}`, path("shop"));
  expect(status).toBe(400);
  expect(json).toMatchObject({ errors: [{ name, value, expected }] });
});

test("0 ports asks for Azure's tiers", async () => {
  const { json } = await get(opened, "plan", "portsPerNode=0", path("shop"));
  expect(json).toMatchObject({ paths: [{ assumed: { portsPerNode: 0 }, verdict: "tight" }] });
});

test("without history there is no peak, and nothing is called fitting", async () => {
  const { json } = await get(
    openApi({ entries: [entry("Shop", { cluster: shop })] }),
    "plan",
    "",
    path("shop"),
  );
  expect(json).toMatchObject({ peak: { usedPorts: null, days: 0 }, paths: [{ verdict: "unknown" }] });
});

test("a cluster that nobody knows", async () => {
  expect((await get(opened, "plan", "", path("sho"))).status).toBe(404);
});
