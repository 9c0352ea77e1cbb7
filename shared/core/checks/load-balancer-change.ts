import type { Cluster } from "../egress/topology.ts";
import { mainOutboundRule, ruleBudget } from "../snat/outbound-budget.ts";
import { azTarget } from "./applies.ts";
import { idList, shellWord } from "./az-command.ts";

/** Largest public prefix that Azure gives of its own addresses: a /28. Source: "Public IP address prefix". */
const LARGEST_PREFIX = 16;

/** What to set on a cluster's load balancer; absent parts stay as they are. */
export interface LoadBalancerChange {
  readonly portsPerNode?: number;
  /** IPv4 addresses that there are to be, not fewer than there are. */
  readonly outboundIps?: number;
}

/** True where AKS makes the outbound addresses itself, so that a count is enough to have more or fewer. */
export function hasManagedAddresses(cluster: Cluster): boolean {
  const addresses = cluster.loadBalancerProfile?.addresses;
  return addresses !== "publicIps" && addresses !== "prefixes";
}

/** Complete commands for the change, in the order in which they are to be run. */
export function loadBalancerCommands(cluster: Cluster, change: LoadBalancerChange): readonly string[] {
  const update = `az aks update ${azTarget(cluster)}`;
  const ports =
    change.portsPerNode === undefined ? "" : ` --load-balancer-outbound-ports ${change.portsPerNode}`;
  if (change.outboundIps === undefined) return [`${update}${ports}`];
  if (hasManagedAddresses(cluster)) {
    return [`${update} --load-balancer-managed-outbound-ip-count ${change.outboundIps}${ports}`];
  }
  const known = knownAddresses(cluster);
  const more = Math.max(0, change.outboundIps - known.length);
  return cluster.loadBalancerProfile?.addresses === "prefixes"
    ? withMorePrefixes(cluster, more, `${update} --load-balancer-outbound-ip-prefixes`, ports)
    : withMoreAddresses(cluster, known, more, `${update} --load-balancer-outbound-ips`, ports);
}

function knownAddresses(cluster: Cluster): readonly string[] {
  const rule = cluster.loadBalancer === null ? null : mainOutboundRule(cluster.loadBalancer);
  return cluster.loadBalancer === null || rule === null
    ? []
    : ruleBudget(cluster.loadBalancer, rule).addresses;
}

function withMoreAddresses(
  cluster: Cluster,
  known: readonly string[],
  more: number,
  update: string,
  ports: string,
): readonly string[] {
  const { subscriptionId, name } = cluster.ref;
  const namePrefix = `${name}-egress-`;
  const ids = idList({ kind: "public-ip", subscriptionId, texts: known, namePrefix }, ",");
  return [
    `for i in $(seq 1 ${more}); do az network public-ip create ${newAddress(cluster)} --name ${shellWord(namePrefix)}$i --sku Standard; done`,
    `${update} ${ids}${ports}`,
  ];
}

function withMorePrefixes(cluster: Cluster, more: number, update: string, ports: string): readonly string[] {
  const { subscriptionId, name } = cluster.ref;
  const namePrefix = `${name}-egress-`;
  const size = Math.min(LARGEST_PREFIX, 2 ** Math.ceil(Math.log2(Math.max(2, more))));
  const texts = outboundPrefixes(cluster).map((prefix) => prefix.text);
  const ids = idList({ kind: "public-ip prefix", subscriptionId, texts, namePrefix }, ",");
  return [
    `for i in $(seq 1 ${Math.ceil(more / size)}); do az network public-ip prefix create ${newAddress(cluster)} --name ${shellWord(namePrefix)}$i --length ${prefixLength(size)}; done`,
    `${update} ${ids}${ports}`,
  ];
}

function newAddress({ ref }: Cluster): string {
  return `--subscription ${ref.subscriptionId} --resource-group ${shellWord(ref.resourceGroup)} --location ${ref.location}`;
}

/** A frontend of the outbound rule that holds a whole prefix, in CIDR notation, or one address. */
export interface OutboundPrefix {
  readonly text: string;
  readonly addresses: readonly string[];
}

/** The IPv4 frontends of the outbound rule; a prefix is written as its first address and length. */
export function outboundPrefixes(cluster: Cluster): readonly OutboundPrefix[] {
  const rule = cluster.loadBalancer === null ? null : mainOutboundRule(cluster.loadBalancer);
  return (rule?.frontends ?? [])
    .filter((frontend) => frontend.family === "ipv4" && frontend.addresses.length > 0)
    .map(({ addresses }) => ({
      text: `${addresses[0] ?? ""}/${prefixLength(addresses.length)}`,
      addresses,
    }));
}

/** A part of a command that lists the ids of these: of prefixes for an option that takes prefixes. */
export function prefixIdsOf(subscriptionId: string, prefixes: readonly OutboundPrefix[]): string {
  const texts = prefixes.map((prefix) => prefix.text);
  return idList({ kind: "public-ip prefix", subscriptionId, texts }, ",");
}

/** Length of the IPv4 prefix of so many addresses: 16 is 28. */
export function prefixLength(addresses: number): number {
  return 32 - Math.round(Math.log2(addresses));
}
