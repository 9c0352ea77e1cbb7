import { DAY_MS } from "../time.ts";
import type { ListedCluster, ListedPool } from "./listed-cluster.ts";
import { listedMembers } from "./load-balancer-topology.ts";
import type { NetworkIndex } from "./network-index.ts";
import { poolOfMachine, scaleSetKeyOf } from "./node-name.ts";
import { outboundLoadBalancer } from "./outbound-load-balancer.ts";
import { groupKey, groupKeyOf, parseResourceId, type ResourceIdParts } from "./resource-id.ts";
import type { Cluster } from "./topology.ts";

/** A scale set whose network interfaces have to be read to learn its members' addresses. */
export interface ScaleSetToRead extends ResourceIdParts {
  readonly key: string;
}

/**
 * The scale sets of a cluster's outbound pool with a member whose address nobody knows yet.
 *
 * Addresses stay with an instance, so those of the last discovery hold until the set of members changes. They are read
 * again once a day, each set at its own time, and after a stop: a stopped machine gives its address back.
 */
export function scaleSetsToRead(
  cluster: ListedCluster,
  network: NetworkIndex,
  previous: Cluster | undefined,
  nowMs: number,
): readonly ScaleSetToRead[] {
  const balancer = outboundLoadBalancer(cluster, network);
  if (balancer === undefined) return [];

  const ran = cluster.powerState !== "stopped" && previous?.powerState !== "stopped";
  const known = new Set(
    ran ? previous?.loadBalancer?.members.flatMap((it) => (it.backendIp === null ? [] : it.key)) : [],
  );
  const found = new Map<string, ScaleSetToRead>();
  for (const member of listedMembers(balancer)) {
    const key = scaleSetKeyOf(member.key);
    if (key === null || found.has(key)) continue;
    if (known.has(member.key) && !dailyTurn(key, previous?.discoveredAtMs ?? nowMs, nowMs)) continue;
    const parts = parseResourceId(key);
    if (parts !== null) found.set(key, { key, ...parts });
  }
  return [...found.values()];
}

/**
 * The scale sets of a pool's nodes, told by the outbound pool and by the subnets: their nodes' public addresses are in no list
 * of a subscription.
 */
export function poolScaleSets(
  cluster: ListedCluster,
  pool: ListedPool,
  network: NetworkIndex,
): readonly ScaleSetToRead[] {
  const group = groupKey(cluster.ref.subscriptionId, cluster.nodeResourceGroup);
  const balancer = outboundLoadBalancer(cluster, network);
  const keys = new Set([
    ...(network.subnetsByNodeGroup.get(group) ?? []).flatMap((subnet) => subnet.scaleSets),
    ...(balancer === undefined ? [] : listedMembers(balancer).flatMap((it) => scaleSetKeyOf(it.key) ?? [])),
  ]);
  return [...keys].flatMap((key) => {
    const parts = parseResourceId(key);
    const ofPool = groupKeyOf(key) === group && parts !== null && poolOfMachine(parts.name, [pool]) !== null;
    return ofPool ? [{ key, ...parts }] : [];
  });
}

/** Whether the daily moment of this key lies between two instants. */
function dailyTurn(key: string, fromMs: number, toMs: number): boolean {
  const offsetMs = hash(key) % DAY_MS;
  return Math.floor((fromMs - offsetMs) / DAY_MS) !== Math.floor((toMs - offsetMs) / DAY_MS);
}

/** FNV-1a, 32 bits: spreads keys over the day. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return value;
}
