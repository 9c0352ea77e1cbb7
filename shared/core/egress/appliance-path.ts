import { resolveAddresses } from "./addresses.ts";
import type { Firewall, Route, Subnet } from "./network.ts";
import type { NetworkIndex } from "./network-index.ts";
import { firewallsAt, hopsState } from "./next-hop.ts";
import { path, type ResolvedPath } from "./path.ts";
import { nameOf, resourceKey } from "./resource-id.ts";
import { type ProblemList, whyUnread } from "./unread.ts";

/** The path of a subnet whose default route names an appliance: a known firewall, else somebody's own. */
export function appliancePath(
  route: Route,
  subnet: Subnet,
  network: NetworkIndex,
  problems: ProblemList,
): ResolvedPath {
  const hops = route.nextHops;
  const nextHop = { addresses: hops, state: hopsState(network, hops, subnet) };
  const where = `route '${route.name}' of subnet '${subnet.name}' sends ${route.prefix} to ${hops.join(", ") || "no address"}`;

  const firewalls = firewallsAt(network, hops, subnet);
  const [firewall] = firewalls;
  if (firewall === undefined) {
    // With a list of firewalls missing, "not a firewall" is not proven.
    for (const failure of network.failuresByList.get("azureFirewalls") ?? []) {
      problems.add({ source: "topology", reason: failure.reason, message: failure.message });
    }
    return path("virtualAppliance", `${where}, which is no Azure Firewall that can be read`, {
      tell: hops.join(","),
      nextHop,
    });
  }

  const senders = firewalls.map((it) => firewallSender(it, network, problems));
  return path(
    "firewall",
    `${where}, the private address of ${senders.map((it) => it.told).join(" and of ")}`,
    {
      resourceId: firewall.id,
      publicIps: [...new Set(senders.flatMap((it) => it.addresses))],
      nextHop,
    },
  );
}

/** What the internet sees of a firewall: a NAT gateway on the firewall's subnet sends in its place (Azure docs, "Scale SNAT ports with NAT gateway"). */
function firewallSender(firewall: Firewall, network: NetworkIndex, problems: ProblemList) {
  const name = `firewall '${nameOf(firewall.id)}'`;
  const subnet = firewall.subnetKey === null ? undefined : network.subnets.get(firewall.subnetKey);
  const gatewayId = subnet?.natGatewayId ?? null;
  if (gatewayId !== null) {
    const told = `${name}, which sends through NAT gateway '${nameOf(gatewayId)}'`;
    const gateway = network.natGateways.get(resourceKey(gatewayId));
    if (gateway !== undefined)
      return { addresses: resolveAddresses(network, gateway, problems).addresses, told };
    // The firewall carries the traffic all the same; only what the internet sees of it is unknown.
    problems.add({ ...whyUnread(network, gatewayId, "natGateways"), minor: true });
    return { addresses: [], told: `${told} (cannot be read)` };
  }
  const refs = { publicIpIds: firewall.publicIpIds, prefixIds: [] };
  const { addresses } = resolveAddresses(network, refs, problems);
  return { addresses: [...addresses, ...firewall.publicAddresses], told: name };
}
