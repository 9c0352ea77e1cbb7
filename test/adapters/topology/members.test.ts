import { expect, test } from "vitest";
import type { Cluster } from "#core/egress/topology.ts";
import {
  cluster,
  id,
  ipId,
  loadBalancer,
  NODES,
  natId,
  network,
  nic,
  nicConfigId,
  prefix,
  prefixId,
  publicIp,
  SUB,
  subnet,
  vmssId,
} from "./support/arm-shapes.ts";
import { FakeArm } from "./support/fake-arm.ts";
import { NOW, onlyCluster } from "./support/source.ts";

const HOUR_MS = 3_600_000;
const NICS = `${vmssId()}/networkInterfaces`.toLowerCase();

function arm(members: readonly string[], nics: readonly object[] = [], properties = {}): FakeArm {
  return new FakeArm()
    .list(SUB, "Microsoft.ContainerService/managedClusters", cluster({}, properties))
    .list(
      SUB,
      "Microsoft.Network/loadBalancers",
      loadBalancer({ frontends: { a: { publicIPAddress: { id: ipId("a") } } }, outbound: ["a"], members }),
    )
    .list(SUB, "Microsoft.Network/publicIPAddresses", publicIp(ipId("a"), "20.1.0.1"))
    .list(SUB, "Microsoft.Network/virtualNetworks", network([subnet()]))
    .on(NICS, { body: { value: nics } });
}

const nicCalls = (fake: FakeArm) => fake.paths.filter((path) => path.toLowerCase() === NICS).length;
const membersOf = (found: Cluster) =>
  found.loadBalancer?.members.map((it) => [it.node, it.pool, it.backendIp]);

test("joins a backend address with its node; instance 11 is node …00000b", async () => {
  const found = await onlyCluster(
    arm([nicConfigId(0), nicConfigId(11)], [nic(0, "10.224.0.4"), nic(11, "10.224.0.9")]),
  );
  expect(membersOf(found)).toEqual([
    ["aks-nodepool1-12345678-vmss000000", "nodepool1", "10.224.0.4"],
    ["aks-nodepool1-12345678-vmss00000b", "nodepool1", "10.224.0.9"],
  ]);
  expect(found.loadBalancer?.membersResolved).toBe(true);
});

test("a machine outside scale sets carries the node's name", async () => {
  const nicId = id("Microsoft.Network/networkInterfaces", "aks-nodepool1-555-nic-0");
  const machine = { id: id("Microsoft.Compute/virtualMachines", "aks-nodepool1-555-0") };
  const fake = arm([`${nicId}/ipConfigurations/ipconfig1`]).list(SUB, "Microsoft.Network/networkInterfaces", {
    id: nicId,
    properties: {
      virtualMachine: machine,
      ipConfigurations: [
        { id: `${nicId}/ipConfigurations/IPCONFIG1`, properties: { privateIPAddress: "10.224.0.4" } },
      ],
    },
  });
  expect(membersOf(await onlyCluster(fake))).toEqual([["aks-nodepool1-555-0", "nodepool1", "10.224.0.4"]]);
});

test("does not ask again for nodes that the last discovery knew", async () => {
  const first = await onlyCluster(arm([nicConfigId(0)], [nic(0, "10.224.0.4")]));
  const second = arm([nicConfigId(0).toUpperCase()], [nic(0, "10.224.0.4")]);
  const found = await onlyCluster(second, {}, [first], NOW + 1_000);

  expect(nicCalls(second)).toBe(0);
  expect(membersOf(found)).toEqual(membersOf(first));
  expect(found.loadBalancer?.members[0]?.firstSeenMs).toBe(NOW);
});

test("asks again when a node joined, and keeps since when it knows the others", async () => {
  const first = await onlyCluster(arm([nicConfigId(0)], [nic(0, "10.224.0.4")]));
  const second = arm([nicConfigId(0), nicConfigId(1)], [nic(0, "10.224.0.4"), nic(1, "10.224.0.5")]);
  const found = await onlyCluster(second, {}, [first], NOW + HOUR_MS);

  expect(nicCalls(second)).toBe(1);
  expect(found.loadBalancer?.members.map((it) => it.firstSeenMs)).toEqual([NOW, NOW + HOUR_MS]);
});

test("asks once a day in any case", async () => {
  const first = await onlyCluster(arm([nicConfigId(0)], [nic(0, "10.224.0.4")]));
  let known = first;
  let calls = 0;
  for (let step = 1; step <= 96; step += 1) {
    const next = arm([nicConfigId(0)], [nic(0, "10.224.0.4")]);
    known = await onlyCluster(next, {}, [known], NOW + step * (HOUR_MS / 4));
    calls += nicCalls(next);
  }
  expect(calls).toBe(1);
});

test("asks again after a stop: a stopped machine gives its address back", async () => {
  const stopped = await onlyCluster(
    arm([nicConfigId(0)], [nic(0, "10.224.0.4")], { powerState: { code: "Stopped" } }),
  );
  const second = arm([nicConfigId(0)], [nic(0, "10.224.0.77")]);
  const found = await onlyCluster(second, {}, [stopped], NOW + 1_000);
  expect(membersOf(found)).toEqual([["aks-nodepool1-12345678-vmss000000", "nodepool1", "10.224.0.77"]]);
});

test("a scale set that cannot be read leaves names without addresses, and says so", async () => {
  const fake = arm([nicConfigId(0)]).on(NICS, {
    status: 403,
    body: { error: { code: "AuthorizationFailed", message: "no" } },
  });
  const found = await onlyCluster(fake);

  expect(membersOf(found)).toEqual([["aks-nodepool1-12345678-vmss000000", "nodepool1", null]]);
  expect(found.loadBalancer?.membersResolved).toBe(false);
  expect(found.problems).toMatchObject([{ source: "topology", reason: "forbidden" }]);
  expect(found.problems[0]?.message).toContain("scale set 'aks-nodepool1-12345678-vmss'");
});

test("a pool of addresses needs no network interface", async () => {
  const balancer = loadBalancer({
    frontends: { a: { publicIPAddress: { id: ipId("a") } } },
    outbound: ["a"],
  });
  const text = JSON.stringify(balancer).replace(
    '"backendIPConfigurations":[]',
    '"loadBalancerBackendAddresses":[{"name":"x","properties":{"ipAddress":"10.224.0.4"}}]',
  );
  const fake = arm([]).list(SUB, "Microsoft.Network/loadBalancers", JSON.parse(text));
  const found = await onlyCluster(fake);

  expect(membersOf(found)).toEqual([[null, null, "10.224.0.4"]]);
  expect(found.loadBalancer?.membersResolved).toBe(true);
});

test("keeps rules with their probes; tags and pools as Azure wrote them", async () => {
  const fake = arm([]).list(SUB, "Microsoft.ContainerService/managedClusters", {
    ...cluster({}, {}, [
      { enableAutoScaling: true, minCount: 1, maxCount: 9, upgradeSettings: { maxSurge: "33%" } },
    ]),
    tags: { "snatwatch-warn-ratio": "0.6" },
  });
  const found = await onlyCluster(fake);

  expect(found.tags).toEqual({ "snatwatch-warn-ratio": "0.6" });
  expect(found.nodeResourceGroup).toBe(NODES);
  expect(found.pools).toEqual([
    {
      name: "nodepool1",
      mode: "System",
      count: 2,
      autoscaling: true,
      minCount: 1,
      maxCount: 9,
      maxSurge: "33%",
      subnetId: null,
      podSubnetId: null,
      nodePublicIp: false,
      osType: "Linux",
      vmSize: "Standard_D4ds_v5",
    },
  ]);
  expect(JSON.parse(JSON.stringify(found)), "plain data").toEqual(found);
});

test("reads the public addresses of nodes that have their own, from the scale sets of their pool alone", async () => {
  const edge = nicConfigId(0, "edge");
  const known = { [vmssId("edge").toLowerCase()]: "20.5.0.9", [vmssId().toLowerCase()]: "20.5.0.1" };
  const fake = arm([nicConfigId(0), edge]).list(
    SUB,
    "Microsoft.ContainerService/managedClusters",
    cluster({}, {}, [{}, { name: "edge", enableNodePublicIP: true }]),
  );
  for (const [set, address] of Object.entries(known)) {
    fake.on(`${set}/publicipaddresses`, {
      body: { value: [publicIp(`${set}/p`, address), publicIp(`${set}/q`, null)] },
    });
  }
  const found = await onlyCluster(fake);

  expect(found.paths).toMatchObject([
    { kind: "loadBalancer", pools: ["nodepool1"] },
    { kind: "nodePublicIp", pools: ["edge"], publicIps: ["20.5.0.9"] },
  ]);
  expect(fake.paths.filter((path) => path.endsWith("/publicipaddresses"))).toHaveLength(1);
});

test("public addresses of nodes that cannot be read are a problem, not a guess", async () => {
  const fake = arm([nicConfigId(0)], [nic(0, "10.224.0.4")])
    .list(SUB, "Microsoft.ContainerService/managedClusters", cluster({}, {}, [{ enableNodePublicIP: true }]))
    .on(`${vmssId()}/publicipaddresses`, { status: 404, body: { error: { code: "ResourceNotFound" } } });
  const found = await onlyCluster(fake);

  expect(found.paths).toMatchObject([{ kind: "nodePublicIp", publicIps: [] }]);
  expect(found.problems).toMatchObject([{ reason: "notFound" }]);
});

test("a gateway whose nodes took no address yet: the loose prefix of the node resource group", async () => {
  const fake = arm([nicConfigId(0)], [nic(0, "10.224.0.4")])
    .list(
      SUB,
      "Microsoft.ContainerService/managedClusters",
      cluster({}, {}, [{}, { name: "gw", mode: "gateway" }]),
    )
    .list(
      SUB,
      "Microsoft.Network/publicIPPrefixes",
      prefix(prefixId("egress"), "20.6.0.0/31"),
      prefix(prefixId("taken"), "20.6.1.0/31", { natGateway: { id: natId("x") } }),
      prefix(prefixId("far", "elsewhere"), "20.6.2.0/31"),
    );
  expect((await onlyCluster(fake)).paths).toMatchObject([
    { kind: "loadBalancer" },
    { kind: "egressGateway", publicIps: ["20.6.0.0", "20.6.0.1"], pools: ["gw"] },
  ]);
});
