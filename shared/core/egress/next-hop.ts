import { prefixContains } from "./ip.ts";
import type { Firewall, Subnet } from "./network.ts";
import { type NetworkIndex, networkOf } from "./network-index.ts";
import { networkKeyOf, subscriptionKeyOf } from "./resource-id.ts";

/**
 * The firewall that has this private address, as seen from a subnet.
 *
 * Private addresses repeat across copies of an environment, so the nearest one wins: same network, peered network, a hub's
 * (its network is Azure's own and in no list), then any; among equals the one of the same subscription.
 */
export function firewallAt(network: NetworkIndex, address: string, subnet: Subnet): Firewall | undefined {
  const candidates = network.firewallsByPrivateIp.get(address) ?? [];
  return candidates.reduce<Firewall | undefined>(
    (chosen, firewall) =>
      chosen === undefined || distance(network, firewall, subnet) < distance(network, chosen, subnet)
        ? firewall
        : chosen,
    undefined,
  );
}

/** The firewalls that have these private addresses, each once: an ECMP route can lead to several. */
export function firewallsAt(
  network: NetworkIndex,
  addresses: readonly string[],
  subnet: Subnet,
): readonly Firewall[] {
  return [...new Set(addresses.flatMap((address) => firewallAt(network, address, subnet) ?? []))];
}

/** Smaller is nearer; the key settles ties, so that two discoveries choose alike. */
function distance(network: NetworkIndex, firewall: Firewall, subnet: Subnet): string {
  const own = networkOf(network, subnet);
  const theirs = firewall.subnetKey === null ? null : networkKeyOf(firewall.subnetKey);
  const reach =
    theirs === null
      ? 2
      : theirs === networkKeyOf(subnet.key)
        ? 0
        : own?.peers.includes(theirs) === true
          ? 1
          : 3;
  const abroad = subscriptionKeyOf(firewall.key) === subscriptionKeyOf(subnet.key) ? 0 : 1;
  return `${reach}${abroad}${firewall.key}`;
}

/** Whether something answers at a next hop. `dead` only where we can see that nothing can. */
export type HopState = "live" | "dead" | "unknown";

/** Judges the next hops of a route of this subnet: one hop that answers keeps an ECMP route alive. */
export function hopsState(network: NetworkIndex, hops: readonly string[], subnet: Subnet): HopState {
  const states = hops.map((hop) => hopState(network, hop, subnet));
  if (states.includes("live")) return "live";
  return states.length > 0 && states.every((state) => state === "dead") ? "dead" : "unknown";
}

/** Judges one next-hop address of a route of this subnet. */
export function hopState(network: NetworkIndex, address: string, subnet: Subnet): HopState {
  if (network.firewallsByPrivateIp.has(address) || network.privateAddresses.has(address)) return "live";

  const own = networkOf(network, subnet);
  const reachable = [own, ...(own?.peers ?? []).map((peer) => network.networks.get(peer))];
  const holder = reachable.find((it) => it?.prefixes.some((prefix) => prefixContains(prefix, address)));
  if (holder === undefined) return "unknown";
  const home = holder.subnets.find((it) => it.prefixes.some((prefix) => prefixContains(prefix, address)));
  if (home === undefined) return "dead";
  // Interfaces of a scale set are in no list of their own, so its subnet may hold an address that we cannot see.
  if (home.scaleSets.size > 0) return "unknown";
  const lists = ["azureFirewalls", "loadBalancers", "networkInterfaces"] as const;
  const unread = lists.some((list) => network.failuresByList.has(list));
  return unread ? "unknown" : "dead";
}
