// Which VNets a cluster's own VNet is peered with: those its routes lead to, and those the plan names.

import type { ApplianceModel, FirewallModel } from "./model.ts";
import type { RouteSpec } from "./network-spec.ts";
import type { ClusterSpec } from "./spec.ts";

interface Neighbours {
  readonly firewalls: ReadonlyMap<string, FirewallModel>;
  readonly appliances: readonly ApplianceModel[];
}

/** Peers a VNet, on both sides. @returns the ids of the VNets at the other end */
export function peersOf(spec: ClusterSpec, networkId: string, around: Neighbours): string[] {
  const routes = [spec.defaultRoute, ...(spec.subnets ?? []).map((subnet) => subnet.defaultRoute)];
  const named = (spec.peeredWith ?? []).flatMap((name) => around.firewalls.get(name) ?? []);
  const found = new Set([...named, ...routes.flatMap((route) => holdersOf(route, around))]);
  for (const { spokes } of found) spokes.add(networkId);
  return [...found].map((holder) => holder.networkId);
}

function holdersOf(
  route: RouteSpec | undefined,
  { firewalls, appliances }: Neighbours,
): (FirewallModel | ApplianceModel)[] {
  if (route === undefined || route === "missing" || "hop" in route) return [];
  if ("firewall" in route) {
    const firewall = firewalls.get(route.firewall);
    // A hub is connected by other means than a peering.
    return firewall === undefined || firewall.spec.hub ? [] : [firewall];
  }
  const addresses = "ecmp" in route ? route.ecmp : [route.address];
  return appliances.filter(({ spec }) => addresses.includes(spec.address));
}
