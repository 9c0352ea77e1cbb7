import type { ClusterSubnet, SecurityGroup } from "./cluster-network.ts";
import type { FoundSubnets } from "./cluster-subnets.ts";
import type { ListedCluster } from "./listed-cluster.ts";
import { failureOf, type NetworkIndex } from "./network-index.ts";
import { poolOfKey, poolOfMachine, scaleSetKeyOf } from "./node-name.ts";
import { groupKey, groupKeyOf, nameOf, resourceKey } from "./resource-id.ts";
import { type ProblemList, whyUnread } from "./unread.ts";

/**
 * The security groups in force on a cluster's nodes and pods.
 *
 * @param problems gets what could not be read
 * @returns `null` where one of them, or the place where one would be, could not be read: no rule can be ruled out then
 */
export function clusterSecurityGroups(
  cluster: ListedCluster,
  network: NetworkIndex,
  { subnets, incomplete }: FoundSubnets,
  problems: ProblemList,
): readonly SecurityGroup[] | null {
  const onSubnets = subnetGroups(subnets, network, problems);
  const onInterfaces = interfaceGroups(cluster, network, problems);
  const failure = failureOf(network, cluster.ref.subscriptionId, "networkSecurityGroups");
  if (failure !== undefined || incomplete || onSubnets === null || onInterfaces === null) return null;
  return [...onSubnets, ...onInterfaces];
}

function subnetGroups(
  subnets: readonly ClusterSubnet[],
  network: NetworkIndex,
  problems: ProblemList,
): readonly SecurityGroup[] | null {
  const concerned = new Map<string, Concerned>();
  for (const { securityGroupId, pools } of subnets) {
    if (securityGroupId !== null) add(concerned, securityGroupId, pools);
  }
  return inForce("subnet", concerned, network, problems);
}

/** The group itself tells whose interfaces it is on; where interfaces were read, they tell it too. */
function interfaceGroups(
  cluster: ListedCluster,
  network: NetworkIndex,
  problems: ProblemList,
): readonly SecurityGroup[] | null {
  const nodeGroup = groupKey(cluster.ref.subscriptionId, cluster.nodeResourceGroup);
  const concerned = new Map<string, Concerned>();
  for (const group of network.securityGroupsByNodeGroup.get(nodeGroup) ?? []) {
    for (const user of group.users) {
      if (groupKeyOf(user) !== nodeGroup) continue;
      add(concerned, group.id, [poolOfMachine(nameOf(user), cluster.pools)]);
    }
  }
  for (const { key, machineKey, securityGroupKey } of network.guardedNics.get(nodeGroup) ?? []) {
    // A private endpoint has an interface too, and no machine.
    if (securityGroupKey === null || machineKey === null) continue;
    const machine = scaleSetKeyOf(key) === null ? machineKey : key;
    add(concerned, securityGroupKey, [poolOfKey(machine, cluster.pools)]);
  }
  return inForce("interface", concerned, network, problems);
}

/** A group and the pools that it concerns. Nodes of no pool have no name to add. */
interface Concerned {
  readonly id: string;
  readonly pools: Set<string>;
}

function add(concerned: Map<string, Concerned>, id: string, pools: readonly (string | null)[]): void {
  const known = concerned.get(resourceKey(id)) ?? { id, pools: new Set<string>() };
  for (const pool of pools) if (pool !== null) known.pools.add(pool);
  concerned.set(resourceKey(id), known);
}

function inForce(
  on: SecurityGroup["on"],
  concerned: ReadonlyMap<string, Concerned>,
  network: NetworkIndex,
  problems: ProblemList,
): readonly SecurityGroup[] | null {
  const found: SecurityGroup[] = [];
  for (const [key, { id, pools }] of concerned) {
    const group = network.securityGroups.get(key);
    if (group === undefined) problems.add(whyUnread(network, id, "networkSecurityGroups"));
    else found.push({ id: group.id, name: group.name, on, pools: [...pools], rules: group.rules });
  }
  return found.length === concerned.size ? found : null;
}
