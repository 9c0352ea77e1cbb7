import { MINUTE_MS } from "#core/time.ts";
import type { ClusterSummary } from "#ports/cluster-state-store.ts";
import type { DiscoveryRecord } from "#ports/inventory-store.ts";
import type { DeliveryCount } from "#ports/monitor-store.ts";

/** Whether the monitor itself works. */
export interface MonitorState {
  readonly status: "healthy" | "degraded" | "stale" | "starting";
  readonly lagSeconds: number | null;
  readonly backfillMinutes: number;
  /**
   * Share of the history's import that is done, of all clusters that have been evaluated, ratio 0..1; 1 when nothing is left. An
   * outage's past counts as well, as far as it is no longer than the import.
   */
  readonly importProgress: number;
  /** Messages that were given up within a day: somebody was not told. `null` before the first count. */
  readonly deadDeliveries: number | null;
  /** When they were counted; the sweep does, every minute. */
  readonly deliveriesCountedAtMs: number | null;
  readonly throttledClusters: number;
  /** The latest evaluation of any cluster. */
  readonly evaluatedAtMs: number | null;
}

/** The collector runs every minute. */
const EVALUATION_LASTS_MS = 10 * MINUTE_MS;
/** Beyond the lag that is by design. */
const LAG_ALLOWED_MS = 10 * MINUTE_MS;
/** The sweep runs every minute. One that has stopped brings no lost or parked message back. */
const SWEEP_LASTS_MS = 10 * MINUTE_MS;
/** Discovery runs every 15 minutes and may fail twice. */
const DISCOVERY_LASTS_MS = 45 * MINUTE_MS;

/** What is looked at of a cluster that is there. */
interface Watched {
  readonly firstSeenMs: number;
  readonly summary: ClusterSummary | undefined;
}

export interface MonitorFacts {
  readonly fleet: readonly Watched[];
  readonly discovery: DiscoveryRecord | null;
  readonly nowMs: number;
  readonly startedAtMs: number;
  readonly collectLagMs: number;
  /** How much of the past is imported of each cluster, ms. */
  readonly historyImportMs: number;
  readonly deliveries: DeliveryCount | null;
}

/** Judges the monitor by what it left in storage: no instance knows what the others do. */
export function judgeMonitor(facts: MonitorFacts): MonitorState {
  const { fleet, nowMs } = facts;
  const evaluatedAtMs = newest(fleet.map(({ summary }) => summary?.evaluatedAtMs ?? null));
  const throughMs = newest(fleet.map(({ summary }) => summary?.throughMs ?? null));
  const { backfillMinutes, importProgress } = pastOf(facts);
  const lagMs = throughMs === null ? null : Math.max(0, nowMs - throughMs);
  const status = judgeStatus(facts, evaluatedAtMs, lagMs);
  const { deliveries } = facts;
  const isUnswept = deliveries !== null && nowMs - deliveries.countedAtMs > SWEEP_LASTS_MS;
  return {
    status: status === "healthy" && ((deliveries?.dead ?? 0) > 0 || isUnswept) ? "degraded" : status,
    lagSeconds: lagMs === null ? null : Math.round(lagMs / 1_000),
    backfillMinutes,
    importProgress,
    deadDeliveries: deliveries?.dead ?? null,
    deliveriesCountedAtMs: deliveries?.countedAtMs ?? null,
    throttledClusters: fleet.filter(({ summary }) => summary?.throttled === true).length,
    evaluatedAtMs,
  };
}

/** The minutes that are left to read, and the share of the import that is done. Who is done stays in it: it never runs backwards for that. */
function pastOf({ fleet, historyImportMs }: MonitorFacts) {
  const mostMinutes = historyImportMs / MINUTE_MS;
  const left = fleet.flatMap(({ summary }) => summary?.backfillMinutes ?? []);
  // What an outage left out comes on top.
  const importLeft = sum(left.map((minutes) => Math.min(minutes, mostMinutes)));
  const importMinutes = left.length * mostMinutes;
  return {
    backfillMinutes: sum(left),
    importProgress: importMinutes === 0 ? 1 : 1 - importLeft / importMinutes,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function judgeStatus(
  { fleet, discovery, nowMs, startedAtMs, collectLagMs }: MonitorFacts,
  evaluatedAtMs: number | null,
  lagMs: number | null,
): MonitorState["status"] {
  if (fleet.length === 0) {
    const since = discovery?.finishedAtMs ?? startedAtMs;
    if (nowMs - since > DISCOVERY_LASTS_MS) return "stale";
    return discovery === null ? "starting" : "healthy";
  }
  if (evaluatedAtMs === null) {
    const firstSeenMs = Math.min(...fleet.map((cluster) => cluster.firstSeenMs));
    return nowMs - firstSeenMs > EVALUATION_LASTS_MS ? "stale" : "starting";
  }
  if (nowMs - evaluatedAtMs > EVALUATION_LASTS_MS) return "stale";
  return lagMs === null || lagMs <= collectLagMs + LAG_ALLOWED_MS ? "healthy" : "stale";
}

function newest(instants: readonly (number | null)[]): number | null {
  return instants.reduce(
    (latest, ms) => (ms !== null && (latest === null || ms > latest) ? ms : latest),
    null,
  );
}
