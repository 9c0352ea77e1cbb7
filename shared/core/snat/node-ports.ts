import type { Cluster } from "../egress/topology.ts";
import type { Protocol, SampleBlock, Series } from "../series/sample-block.ts";
import { seriesKey, valueAt } from "../series/sample-block.ts";
import { MINUTE_MS } from "../time.ts";

/** Use and allocation on one frontend. `undefined`: no value in the minute. */
export interface FrontendPorts {
  readonly frontendIp: string;
  readonly used: number | undefined;
  readonly allocated: number | undefined;
}

/** One backend and protocol at one minute, summed over its frontends: the unit that Azure allocates to. */
export interface NodePorts {
  readonly backendIp: string;
  readonly protocol: Protocol;
  /** The minute the numbers are of; older than the judged one where that has none. */
  readonly minuteMs: number;
  readonly used: number | undefined;
  readonly allocated: number | undefined;
  /** used / allocated; `undefined` where one is missing or nothing is allocated. */
  readonly ratio: number | undefined;
  readonly frontends: readonly FrontendPorts[];
}

interface Group {
  readonly backendIp: string;
  readonly protocol: Protocol;
  readonly frontends: { frontendIp: string; used?: Series; allocated?: Series }[];
}

/**
 * The ports of every backend and protocol at the newest minute, not older than `staleMs` before `minuteMs`, in which the
 * backend has both numbers for each frontend that has an allocation.
 *
 * A load balancer uses its frontends up one at a time, so a backend's ports are the sum over them: one full address beside
 * free ones is no exhaustion. A backend has addresses of one family only, so the sum never mixes families.
 */
export function nodePortsAt(block: SampleBlock, minuteMs: number, staleMs: number): NodePorts[] {
  const result: NodePorts[] = [];
  for (const group of groupByBackend(block)) {
    let chosen: NodePorts | undefined;
    for (let at = minuteMs; at >= minuteMs - staleMs && at >= block.startMs; at -= MINUTE_MS) {
      const candidate = portsOfGroup(block, group, at);
      chosen ??= candidate;
      if (candidate.used === undefined || candidate.allocated === undefined) continue;
      chosen = candidate;
      break;
    }
    if (chosen !== undefined) result.push(chosen);
  }
  return result;
}

function groupByBackend(block: SampleBlock): Iterable<Group> {
  const groups = new Map<string, Group>();
  for (const series of block.series.values()) {
    if (series.metric !== "usedPorts" && series.metric !== "allocatedPorts") continue;
    const { backendIp, protocol, frontendIp = "" } = series.labels;
    if (backendIp === undefined || protocol === undefined) continue;
    const key = `${backendIp}|${protocol}`;
    let group = groups.get(key);
    if (group === undefined) {
      group = { backendIp, protocol, frontends: [] };
      groups.set(key, group);
    }
    let frontend = group.frontends.find((known) => known.frontendIp === frontendIp);
    if (frontend === undefined) {
      frontend = { frontendIp };
      group.frontends.push(frontend);
    }
    frontend[series.metric === "usedPorts" ? "used" : "allocated"] = series;
  }
  return groups.values();
}

function portsOfGroup(block: SampleBlock, group: Group, minuteMs: number): NodePorts {
  const frontends = group.frontends.map(({ frontendIp, used, allocated }) => ({
    frontendIp,
    used: used && valueAt(block, used, minuteMs),
    allocated: allocated && valueAt(block, allocated, minuteMs),
  }));
  const used = sumWhole(frontends.map((frontend) => frontend.used));
  const allocated = sumWhole(frontends.map((frontend) => frontend.allocated));
  const ratio =
    used === undefined || allocated === undefined || allocated <= 0 ? undefined : used / allocated;
  return {
    backendIp: group.backendIp,
    protocol: group.protocol,
    minuteMs,
    used,
    allocated,
    ratio,
    frontends,
  };
}

/** The sum, or `undefined` if any part is missing: a sum over some frontends would understate use or allocation. */
function sumWhole(values: readonly (number | undefined)[]): number | undefined {
  let sum = 0;
  for (const value of values) {
    if (value === undefined) return undefined;
    sum += value;
  }
  return values.length === 0 ? undefined : sum;
}

/** Used ports of a backend and protocol over its frontends, minute by minute; `undefined` where incomplete. */
export function usedTrend(
  block: SampleBlock,
  backendIp: string,
  protocol: Protocol,
  fromMs: number,
  toMs: number,
): (number | undefined)[] {
  const group = [...groupByBackend(block)].find(
    (candidate) => candidate.backendIp === backendIp && candidate.protocol === protocol,
  );
  const trend: (number | undefined)[] = [];
  for (let at = fromMs; at < toMs; at += MINUTE_MS) {
    trend.push(group && portsOfGroup(block, group, at).used);
  }
  return trend;
}

/** Connections of a backend in one minute. `undefined`: no value. */
export function connectionsAt(
  block: SampleBlock,
  backendIp: string,
  minuteMs: number,
): { failed: number | undefined; attempted: number | undefined } {
  const at = (metric: "failedConnections" | "succeededConnections" | "pendingConnections") => {
    const series = block.series.get(seriesKey(metric, { backendIp }));
    return series && valueAt(block, series, minuteMs);
  };
  const failed = at("failedConnections");
  const succeeded = at("succeededConnections");
  const pending = at("pendingConnections");
  const attempted =
    failed === undefined && succeeded === undefined
      ? undefined
      : (failed ?? 0) + (succeeded ?? 0) + (pending ?? 0);
  return { failed, attempted };
}

/**
 * Backends that are leaving the pool: metrics still name them, discovery no longer does.
 *
 * Only told when every member's address is known and the minute is not younger than the discovery; a backend that discovery
 * has not seen *yet* is a new node. If no backend of the metrics is a member, the addresses cannot be compared: nobody leaves.
 */
export function leavingBackends(
  cluster: Cluster,
  backendIps: readonly string[],
  minuteMs: number,
): ReadonlySet<string> {
  const balancer = cluster.loadBalancer;
  if (balancer === null || !balancer.membersResolved || minuteMs > cluster.discoveredAtMs) return new Set();
  const members = new Set(balancer.members.map((member) => member.backendIp));
  const leaving = backendIps.filter((ip) => !members.has(ip));
  return leaving.length === backendIps.length ? new Set() : new Set(leaving);
}

/** The node name of each backend address. */
export function nodeNames(cluster: Cluster): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { backendIp, node } of cluster.loadBalancer?.members ?? []) {
    if (backendIp !== null && node !== null) names.set(backendIp, node);
  }
  return names;
}
