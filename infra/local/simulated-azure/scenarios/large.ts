import { daily } from "../world/curves.ts";
import type { Scenario } from "../world/spec.ts";
import { cluster, pool } from "./parts.ts";

const REGIONS = ["westeurope", "northeurope", "eastus2", "westus2"] as const;

export const large: Scenario = {
  name: "large",
  description:
    "--clusters clusters of --nodes nodes, --clusters-per-subscription (50) to a subscription, over four regions, one load balancer with --frontends addresses each: healthy",
  plan: ({ clusters, nodes, clustersPerSubscription, frontends }) => {
    const subscriptionOf = (index: number): string =>
      `Contoso Fleet ${String(Math.floor(index / clustersPerSubscription) + 1).padStart(3, "0")}`;
    const count = Math.ceil(clusters / clustersPerSubscription);
    return {
      subscriptions: Array.from({ length: count }, (_, index) => ({
        name: subscriptionOf(index * clustersPerSubscription),
      })),
      clusters: Array.from({ length: clusters }, (_, index) =>
        cluster(`fleet-${String(index + 1).padStart(4, "0")}`, {
          subscription: subscriptionOf(index),
          location: REGIONS[index % REGIONS.length] ?? "westeurope",
          pools: [pool(nodes)],
          loadBalancer: { addresses: { from: "managed", count: frontends } },
          // A larger pool has fewer ports for each node.
          traffic: { tcp: daily(nodes <= 50 ? 220 : nodes <= 100 ? 120 : 30) },
        }),
      ),
    };
  },
};
