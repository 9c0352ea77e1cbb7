import type { Cluster } from "../egress/topology.ts";
import type { Protocol, SampleBlock, Series } from "../series/sample-block.ts";
import { valueAt } from "../series/sample-block.ts";
import { MINUTE_MS } from "../time.ts";
import { backendSeries, type PortGroup } from "./backend-series.ts";

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

/**
 * The ports of every backend and protocol at the newest minute, not older than `staleMs` before `minuteMs`, in which the
 * backend has both numbers for each frontend that has an allocation.
 *
 * A load balancer uses its frontends up one at a time, so a backend's ports are the sum over them: one full address beside
 * free ones is no exhaustion. A backend has addresses of one family only, so the sum never mixes families.
 *
 * @param gone frontends that were taken away, see {@link goneFrontends}: they are no part of the sum
 */
export function nodePortsAt(
  block: SampleBlock,
  minuteMs: number,
  staleMs: number,
  gone: ReadonlySet<string> = NONE,
): NodePorts[] {
  if (minuteMs < block.startMs) return [];
  const oldestMs = Math.max(minuteMs - staleMs, block.startMs);
  return backendSeries(block).groups.flatMap((whole) => {
    const group = gone.size === 0 ? whole : without(whole, gone);
    if (group.frontends.length === 0) return [];
    return [portsOfGroup(block, group, newestWhole(block, group, minuteMs, oldestMs) ?? minuteMs)];
  });
}

const NONE: ReadonlySet<string> = new Set();

function without(group: PortGroup, gone: ReadonlySet<string>): PortGroup {
  return { ...group, frontends: group.frontends.filter(({ frontendIp }) => !gone.has(frontendIp)) };
}

/**
 * Frontends that metrics of the last minutes still hold and that the load balancer no longer has: their address is in no
 * outbound rule, and no backend had a figure on them in the newest minutes. Else their silence would be a missing part of every sum.
 *
 * Only told where every address of the rules is known.
 */
export function goneFrontends(cluster: Cluster, block: SampleBlock, minuteMs: number): ReadonlySet<string> {
  const frontends = (cluster.loadBalancer?.outboundRules ?? []).flatMap((rule) => rule.frontends);
  if (frontends.length === 0 || frontends.some(({ addresses }) => addresses.length === 0)) return NONE;
  const kept = new Set(frontends.flatMap(({ addresses }) => addresses));
  const silent = new Set<string>();
  const heard = new Set<string>();
  for (const group of backendSeries(block).groups) {
    for (const { frontendIp, used } of group.frontends) {
      if (kept.has(frontendIp) || heard.has(frontendIp)) continue;
      const spoke = used !== undefined && hasValueSince(block, used, minuteMs);
      (spoke ? heard : silent).add(frontendIp);
    }
  }
  for (const frontendIp of heard) silent.delete(frontendIp);
  return silent;
}

/** So long a frontend must have been silent: single minutes are missing now and then. */
const SILENT_MINUTES = 3;

function hasValueSince(block: SampleBlock, series: Series, minuteMs: number): boolean {
  for (let i = 0; i < SILENT_MINUTES; i += 1) {
    if (valueAt(block, series, minuteMs - i * MINUTE_MS) !== undefined) return true;
  }
  return false;
}

/** The newest minute in which every frontend has both numbers. */
function newestWhole(
  block: SampleBlock,
  group: PortGroup,
  minuteMs: number,
  oldestMs: number,
): number | undefined {
  for (let at = minuteMs; at >= oldestMs; at -= MINUTE_MS) {
    if (sumOf(block, group, "used", at) !== undefined && sumOf(block, group, "allocated", at) !== undefined)
      return at;
  }
  return undefined;
}

function portsOfGroup(block: SampleBlock, group: PortGroup, minuteMs: number): NodePorts {
  const used = sumOf(block, group, "used", minuteMs);
  const allocated = sumOf(block, group, "allocated", minuteMs);
  const ratio =
    used === undefined || allocated === undefined || allocated <= 0 ? undefined : used / allocated;
  const frontends = group.frontends.map((frontend) => ({
    frontendIp: frontend.frontendIp,
    used: frontend.used && valueAt(block, frontend.used, minuteMs),
    allocated: frontend.allocated && valueAt(block, frontend.allocated, minuteMs),
  }));
  const { backendIp, protocol } = group;
  return { backendIp, protocol, minuteMs, used, allocated, ratio, frontends };
}

/** The sum over frontends, or `undefined` if any part is missing: a sum over some would understate use or allocation. */
function sumOf(
  block: SampleBlock,
  { frontends }: PortGroup,
  part: "used" | "allocated",
  minuteMs: number,
): number | undefined {
  let sum: number | undefined;
  for (const frontend of frontends) {
    const series = frontend[part];
    const value = series && valueAt(block, series, minuteMs);
    if (value === undefined) return undefined;
    sum = (sum ?? 0) + value;
  }
  return sum;
}

/** The highest use of one minute. */
export interface HighestUse {
  readonly backendIp: string;
  readonly protocol: Protocol;
  readonly used: number;
  /** Backends that have a figure in the minute. */
  readonly nodes: number;
}

/** The backend and protocol that used the most ports in a minute; the first of equals, `undefined` where none has a number. */
export function highestUse(block: SampleBlock, minuteMs: number): HighestUse | undefined {
  let most = -1;
  let highest: PortGroup | undefined;
  const figures = { tcp: 0, udp: 0 };
  for (const group of backendSeries(block).groups) {
    const used = sumOf(block, group, "used", minuteMs);
    if (used === undefined) continue;
    figures[group.protocol] += 1;
    if (used <= most) continue;
    most = used;
    highest = group;
  }
  if (highest === undefined) return undefined;
  const { backendIp, protocol } = highest;
  return { backendIp, protocol, used: most, nodes: Math.max(figures.tcp, figures.udp) };
}

/**
 * TCP ports that the median node has over its frontends in a minute, a whole number; `undefined` where no node has a figure for
 * each of its frontends. The lower of two in the middle, so that it is some node's.
 */
export function medianAllocation(block: SampleBlock, minuteMs: number): number | undefined {
  const allocations: number[] = [];
  for (const group of backendSeries(block).groups) {
    if (group.protocol !== "tcp") continue;
    const allocated = sumOf(block, group, "allocated", minuteMs);
    if (allocated !== undefined) allocations.push(Math.round(allocated));
  }
  allocations.sort((a, b) => a - b);
  return allocations[Math.floor((allocations.length - 1) / 2)];
}

/** Used ports of a backend and protocol over its frontends, minute by minute; `undefined` where incomplete. */
export function usedTrend(
  block: SampleBlock,
  backendIp: string,
  protocol: Protocol,
  fromMs: number,
  toMs: number,
): (number | undefined)[] {
  const group = backendSeries(block).backends.get(backendIp)?.[protocol];
  const trend: (number | undefined)[] = [];
  for (let at = fromMs; at < toMs; at += MINUTE_MS) {
    trend.push(group && sumOf(block, group, "used", at));
  }
  return trend;
}

/** Connections of a backend in one minute. `undefined`: no value. */
export function connectionsAt(
  block: SampleBlock,
  backendIp: string,
  minuteMs: number,
): { failed: number | undefined; attempted: number | undefined } {
  const backend = backendSeries(block).backends.get(backendIp);
  const failed = countAt(block, backend?.failedConnections, minuteMs);
  const succeeded = countAt(block, backend?.succeededConnections, minuteMs);
  const pending = countAt(block, backend?.pendingConnections, minuteMs);
  const attempted =
    failed === undefined && succeeded === undefined
      ? undefined
      : (failed ?? 0) + (succeeded ?? 0) + (pending ?? 0);
  return { failed, attempted };
}

/** The failed ones of them alone. */
export function failedAt(block: SampleBlock, backendIp: string, minuteMs: number): number | undefined {
  return countAt(block, backendSeries(block).backends.get(backendIp)?.failedConnections, minuteMs);
}

function countAt(block: SampleBlock, series: Series | undefined, minuteMs: number): number | undefined {
  return series && valueAt(block, series, minuteMs);
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
