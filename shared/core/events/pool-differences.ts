import type { Cluster, NodePool, PoolMember } from "../egress/topology.ts";
import type { Difference } from "./difference.ts";

/** Names of nodes that an event lists; the rest is a number. */
const MOST_NAMES = 5;

/** In which pool or node two looks at a cluster differ. */
export function poolDifferences(old: Cluster, now: Cluster): Difference[] {
  const known = new Map(old.pools.map((pool) => [pool.name.toLowerCase(), pool]));
  const found: Difference[] = [];
  for (const pool of now.pools) {
    const before = known.get(pool.name.toLowerCase());
    known.delete(pool.name.toLowerCase());
    if (before === undefined) found.push(poolChange(pool, "added"));
    else found.push(...limitDifference(before, pool));
  }
  for (const pool of known.values()) found.push(poolChange(pool, "removed"));
  return [...found, ...nodeDifferences(old, now)];
}

function poolChange(pool: NodePool, how: "added" | "removed"): Difference {
  const { name, vmSize, mode } = pool;
  const what = [mode, vmSize, limitsOf(pool)].filter((part) => part !== "").join(", ");
  return {
    change: "nodePool",
    subject: name,
    before: how === "added" ? null : what,
    after: how === "added" ? what : null,
    title: `node pool ${name} ${how}`,
    detail: what,
  };
}

function limitDifference(old: NodePool, now: NodePool): Difference[] {
  const [before, after] = [limitsOf(old), limitsOf(now)];
  // How many nodes a pool without autoscaler has is told with its nodes.
  if (before === after || !(old.autoscaling || now.autoscaling)) return [];
  const title = `node pool ${now.name}: ${before} before, ${after} now`;
  return [{ change: "autoscaler", subject: now.name, before, after, title }];
}

function limitsOf({ autoscaling, minCount, maxCount, count }: NodePool): string {
  return autoscaling ? `autoscaler ${minCount ?? 0} to ${maxCount ?? count}` : "no autoscaler";
}

/** Those of the load balancer's pool by name; of a cluster without one, how many each pool has. */
function nodeDifferences(old: Cluster, now: Cluster): Difference[] {
  const [was, is] = [old.loadBalancer?.members, now.loadBalancer?.members];
  if (was === undefined || is === undefined) return countDifferences(old, now);
  const joined = missingIn(was, is);
  const left = missingIn(is, was);
  if (joined.length + left.length === 0) return [];
  return [
    {
      change: "nodes",
      before: was.length,
      after: is.length,
      title: `nodes: ${[countText(joined, "joined"), countText(left, "left")].filter((part) => part !== "").join(", ")}`,
      detail: [namesText(joined, "joined"), namesText(left, "left")].filter((part) => part !== "").join("; "),
    },
  ];
}

function countDifferences(old: Cluster, now: Cluster): Difference[] {
  const known = new Map(old.pools.map((pool) => [pool.name.toLowerCase(), pool]));
  return now.pools.flatMap((pool): Difference[] => {
    const before = known.get(pool.name.toLowerCase())?.count ?? pool.count;
    if (before === pool.count) return [];
    const title = `nodes of pool ${pool.name}: ${before} before, ${pool.count} now`;
    return [{ change: "nodes", subject: pool.name, before, after: pool.count, title }];
  });
}

function missingIn(list: readonly PoolMember[], others: readonly PoolMember[]): PoolMember[] {
  const known = new Set(list.map(({ key }) => key));
  return others.filter(({ key }) => !known.has(key));
}

function countText({ length }: readonly PoolMember[], verb: string): string {
  return length === 0 ? "" : `${length} ${verb}`;
}

function namesText(members: readonly PoolMember[], verb: string): string {
  if (members.length === 0) return "";
  const names = members.slice(0, MOST_NAMES).map(({ node, backendIp, key }) => node ?? backendIp ?? key);
  const more = members.length > names.length ? ` and ${members.length - names.length} more` : "";
  return `${names.join(", ")}${more} ${verb}`;
}
