// What most scenarios have in common.

import { daily } from "../world/curves.ts";
import type { ClusterSpec, LoadBalancerSpec, PoolSpec, ScenarioPlan } from "../world/spec.ts";

export const PRODUCTION = "Contoso Production";
export const SHARED = "Contoso Shared";

/** One managed address and automatic allocation: what AKS gives who asks for nothing. */
const ONE_MANAGED_IP: LoadBalancerSpec = { addresses: { from: "managed", count: 1 } };

/** A pool of constant size. */
export function pool(count: number, more: Partial<PoolSpec> = {}): PoolSpec {
  return { name: "nodepool1", count, maxSurge: "10%", mode: "System", ...more };
}

/** A cluster with quiet office traffic behind one managed address, but for what is said. */
export function cluster(name: string, more: Partial<ClusterSpec> = {}): ClusterSpec {
  return {
    subscription: PRODUCTION,
    resourceGroup: `rg-${name}`,
    name,
    location: "westeurope",
    pools: [pool(5)],
    loadBalancer: ONE_MANAGED_IP,
    traffic: { tcp: daily(180) },
    ...more,
  };
}

/** A plan with one subscription. */
export function estate(clusters: readonly ClusterSpec[], more: Partial<ScenarioPlan> = {}): ScenarioPlan {
  return { subscriptions: [{ name: PRODUCTION }], clusters, ...more };
}
