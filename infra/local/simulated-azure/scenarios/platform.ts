// Scenarios in which Azure itself is the difficulty.

import { daily } from "../world/curves.ts";
import type { Scenario } from "../world/spec.ts";
import { cluster, estate, NO_OUTBOUND, PRODUCTION, pool, SHARED } from "./parts.ts";

export const lateMetrics: Scenario = {
  name: "late-metrics",
  description:
    "baseline I: every minute comes 3 minutes later than usual (4 to 5.6 min after its end): late is normal",
  plan: () =>
    estate([cluster("shop-prod-weu"), cluster("orders-prod-weu", { lateBursts: true })], {
      extraLateMinutes: 3,
    }),
};

export const absentMetrics: Scenario = {
  name: "absent-metrics",
  description:
    "baseline I: from the anchor on shop-prod-weu has no metrics at all (timeseries []); orders-prod-weu has: unknown, never healthy",
  plan: () =>
    estate([
      cluster("shop-prod-weu", { traffic: { tcp: daily(180), absent: (rel) => rel >= 0 } }),
      cluster("orders-prod-weu"),
    ]),
};

const THROTTLED_BODY = {
  error: {
    code: "ResourceRequestsThrottled",
    message:
      "Number of requests for action 'Microsoft.Insights/metrics/read' exceeded the limit. Please try again after '2' seconds.",
  },
};

const PLAIN_TEXT =
  "You have reached the limit of allowed 'ListLoadBalancers' API calls.Please retry after '2026-11-21T09:04:57.0000000Z' UTC.";

export const throttled: Scenario = {
  name: "throttled",
  description:
    "the real token bucket (250 + 25/s), and on top: every 3rd batch 429 without Retry-After, every 4th 429 with it, every 5th 529, every 6th list of load balancers 429 in plain text: healthy in the end",
  plan: () =>
    estate([cluster("shop-prod-weu"), cluster("orders-prod-neu", { location: "northeurope" })], {
      rateLimit: { capacity: 250, refillPerSecond: 25, retryAfter: "alternate" },
      faults: [
        { match: { path: "metrics:getBatch" }, every: 3, status: 429, body: THROTTLED_BODY },
        {
          match: { path: "metrics:getBatch" },
          every: 4,
          status: 429,
          headers: { "retry-after": "1" },
          body: THROTTLED_BODY,
        },
        { match: { path: "metrics:getBatch" }, every: 5, status: 529, body: THROTTLED_BODY },
        { match: { path: "/loadBalancers" }, every: 6, status: 429, body: PLAIN_TEXT },
      ],
    }),
};

export const partialSubscription: Scenario = {
  name: "partial-subscription",
  description: `"${SHARED}" is listed but answers 403 to everything, "${PRODUCTION}" is fine: its clusters stay healthy`,
  plan: () => ({
    subscriptions: [{ name: PRODUCTION }, { name: SHARED, forbidden: true }],
    clusters: [cluster("shop-prod-weu"), cluster("tools-shared-weu", { subscription: SHARED })],
  }),
};

export const stopped: Scenario = {
  name: "stopped",
  description: "a stopped cluster with an empty pool and no metrics, beside a running one",
  plan: () => estate([cluster("sandbox-prod-weu", { state: "Stopped" }), cluster("shop-prod-weu")]),
};

export const oddClusters: Scenario = {
  name: "odd-clusters",
  description:
    "a cluster being created (no outboundType), one whose last operation failed, a Basic load balancer, outbound types none, block and one nobody knows, a gateway pool, a pool with node public IPs, and clusters whose documents lack keys",
  plan: () =>
    estate([
      cluster("preview-prod-weu", { state: "Creating" }),
      cluster("legacy-prod-weu", {
        networkPlugin: "kubenet",
        loadBalancerSku: "basic",
        loadBalancer: { addresses: { from: "managed", count: 1 }, sku: "Basic" },
      }),
      cluster("isolated-prod-weu", { outboundType: "none", loadBalancer: NO_OUTBOUND }),
      cluster("blocked-prod-weu", { outboundType: "block", loadBalancer: NO_OUTBOUND }),
      cluster("future-prod-weu", { outboundType: "quantumTunnel", loadBalancer: NO_OUTBOUND }),
      cluster("egress-prod-weu", {
        pools: [pool(3), pool(2, { name: "gateway1", mode: "Gateway" })],
      }),
      cluster("edge-prod-weu", { pools: [pool(3, { nodePublicIp: true })] }),
      cluster("broken-prod-weu", { state: "Failed" }),
      cluster("terse-prod-weu", { omits: ["loadBalancerProfile", "powerState"] }),
      cluster("bare-prod-weu", { omits: ["networkProfile"] }),
      cluster("poolless-prod-weu", { network: "own", omits: ["agentPoolProfiles", "outboundType"] }),
    ]),
};
