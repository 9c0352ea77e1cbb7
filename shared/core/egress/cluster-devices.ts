import { resolveAddresses } from "./addresses.ts";
import type { FirewallTopology, NatGatewayTopology, PublicInboundRule } from "./cluster-network.ts";
import { defaultRoute } from "./default-route.ts";
import type { ListedCluster } from "./listed-cluster.ts";
import { frontendsOf } from "./load-balancer-topology.ts";
import type { Firewall, NatGateway, Subnet } from "./network.ts";
import type { NetworkIndex } from "./network-index.ts";
import { firewallsAt } from "./next-hop.ts";
import { groupKey, groupKeyOf, nameOf, parseResourceId, resourceKey } from "./resource-id.ts";
import type { EgressPath } from "./topology.ts";
import { ProblemList } from "./unread.ts";

// Addresses that cannot be read are told with the paths; here their absence is enough.

/** The firewalls that the default routes of these subnets lead to. An ECMP route can name several. */
export function routedFirewalls(subnets: readonly Subnet[], network: NetworkIndex): readonly Firewall[] {
  const found = new Map<string, Firewall>();
  for (const subnet of subnets) {
    const table = network.routeTables.get(resourceKey(subnet.routeTableId ?? ""));
    const verdict = table === undefined ? undefined : defaultRoute(table);
    if (verdict?.kind !== "appliance") continue;
    for (const firewall of firewallsAt(network, verdict.route.nextHops, subnet)) {
      found.set(firewall.key, firewall);
    }
  }
  return [...found.values()];
}

/** A firewall, its logs not asked for yet. */
export function firewallTopology(firewall: Firewall, network: NetworkIndex): FirewallTopology {
  const own = { publicIpIds: firewall.publicIpIds, prefixIds: [] };
  const { addresses } = resolveAddresses(network, own, new ProblemList());
  return {
    id: firewall.id,
    name: nameOf(firewall.id),
    subscriptionId: parseResourceId(firewall.id)?.subscriptionId ?? "",
    location: firewall.location,
    tier: firewall.tier,
    hub: firewall.hub,
    publicIps: [...addresses, ...firewall.publicAddresses],
    natGatewayId: firewallGatewayId(firewall, network),
    logs: null,
    logProblem: null,
  };
}

/** NAT gateways that can be read: those of the paths, and those on the subnets of these firewalls. */
export function natGatewaysOf(
  cluster: ListedCluster,
  paths: readonly EgressPath[],
  firewalls: readonly FirewallTopology[],
  network: NetworkIndex,
): readonly NatGatewayTopology[] {
  const ids = [
    ...paths.map((path) => (path.kind === "natGateway" ? path.resourceId : null)),
    ...firewalls.map((firewall) => firewall.natGatewayId),
  ];
  const keys = new Set(ids.flatMap((id) => (id === null ? [] : resourceKey(id))));
  return [...keys].flatMap((key) => {
    const gateway = network.natGateways.get(key);
    return gateway === undefined ? [] : [natGatewayTopology(gateway, cluster, network)];
  });
}

/** The load-balancing rules with a public frontend, of every load balancer of the node resource group. */
export function publicInboundRules(
  cluster: ListedCluster,
  network: NetworkIndex,
): readonly PublicInboundRule[] {
  const group = groupKey(cluster.ref.subscriptionId, cluster.nodeResourceGroup);
  return (network.loadBalancersByGroup.get(group) ?? []).flatMap((balancer) =>
    balancer.rules.flatMap((rule) =>
      frontendsOf(balancer, [rule.frontendKey])
        .filter((frontend) => frontend.publicIpIds.length + frontend.prefixIds.length > 0)
        .map((frontend) => ({
          loadBalancerId: balancer.id,
          name: rule.name,
          addresses: resolveAddresses(network, frontend, new ProblemList(), frontend.family).addresses,
          protocol: rule.protocol,
          port: rule.frontendPort,
        })),
    ),
  );
}

function firewallGatewayId(firewall: Firewall, network: NetworkIndex): string | null {
  const subnet = firewall.subnetKey === null ? undefined : network.subnets.get(firewall.subnetKey);
  return subnet?.natGatewayId ?? null;
}

function natGatewayTopology(
  gateway: NatGateway,
  cluster: ListedCluster,
  network: NetworkIndex,
): NatGatewayTopology {
  const { addresses, ipv4Count } = resolveAddresses(network, gateway, new ProblemList());
  return {
    id: gateway.id,
    name: nameOf(gateway.id),
    sku: gateway.sku,
    location: gateway.location,
    idleTimeoutMinutes: gateway.idleTimeoutMinutes,
    publicIps: addresses,
    ipv4Count,
    managed: groupKeyOf(gateway.key) === groupKey(cluster.ref.subscriptionId, cluster.nodeResourceGroup),
  };
}
