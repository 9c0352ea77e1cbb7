import { resolveAddresses } from "./addresses.ts";
import type { Firewall, Route, Subnet } from "./network.ts";
import type { NetworkIndex } from "./network-index.ts";
import { firewallAt, type HopState, hopState } from "./next-hop.ts";
import { path, type ResolvedPath } from "./path.ts";
import { nameOf, resourceKey } from "./resource-id.ts";
import type { ProblemList } from "./unread.ts";

/** The path of a subnet whose default route names an appliance: a known firewall, else somebody's own. */
export function appliancePath(
  route: Route,
  subnet: Subnet,
  network: NetworkIndex,
  problems: ProblemList,
): ResolvedPath {
  const hops = route.nextHops;
  const nextHop = { addresses: hops, state: together(hops.map((hop) => hopState(network, hop, subnet))) };
  const where = `route '${route.name}' of subnet '${subnet.name}' sends ${route.prefix} to ${hops.join(", ") || "no address"}`;

  const firewall = hops.map((hop) => firewallAt(network, hop, subnet)).find((it) => it !== undefined);
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

  const sender = firewallSender(firewall, network, problems);
  return path(
    "firewall",
    `${where}, the private address of firewall '${nameOf(firewall.id)}'${sender.note}`,
    {
      resourceId: firewall.id,
      publicIps: sender.addresses,
      nextHop,
    },
  );
}

/** What the internet sees: a NAT gateway on the firewall's subnet sends in its place (Azure docs, "Scale SNAT ports with NAT gateway"). */
function firewallSender(firewall: Firewall, network: NetworkIndex, problems: ProblemList) {
  const subnet = firewall.subnetKey === null ? undefined : network.subnets.get(firewall.subnetKey);
  const gateway =
    subnet?.natGatewayId == null ? undefined : network.natGateways.get(resourceKey(subnet.natGatewayId));
  if (gateway !== undefined) {
    const { addresses } = resolveAddresses(network, gateway, problems);
    return { addresses, note: `, which sends through NAT gateway '${nameOf(gateway.id)}'` };
  }
  const refs = { publicIpIds: firewall.publicIpIds, prefixIds: [] };
  const { addresses } = resolveAddresses(network, refs, problems);
  return { addresses: [...addresses, ...firewall.publicAddresses], note: "" };
}

/** One hop that answers keeps an ECMP route alive. */
function together(states: readonly HopState[]): HopState {
  if (states.includes("live")) return "live";
  return states.length > 0 && states.every((state) => state === "dead") ? "dead" : "unknown";
}
