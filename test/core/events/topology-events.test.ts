import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { failureMessage } from "#adapters/topology/failure.ts";
import type { InventoryEntry } from "#core/egress/inventory.ts";
import { indexNetwork } from "#core/egress/network-index.ts";
import type { Cluster, EgressPath } from "#core/egress/topology.ts";
import { listProblem, whyUnread } from "#core/egress/unread.ts";
import { topologyEvents } from "#core/events/topology-events.ts";
import {
  balancer,
  cluster,
  gatewayCluster,
  members,
  natGateway,
  outboundRule,
  pool,
  T0,
} from "../../support/builders.ts";

function entry(seen: Cluster, goneSinceMs: number | null = null): InventoryEntry {
  return { cluster: seen, shard: "s", firstSeenMs: T0, lastSeenMs: T0, goneSinceMs };
}

const diff = (before: Cluster, after: Cluster) => topologyEvents(entry(before), entry(after), T0);

/** `change subject: before -> after`. */
function tell(before: Cluster, after: Cluster): string[] {
  return diff(before, after).map(({ topology: { change, subject, before: was, after: is } }) =>
    [`${change}${subject === null ? "" : ` ${subject.split("/").at(-1)}`}:`, was, "->", is].join(" "),
  );
}

const plain = cluster();
const [lbPath] = plain.paths;
if (lbPath === undefined) throw new Error("the cluster has a path");
const path = (changes: Partial<EgressPath>): Partial<Cluster> => ({ paths: [{ ...lbPath, ...changes }] });
const rules = (...list: ReturnType<typeof outboundRule>[]): Partial<Cluster> => ({
  loadBalancer: balancer(3, { outboundRules: list }),
});
const failure = { reason: "throttled", detail: "429", identity: null } as const;
const failedPrefixes = {
  subscriptionId: "s",
  list: "publicIPPrefixes",
  reason: failure.reason,
  message: failureMessage("networkInterfaces, publicIPPrefixes", "s", failure),
} as const;
const nothing = indexNetwork({
  subscriptionIds: ["s"],
  virtualNetworks: [],
  routeTables: [],
  natGateways: [],
  firewalls: [],
  loadBalancers: [],
  publicIps: [],
  prefixes: [],
  nicAddresses: [],
  securityGroups: [],
  failures: [],
});
const halfRead: Partial<Cluster> = {
  ...path({ publicIps: ["20.50.1.9"] }),
  problems: [whyUnread(nothing, "/subscriptions/s/p", "publicIPPrefixes")],
};
const scaled = { autoscaling: true, minCount: 1, maxCount: 5 };
const gateways = gatewayCluster();

test.for([
  ["Kubernetes version", {}, { kubernetesVersion: "1.34.0" }, ["kubernetesVersion: 1.33.2 -> 1.34.0"]],
  ["stopped", {}, { powerState: "stopped" }, ["powerState: running -> stopped"]],
  [
    "an upgrade begins",
    {},
    { provisioningState: "Upgrading" },
    ["provisioningState: Succeeded -> Upgrading"],
  ],
  ["outbound type", {}, { outboundType: "none" }, ["outboundType: loadBalancer -> none"]],
  [
    "an address more",
    {},
    path({ publicIps: ["20.50.1.1", "20.50.1.2"] }),
    ["publicIps kubernetes: 20.50.1.1 -> 20.50.1.1,20.50.1.2"],
  ],
  ["fixed ports", {}, rules(outboundRule(2_048)), ["allocatedPorts aksOutboundRule: 0 -> 2048"]],
  [
    "idle time-out",
    {},
    rules({ ...outboundRule(), idleTimeoutMinutes: 4 }),
    ["idleTimeout aksOutboundRule: 30 -> 4"],
  ],
  [
    "a pool more",
    {},
    { pools: [pool(), pool({ name: "gpu" })] },
    ["nodePool gpu:  -> System, Standard_D4s_v5, no autoscaler"],
  ],
  [
    "a pool less",
    { pools: [pool(), pool({ name: "gpu" })] },
    {},
    ["nodePool gpu: System, Standard_D4s_v5, no autoscaler -> "],
  ],
  [
    "the autoscaler's maximum",
    { pools: [pool(scaled)] },
    { pools: [pool({ ...scaled, maxCount: 9 })] },
    ["autoscaler pool1: autoscaler 1 to 5 -> autoscaler 1 to 9"],
  ],
  [
    "the autoscaler is switched on",
    {},
    { pools: [pool(scaled)] },
    ["autoscaler pool1: no autoscaler -> autoscaler 1 to 5"],
  ],
  [
    "nodes of a cluster without a load balancer",
    { loadBalancer: null },
    { loadBalancer: null, pools: [pool({ count: 7 })] },
    ["nodes pool1: 3 -> 7"],
  ],
] as const satisfies readonly (readonly [string, Partial<Cluster>, Partial<Cluster>, readonly string[]])[])(
  "%s",
  ([, before, after, told]) => {
    expect(tell(cluster(before), cluster(after))).toEqual(told);
  },
);

test("another path: the devices before and now, and why", () => {
  const [event, ...rest] = diff(plain, gateways);
  expect(rest.map(({ topology: { change } }) => change)).toEqual(["outboundType"]);
  expect(event).toMatchObject({
    kind: "topology",
    atMs: T0,
    title: "egress: loadBalancer kubernetes before, natGateway ng-payments now",
    severity: "info",
    topology: {
      change: "egressPath",
      before: [expect.stringMatching(/^loadBalancer \/subscriptions\//)],
      after: [expect.stringMatching(/^natGateway \/subscriptions\//)],
    },
  });
});

test("no way out any more is a warning", () => {
  const [event] = diff(plain, cluster(path({ kind: "none", resourceId: null, publicIps: [] })));
  expect(event).toMatchObject({ severity: "warning", topology: { change: "egressPath" } });
});

test("a pool that moves from one path to another is a change of the path, though both stay", () => {
  const both = (first: readonly string[], second: readonly string[]): Cluster =>
    cluster({
      paths: [
        { ...lbPath, pools: first },
        { ...gateways.paths[0], ...lbPath, kind: "natGateway", pools: second },
      ],
    });
  expect(diff(both(["a", "b"], ["c"]), both(["a"], ["b", "c"])).map(({ id }) => id)).toEqual(["egressPath|"]);
  expect(diff(both(["a", "b"], ["c"]), both(["b", "a"], ["c", "d"]))).toEqual([]);
});

test("nodes that joined and left are one event, with some of their names", () => {
  const before = cluster({ loadBalancer: balancer(12, { members: members(12).slice(0, 4) }) });
  const after = cluster({ loadBalancer: balancer(12, { members: members(12).slice(3) }) });
  expect(diff(before, after)).toMatchObject([
    {
      title: "nodes: 8 joined, 3 left",
      detail: expect.stringMatching(
        /^aks-pool1-\S+, .* and 3 more joined; aks-pool1-\S+vmss000000, .* left$/,
      ),
      topology: { change: "nodes", before: 4, after: 9 },
    },
  ]);
});

test("idle time-out of a NAT gateway", () => {
  const after = gatewayCluster({ natGateways: [natGateway({ idleTimeoutMinutes: 10 })] });
  expect(tell(gateways, after)).toEqual(["idleTimeout ng-payments: 4 -> 10"]);
});

describe("a cluster", () => {
  test.for([
    ["appears", undefined, entry(plain), "clusterAppeared"],
    ["goes", entry(plain), entry(plain, T0), "clusterGone"],
    ["stays gone", entry(plain, T0), entry(plain, T0), undefined],
    ["comes back, whatever it is now", entry(plain, T0), entry(gateways), "clusterBack"],
  ] as const)("%s", ([, before, after, change]) => {
    expect(topologyEvents(before, after, T0).map((event) => event.topology.change)).toEqual(
      change === undefined ? [] : [change],
    );
  });

  test("is introduced with what is known of it", () => {
    expect(topologyEvents(undefined, entry(plain), T0)[0]?.detail).toBe(
      "3 nodes, Kubernetes 1.33.2; leaves by loadBalancer kubernetes",
    );
  });
});

describe("no change is", () => {
  const unread = cluster(path({ kind: "unknown", resourceId: null, publicIps: [] }));

  test.for([
    ["the same", plain, plain],
    [
      "another case, another order",
      gatewayCluster({}, { pools: [pool(), pool({ name: "b" })] }),
      gatewayCluster(
        { natGateways: [natGateway({ id: natGateway().id.toUpperCase() })] },
        {
          pools: [pool({ name: "B" }), pool({ name: "POOL1" })],
          paths: gateways.paths.map((it) => ({ ...it, resourceId: it.resourceId?.toUpperCase() ?? null })),
          provisioningState: "succeeded",
          outboundType: "userAssignedNatGateway",
        },
      ),
    ],
    ["a path that cannot be read", plain, unread],
    ["addresses that cannot be read", plain, cluster(path({ publicIps: [] }))],
    ["addresses that can be read again", cluster(path({ publicIps: [] })), plain],
    ["a prefix that cannot be read beside an address that can", plain, cluster(halfRead)],
    ["a prefix that can be read again", cluster(halfRead), plain],
    [
      "a list of prefixes that failed, and by what name discovery calls it",
      plain,
      cluster({ ...halfRead, problems: [listProblem(failedPrefixes)] }),
    ],
    ["a load balancer that cannot be read", plain, cluster({ loadBalancer: null })],
    ["a power state that nobody knows", plain, cluster({ powerState: "unknown" })],
    ["a version that Azure leaves out", plain, cluster({ kubernetesVersion: null })],
    [
      "how often it was looked at",
      plain,
      cluster({
        discoveredAtMs: T0,
        problems: [{ source: "topology", reason: "throttled", message: "429" }],
      }),
    ],
    [
      "the autoscaler at work",
      cluster({ pools: [pool(scaled)] }),
      cluster({ pools: [pool({ ...scaled, count: 5 })] }),
    ],
    [
      "addresses of nodes",
      cluster(path({ kind: "nodePublicIp" })),
      cluster(path({ kind: "nodePublicIp", publicIps: ["20.9.9.9"] })),
    ],
  ] as const)("%s", ([, before, after]) => {
    expect(tell(before, after)).toEqual([]);
  });

  test("what could not be read and is another path now is told", () => {
    expect(tell(unread, gateways)[0]).toMatch(/^egressPath: unknown -> natGateway /);
  });
});

test("whatever differs: there is one event for each change and subject, and none for looking twice", () => {
  const any = fc.record({
    kubernetesVersion: fc.constantFrom("1.32.0", "1.33.0", null),
    powerState: fc.constantFrom("running" as const, "stopped" as const, "unknown" as const),
    pools: fc
      .uniqueArray(fc.constantFrom("a", "B", "c"), { minLength: 1 })
      .map((names) => names.map((name) => pool({ name }))),
    loadBalancer: fc.option(
      fc
        .record({ from: fc.nat(9), ports: fc.constantFrom(0, 1_024) })
        .map(({ from, ports }) =>
          balancer(3, { members: members(12).slice(from, from + 3), outboundRules: [outboundRule(ports)] }),
        ),
    ),
  });
  fc.assert(
    fc.property(any, any, (one, two) => {
      const [before, after] = [cluster(one), cluster(two)];
      const ids = diff(before, after).map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(diff(after, after)).toEqual([]);
      expect(
        diff(after, before)
          .map(({ id }) => id)
          .toSorted(),
      ).toEqual(ids.toSorted());
    }),
  );
});
