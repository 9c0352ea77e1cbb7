// What most scenarios have in common.

import type { FirewallLogsSpec, WorkspaceSpec } from "../logs/spec.ts";
import type { Curve } from "../world/curve.ts";
import { daily, dailyTotal } from "../world/curves.ts";
import type { FirewallSpec, NatGatewaySpec } from "../world/device-spec.ts";
import type { LoadBalancerSpec } from "../world/load-balancer-spec.ts";
import type { ApplianceSpec, RouteSpec } from "../world/network-spec.ts";
import type { ClusterSpec, PoolSpec, ScenarioPlan } from "../world/spec.ts";

export const PRODUCTION = "Contoso Production";
export const SHARED = "Contoso Shared";

/** Faults begin this long before the anchor: old enough for any `for`, young enough to have a healthy history. */
export const ONSET = -15;

/** One managed address and automatic allocation: what AKS gives who asks for nothing. */
const ONE_MANAGED_IP: LoadBalancerSpec = { addresses: { from: "managed", count: 1 } };

/** No outbound rule: AKS makes a load balancer only for the first service. */
export const NO_OUTBOUND: LoadBalancerSpec = { addresses: { from: "managed", count: 0 }, outbound: false };

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

/** A cluster that says it uses a NAT gateway, and does. */
export function behindNat(name: string, gateway: string, more: Partial<ClusterSpec> = {}): ClusterSpec {
  return cluster(name, {
    network: "own",
    outboundType: "userAssignedNATGateway",
    loadBalancer: NO_OUTBOUND,
    natGateway: gateway,
    ...more,
  });
}

/** A NAT gateway with quiet traffic, but for what is said. */
export function natGatewayOf(
  name: string,
  addresses: number,
  more: Partial<NatGatewaySpec> = {},
): NatGatewaySpec {
  return {
    subscription: PRODUCTION,
    resourceGroup: "rg-network",
    name,
    location: "westeurope",
    addresses,
    connections: dailyTotal(4_200, name.length),
    attempted: dailyTotal(2_600, name.length + 1),
    ...more,
  };
}

/** A cluster with user-defined routing. */
export function routed(
  name: string,
  route: RouteSpec | undefined,
  more: Partial<ClusterSpec> = {},
): ClusterSpec {
  return cluster(name, {
    network: "own",
    outboundType: "userDefinedRouting",
    loadBalancer: NO_OUTBOUND,
    ...(route === undefined ? {} : { defaultRoute: route }),
    ...more,
  });
}

/** What a firewall logs is kept, so that nothing refused reads as nothing refused. */
const TO_WORKSPACE: FirewallLogsSpec = {
  workspaces: ["law-hub-weu"],
  mode: "resourceSpecific",
  categories: "allLogs",
};

/** The workspace that the firewalls here log to. */
export function hubWorkspace(subscription: string): WorkspaceSpec {
  return { subscription, resourceGroup: "rg-monitoring-weu", name: "law-hub-weu", location: "westeurope" };
}

/** A firewall of the hub subscription. */
export function firewallOf(
  name: string,
  privateAddress: string,
  utilization: Curve,
  more: Partial<FirewallSpec> = {},
): FirewallSpec {
  const place = { subscription: SHARED, resourceGroup: "rg-hub-weu", location: "westeurope" };
  return { ...place, name, privateAddress, addresses: 2, utilization, logs: TO_WORKSPACE, ...more };
}

/** A third-party appliance in the hub subscription. */
export function applianceOf(
  name: string,
  address: string,
  kind: ApplianceSpec["kind"] = "interface",
): ApplianceSpec {
  return {
    subscription: SHARED,
    resourceGroup: "rg-nva-weu",
    location: "westeurope",
    name,
    address,
    kind,
  };
}

/** A plan with one subscription. */
export function estate(clusters: readonly ClusterSpec[], more: Partial<ScenarioPlan> = {}): ScenarioPlan {
  return { subscriptions: [{ name: PRODUCTION }], clusters, ...more };
}

/** A plan with a subscription for the clusters and one for what they share. */
export function hubAndSpokes(
  clusters: readonly ClusterSpec[],
  more: Partial<ScenarioPlan> = {},
): ScenarioPlan {
  const subscriptions = [{ name: PRODUCTION }, { name: SHARED }];
  return estate(clusters, { subscriptions, workspaces: [hubWorkspace(SHARED)], ...more });
}

/** One level from the onset on, another before. */
export function fromOnset(later: number, before: number): Curve {
  return ({ rel }) => (rel >= ONSET ? later : before);
}
