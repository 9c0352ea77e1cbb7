import { daily, steady } from "../world/curves.ts";
import type { Scenario } from "../world/spec.ts";
import { cluster, estate, pool } from "./parts.ts";

export const healthy: Scenario = {
  name: "healthy",
  description: "three quiet clusters behind load balancers: healthy, all the time",
  plan: () =>
    estate([
      cluster("shop-prod-weu", { pools: [pool(5)], traffic: { tcp: daily(220) } }),
      cluster("catalog-prod-neu", { location: "northeurope", pools: [pool(3)] }),
      cluster("media-prod-weu", {
        pools: [pool(4)],
        network: "own",
        loadBalancer: { addresses: { from: "own", count: 1 }, portsPerNode: 4000 },
        traffic: { tcp: steady(400) },
      }),
    ]),
};

export const empty: Scenario = {
  name: "empty",
  description: "two subscriptions without a cluster",
  plan: () => ({
    subscriptions: [{ name: "Contoso Production" }, { name: "Contoso Shared" }],
    clusters: [],
  }),
};

export const noSubscriptions: Scenario = {
  name: "no-subscriptions",
  description: "the identity can read no subscription at all",
  plan: () => ({ subscriptions: [], clusters: [] }),
};

export const twoFrontendsHealthy: Scenario = {
  name: "two-frontends-healthy",
  description: "baseline B: 10 nodes, 6,400 ports each on two addresses, all at about 1,000: healthy",
  plan: () =>
    estate([
      cluster("payments-prod-weu", {
        pools: [pool(10)],
        network: "own",
        loadBalancer: { addresses: { from: "own", count: 2 }, portsPerNode: 6400 },
        traffic: { tcp: steady(1000) },
      }),
    ]),
};
