// Allocations that do not fit, changed, or were never needed.

import { daily, onNode, steady } from "../world/curves.ts";
import type { Scenario } from "../world/spec.ts";
import { cluster, estate, pool } from "./parts.ts";

export const allocationTier: Scenario = {
  name: "allocation-tier",
  description:
    "batch: 50 nodes, automatic, the autoscaler may go to 60, node 20 uses 600 of the 1,024 that would become 512: warns; fleet: 98 nodes of at most 99: healthy; grid: 99 nodes, at most 120, peaks fit the next tier: healthy",
  plan: () =>
    estate([
      cluster("batch-prod-weu", {
        casing: "upper",
        pools: [pool(50, { name: "workers", maxCount: 60 })],
        traffic: { tcp: onNode(20, steady(600, 0.01), daily(150)) },
      }),
      cluster("fleet-prod-weu", {
        pools: [pool(98, { name: "workers", maxCount: 99, maxSurge: "1" })],
        traffic: { tcp: daily(160) },
      }),
      cluster("grid-prod-weu", {
        pools: [pool(99, { name: "workers", maxCount: 120 })],
        traffic: { tcp: daily(60) },
      }),
    ]),
};

export const upgradeSurge: Scenario = {
  name: "upgrade-surge",
  description:
    "media: 8,000 ports for each of 7 nodes on one address, a third more during an upgrade: warns; stream: 4,000 ports, 8 nodes, the autoscaler may go to 20: warns; radio: 4,000 ports, 8 nodes and one in surge: healthy",
  plan: () =>
    estate([
      cluster("media-prod-weu", {
        pools: [pool(7, { maxSurge: "33%" })],
        loadBalancer: { addresses: { from: "managed", count: 1 }, portsPerNode: 8_000 },
      }),
      cluster("stream-prod-weu", {
        network: "own",
        pools: [pool(3, { name: "system" }), pool(5, { name: "apps", mode: "User", maxCount: 17 })],
        loadBalancer: { addresses: { from: "own", count: 1 }, portsPerNode: 4_000 },
      }),
      cluster("radio-prod-weu", {
        pools: [pool(8, { maxSurge: "1" })],
        loadBalancer: { addresses: { from: "managed", count: 1 }, portsPerNode: 4_000 },
      }),
    ]),
};

/** Before the start, so that only the metrics tell of it, and after it, for a discovery to find. */
const EARLIER = -10;
const LATER = 10;

export const allocationDrift: Scenario = {
  name: "allocation-drift",
  description:
    "ports: 4,096 for a node become automatic (1,024) at -10 min: warns; resize: the same at +10; shrink: two addresses become one at +10; impatient: idle timeout 30 becomes 4 at +10: each warns after it; steady: nothing changes: healthy",
  plan: () =>
    estate([
      cluster("ports-prod-weu", {
        loadBalancer: {
          addresses: { from: "managed", count: 1 },
          portsPerNode: 4_096,
          changes: [{ at: EARLIER, portsPerNode: 0 }],
        },
        traffic: { tcp: steady(300) },
      }),
      cluster("resize-prod-weu", {
        loadBalancer: {
          addresses: { from: "managed", count: 1 },
          portsPerNode: 4_096,
          changes: [{ at: LATER, portsPerNode: 1_024 }],
        },
        traffic: { tcp: steady(300) },
      }),
      cluster("shrink-prod-weu", {
        network: "own",
        loadBalancer: {
          addresses: { from: "own", count: 2 },
          portsPerNode: 2_048,
          changes: [{ at: LATER, addresses: 1 }],
        },
        traffic: { tcp: steady(300) },
      }),
      cluster("impatient-prod-weu", {
        loadBalancer: {
          addresses: { from: "managed", count: 1 },
          changes: [{ at: LATER, idleTimeoutInMinutes: 4 }],
        },
      }),
      cluster("steady-prod-weu", {
        loadBalancer: { addresses: { from: "managed", count: 1 }, portsPerNode: 4_096 },
        traffic: { tcp: steady(300) },
      }),
    ]),
};

export const idleOutboundIps: Scenario = {
  name: "idle-outbound-ips",
  description:
    "web: eight addresses for five nodes that never use 200 ports each: warns; api: the same as a prefix of sixteen: warns; feed: two addresses, fixed ports, both needed at the daily peak: healthy",
  plan: () =>
    estate([
      cluster("web-prod-weu", { loadBalancer: { addresses: { from: "managed", count: 8 } } }),
      cluster("api-prod-weu", {
        network: "own",
        loadBalancer: { addresses: { from: "prefix", length: 28 }, portsPerNode: 8_000 },
      }),
      cluster("feed-prod-weu", {
        network: "own",
        pools: [pool(9, { maxSurge: "1" })],
        loadBalancer: { addresses: { from: "own", count: 2 }, portsPerNode: 12_000 },
        traffic: { tcp: daily(6_400) },
      }),
    ]),
};
