import type { NodePool } from "../egress/topology.ts";

/**
 * Nodes that an upgrade adds to a pool for a while.
 *
 * A share is taken of the pool's largest size and rounded up, as AKS does ("8 + 10 % surge = 9"); without a setting AKS
 * validates with one buffer node or 10 %, so the larger of the two is assumed.
 */
export function surgeNodes(pool: NodePool, size: number): number {
  const percent = /^(\d+)%$/.exec(pool.maxSurge ?? "")?.[1];
  if (percent !== undefined) return Math.ceil((size * Number(percent)) / 100);
  const count = /^(\d+)$/.exec(pool.maxSurge ?? "")?.[1];
  if (count !== undefined) return Number(count);
  return Math.max(1, Math.ceil(size / 10));
}

/** The most nodes that the pools can have together, autoscaler maxima and the surge of an upgrade in every pool included. */
export function maximumNodesWithSurge(pools: readonly NodePool[]): number {
  return pools.reduce((sum, pool) => sum + maximumOf(pool) + surgeNodes(pool, maximumOf(pool)), 0);
}

/** The most nodes that the pools can have together, autoscaler maxima included, no upgrade going on. */
export function maximumNodes(pools: readonly NodePool[]): number {
  return pools.reduce((sum, pool) => sum + maximumOf(pool), 0);
}

function maximumOf(pool: NodePool): number {
  return pool.autoscaling ? Math.max(pool.count, pool.maxCount ?? 0) : pool.count;
}
