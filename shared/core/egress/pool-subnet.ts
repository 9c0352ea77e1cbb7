import type { ListedCluster, ListedPool } from "./listed-cluster.ts";
import type { Subnet } from "./network.ts";
import type { NetworkIndex } from "./network-index.ts";
import { poolOfMachine } from "./node-name.ts";
import { groupKey, nameOf, resourceKey } from "./resource-id.ts";

/** AKS gives the node subnet of a managed network this name. */
const AKS_SUBNET = "aks-subnet";

/** The subnet of a pool's nodes, or why there is none to be seen. */
export type SubnetLookup =
  | { readonly kind: "found"; readonly subnet: Subnet }
  | { readonly kind: "unread"; readonly id: string }
  /** A managed network that is not there (yet), or that the identity may not read. */
  | { readonly kind: "noNetwork" };

/** The subnet with this id. */
export function subnetById(network: NetworkIndex, id: string): SubnetLookup {
  const subnet = network.subnets.get(resourceKey(id));
  return subnet === undefined ? { kind: "unread", id } : { kind: "found", subnet };
}

/**
 * The node subnet of a pool. A cluster in a managed network names none: its network lies in the node resource group.
 *
 * @param pool `null` for a cluster that lists no pools
 */
export function poolSubnet(
  cluster: ListedCluster,
  pool: ListedPool | null,
  network: NetworkIndex,
): SubnetLookup {
  if (pool !== null && pool.subnetId !== null) return subnetById(network, pool.subnetId);

  const group = groupKey(cluster.ref.subscriptionId, cluster.nodeResourceGroup);
  const subnets = (network.networksByGroup.get(group) ?? []).flatMap((it) => it.subnets);
  const subnet =
    subnets.find((it) => pool !== null && holdsPool(it, pool)) ??
    (subnets.length === 1 ? subnets[0] : undefined) ??
    subnets.find((it) => it.name.toLowerCase() === AKS_SUBNET);
  return subnet === undefined ? { kind: "noNetwork" } : { kind: "found", subnet };
}

/**
 * Subnets that hold nodes of the cluster and belong to no pool: nodes that node auto-provisioning made are in no pool profile.
 *
 * @param taken keys of the subnets of the pools
 */
export function strayNodeSubnets(
  cluster: ListedCluster,
  network: NetworkIndex,
  taken: ReadonlySet<string>,
): readonly Subnet[] {
  if (!cluster.nodeProvisioning) return [];
  const group = groupKey(cluster.ref.subscriptionId, cluster.nodeResourceGroup);
  const subnets = network.subnetsByNodeGroup.get(group) ?? [];
  return subnets.filter((subnet) => !taken.has(subnet.key));
}

function holdsPool(subnet: Subnet, pool: ListedPool): boolean {
  return [...subnet.scaleSets.keys()].some((key) => poolOfMachine(nameOf(key), [pool]) !== null);
}
