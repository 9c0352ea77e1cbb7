import fc from "fast-check";
import { expect, test } from "vitest";
import type { ClusterNetwork, FirewallTopology } from "#core/egress/cluster-network.ts";
import { NO_NETWORK } from "#core/egress/cluster-network.ts";
import { applyDailyReads, knownLogs, planDailyReads } from "#core/egress/daily-reads.ts";
import { resourceKey } from "#core/egress/resource-id.ts";
import type { Cluster } from "#core/egress/topology.ts";
import { clusterNamed } from "./support.ts";

const DAY_MS = 86_400_000;
const QUARTER_MS = 15 * 60_000;
const FIREWALL = "/subscriptions/s/resourceGroups/hub/providers/Microsoft.Network/azureFirewalls/fw";
const endpoint = {
  category: "x",
  destination: "mcr.microsoft.com",
  port: 443,
  protocol: "https",
  description: null,
};
const destination = (workspaceId: string) =>
  ({ workspaceId, customerId: "guid", tables: "legacy", categories: "all" }) as const;

const firewall: FirewallTopology = {
  id: FIREWALL,
  name: "fw",
  subscriptionId: "s",
  location: "westeurope",
  tier: null,
  hub: false,
  publicIps: [],
  natGatewayId: null,
  logs: null,
  logProblem: null,
};

/** A cluster behind the firewall, as a discovery found it before any daily read. */
function found(name: string, network: Partial<ClusterNetwork> = {}): Cluster {
  return {
    ...clusterNamed(name),
    paths: [
      {
        kind: "firewall",
        resourceId: FIREWALL,
        publicIps: [],
        protocols: { tcp: true, udp: true, icmp: false },
        portBudget: null,
        pools: [],
        reason: "",
      },
    ],
    network: { ...NO_NETWORK, firewalls: [firewall], ...network },
  };
}

test("of two clusters the one that was read last tells of their firewall, whatever their order", () => {
  const lost = found("lost", {
    firewalls: [{ ...firewall, logs: [destination("/old")] }],
    dailyReadMs: 1,
  });
  const fresh = found("fresh", {
    firewalls: [{ ...firewall, id: FIREWALL.toUpperCase(), logs: [destination("/new")] }],
    dailyReadMs: 5 * DAY_MS,
    requiredEndpoints: [endpoint],
  });
  for (const order of [
    [lost, fresh],
    [fresh, lost],
  ]) {
    const known = knownLogs(order);
    expect(known.get(resourceKey(FIREWALL))).toMatchObject({ readMs: 5 * DAY_MS });
    const previous = new Map([[fresh.ref.key, fresh]]);
    expect(planDailyReads([found("fresh")], previous, known, 5 * DAY_MS + 1)).toEqual({
      clusters: [],
      firewallIds: [],
    });
    const answers = { endpoints: new Map(), logs: new Map() };
    const applied = applyDailyReads(found("fresh"), fresh.network, known, answers, 5 * DAY_MS + 1);
    expect(applied.network.firewalls[0]?.logs).toEqual([destination("/new")]);
    expect(applied.network).toMatchObject({ dailyReadMs: 5 * DAY_MS, requiredEndpoints: [endpoint] });
  }
});

test("whatever fails when, each thing is read once in every day that lets it", () => {
  const names = ["a", "b", "c"];
  const fault = fc.record({
    endpoints: fc.subarray(names),
    logs: fc.boolean(),
    steps: fc.integer({ min: 1, max: 60 }),
  });
  fc.assert(
    fc.property(fc.array(fault, { maxLength: 8 }), (faults) => {
      let previous = new Map<string, Cluster>();
      const lastReadMs = new Map<string, number>();
      // A quiet day before and after the faults.
      const quiet = { endpoints: [], logs: false, steps: 100 };
      let nowMs = 0;
      for (const { endpoints: broken, logs: refused, steps } of [quiet, ...faults, quiet]) {
        for (let step = 0; step < steps; step += 1) {
          nowMs += QUARTER_MS;
          const clusters = names.map((name) => found(name));
          const known = knownLogs(previous.values());
          const plan = planDailyReads(clusters, previous, known, nowMs);
          const endpoints = new Map(
            plan.clusters.map(({ ref }) => {
              const failure = { source: "topology", reason: "forbidden", message: ref.name } as const;
              if (!broken.includes(ref.name)) lastReadMs.set(ref.name, nowMs);
              return [ref.key, broken.includes(ref.name) ? failure : [endpoint]] as const;
            }),
          );
          const problem = { source: "firewallLogs", reason: "forbidden", message: "no" } as const;
          const logs = new Map(
            plan.firewallIds.map((id) => {
              if (!refused) lastReadMs.set(id, nowMs);
              const answer = refused
                ? { logs: null, logProblem: problem }
                : { logs: [destination("/one")], logProblem: null };
              return [resourceKey(id), answer] as const;
            }),
          );
          const next = clusters.map((cluster) =>
            applyDailyReads(
              cluster,
              previous.get(cluster.ref.key)?.network,
              known,
              { endpoints, logs },
              nowMs,
            ),
          );
          previous = new Map(next.map((cluster) => [cluster.ref.key, cluster]));
          for (const { network } of next) {
            expect(network.requiredEndpoints).toEqual([endpoint]);
            expect(network.firewalls[0]).toMatchObject({ logs: [destination("/one")], logProblem: null });
          }
        }
      }
      for (const thing of [...names, FIREWALL]) {
        expect(nowMs - (lastReadMs.get(thing) ?? 0)).toBeLessThanOrEqual(DAY_MS);
      }
    }),
    { numRuns: 40 },
  );
});
