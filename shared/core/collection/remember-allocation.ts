import type { Cluster } from "../egress/topology.ts";
import { formatCount } from "../format.ts";
import type { SampleBlock } from "../series/sample-block.ts";
import { medianAllocation } from "../snat/node-ports.ts";
import { mainOutboundRule, ruleBudget } from "../snat/outbound-budget.ts";
import { automaticPorts } from "../snat/port-arithmetic.ts";
import { DAY_MS, MINUTE_MS } from "../time.ts";
import type { AllocationChange, AllocationMemory, AllocationSnapshot } from "./allocation-memory.ts";

const MOST_CHANGES = 20;

/** A minute in which the allocation changes has the mean of both: steps so close to each other are one change. */
const ONE_CHANGE_MS = 5 * MINUTE_MS;

/** How far back from the judged minute a value still counts as the present one. */
const NEWEST_WITHIN_MS = 15 * MINUTE_MS;

/**
 * Compares what decides the ports of a node with the last time, and keeps the changes of a day. Pure.
 *
 * Two witnesses: the topology (outbound rule, every 15 minutes) and the ports that metrics show a node to have. The first block
 * that is ever read is looked through whole, so that a change shortly before the first sight is seen too; after that only its
 * newest minute can be new.
 *
 * @param minuteMs the judged minute; later minutes of the block are not looked at
 */
export function rememberAllocation(
  memory: AllocationMemory,
  cluster: Cluster,
  samples: SampleBlock,
  minuteMs: number,
): AllocationMemory {
  const snapshot = snapshotOf(cluster, memory.latest);
  const configured = changesOfTopology(memory.latest, snapshot, cluster, minuteMs);
  const measured = changesOfPorts(memory.allocatedPorts, samples, minuteMs);
  const fresh = [...configured, ...measured.changes];
  const expired = memory.changes.some((change) => change.atMs <= minuteMs - DAY_MS);
  if (
    fresh.length === 0 &&
    !expired &&
    snapshot === memory.latest &&
    measured.last === memory.allocatedPorts
  ) {
    return memory;
  }
  const changes = fresh
    .reduce(addChange, memory.changes)
    .filter((change) => change.atMs > minuteMs - DAY_MS)
    .slice(-MOST_CHANGES);
  return { latest: snapshot, allocatedPorts: measured.last, changes };
}

/** The rule as it is now; `before` itself where nothing differs or nothing can be told. */
function snapshotOf(cluster: Cluster, before: AllocationSnapshot | null): AllocationSnapshot | null {
  const balancer = cluster.loadBalancer;
  const rule = balancer === null ? null : mainOutboundRule(balancer);
  if (balancer === null || rule === null) return before;
  const { addresses, unread } = ruleBudget(balancer, rule);
  const now: AllocationSnapshot = {
    portsPerNode: rule.allocatedPorts,
    // An address that could not be read is none that was taken away.
    addresses: unread > 0 && before !== null ? before.addresses : [...addresses].sort(),
    idleTimeoutMinutes: rule.idleTimeoutMinutes,
  };
  return before !== null && sameSnapshot(before, now) ? before : now;
}

function sameSnapshot(a: AllocationSnapshot, b: AllocationSnapshot): boolean {
  return (
    a.portsPerNode === b.portsPerNode &&
    a.idleTimeoutMinutes === b.idleTimeoutMinutes &&
    a.addresses.join() === b.addresses.join()
  );
}

function changesOfTopology(
  before: AllocationSnapshot | null,
  now: AllocationSnapshot | null,
  cluster: Cluster,
  atMs: number,
): AllocationChange[] {
  if (before === null || now === null || before === now) return [];
  const nodes = Math.max(1, cluster.loadBalancer?.members.length ?? 0);
  const effective = (snapshot: AllocationSnapshot) =>
    snapshot.portsPerNode > 0
      ? snapshot.portsPerNode
      : automaticPorts(nodes) * Math.max(1, snapshot.addresses.length);
  const less = effective(now) < effective(before);
  const changes: AllocationChange[] = [];
  if (now.portsPerNode !== before.portsPerNode) {
    const told = (snapshot: AllocationSnapshot) =>
      snapshot.portsPerNode > 0
        ? formatCount(snapshot.portsPerNode)
        : `automatic (${formatCount(effective(snapshot))})`;
    changes.push({ atMs, what: "portsPerNode", from: told(before), to: told(now), less });
  }
  if (now.addresses.join() !== before.addresses.join()) {
    const told = (snapshot: AllocationSnapshot) => snapshot.addresses.join(", ") || "none";
    // With fixed ports a node keeps what it has, but the next node may not get as much.
    const fewer =
      now.portsPerNode === before.portsPerNode && (less || now.addresses.length < before.addresses.length);
    changes.push({ atMs, what: "addresses", from: told(before), to: told(now), less: fewer });
  }
  if (now.idleTimeoutMinutes !== before.idleTimeoutMinutes) {
    changes.push({
      atMs,
      what: "idleTimeout",
      from: `${before.idleTimeoutMinutes} minutes`,
      to: `${now.idleTimeoutMinutes} minutes`,
      // Idle connections hold their ports for longer: fewer are free.
      less: now.idleTimeoutMinutes > before.idleTimeoutMinutes,
    });
  }
  return changes;
}

/** Steps in the ports of the median node, and the last value. */
function changesOfPorts(
  known: number | null,
  samples: SampleBlock,
  minuteMs: number,
): { readonly changes: readonly AllocationChange[]; readonly last: number | null } {
  if (known !== null) {
    const newest = newestAllocation(samples, minuteMs);
    if (newest === undefined) return { changes: [], last: known };
    return { changes: stepOf(known, newest.ports, newest.atMs), last: newest.ports };
  }
  const changes: AllocationChange[] = [];
  let last: number | null = null;
  for (let atMs = samples.startMs; atMs <= minuteMs; atMs += MINUTE_MS) {
    const ports = medianAllocation(samples, atMs);
    if (ports === undefined) continue;
    if (last !== null) changes.push(...stepOf(last, ports, atMs));
    last = ports;
  }
  return { changes, last };
}

function newestAllocation(
  samples: SampleBlock,
  minuteMs: number,
): { readonly atMs: number; readonly ports: number } | undefined {
  const oldestMs = Math.max(samples.startMs, minuteMs - NEWEST_WITHIN_MS);
  for (let atMs = minuteMs; atMs >= oldestMs; atMs -= MINUTE_MS) {
    const ports = medianAllocation(samples, atMs);
    if (ports !== undefined) return { atMs, ports };
  }
  return undefined;
}

function stepOf(from: number, to: number, atMs: number): AllocationChange[] {
  if (from === to) return [];
  return [{ atMs, what: "allocatedPorts", from: formatCount(from), to: formatCount(to), less: to < from }];
}

/** Adds a change, or makes it the end of the one that was under way. */
function addChange(changes: readonly AllocationChange[], change: AllocationChange): AllocationChange[] {
  const index = changes.findLastIndex((earlier) => earlier.what === change.what);
  const earlier = changes[index];
  const underWay =
    change.what === "allocatedPorts" &&
    earlier !== undefined &&
    earlier.to === change.from &&
    change.atMs - earlier.atMs <= ONE_CHANGE_MS;
  if (!underWay) return [...changes, change];
  const others = changes.filter((_, at) => at !== index);
  if (earlier.from === change.to) return others;
  const less = numberOf(change.to) < numberOf(earlier.from);
  return [...others, { ...change, atMs: earlier.atMs, from: earlier.from, less }];
}

/** Reads a number that {@link formatCount} wrote. */
function numberOf(text: string): number {
  return Number(text.replaceAll(",", ""));
}
