import type { Cluster } from "../egress/topology.ts";
import { utcText } from "../notify/time-text.ts";
import { HOUR_MS } from "../time.ts";

/** An operation on the cluster that Azure has not ended yet. */
export interface Maintenance {
  /** When discovery first saw it. */
  readonly sinceMs: number;
  /** `provisioningState` as Azure writes it now. */
  readonly state: string;
}

/** An operation that takes longer is stuck, and what fails then is to be told. */
const HOLDS_FOR_MS = 2 * HOUR_MS;

/** States in which nothing is going on. Any other is an operation: Azure adds new ones, and the time above bounds a mistake. */
const AT_REST: ReadonlySet<string> = new Set(["succeeded", "failed", "canceled", "cancelled", "unknown", ""]);

/**
 * Checks that see nodes come and go: drained nodes fail probes, new ones have no figures, little traffic and a busy start, and a
 * surge crosses tiers. Checks of connections that fail are never among them: those are told during an upgrade, too.
 */
const ABOUT_NODES: ReadonlySet<string> = new Set([
  "data-freshness",
  "snat-skew",
  "load-balancer-datapath",
  "node-pressure",
  "allocation-tier",
]);

const DOING: Readonly<Partial<Record<string, string>>> = {
  creating: "created",
  updating: "updated",
  upgrading: "upgraded",
  upgradingnodeimageversion: "upgraded (node images)",
  scaling: "scaled",
  starting: "started",
  stopping: "stopped",
  deleting: "deleted",
  migrating: "migrated",
};

/** The maintenance after another look at the cluster; `null` where there is none. */
export function observeMaintenance(
  before: Maintenance | null,
  { provisioningState: state, discoveredAtMs }: Cluster,
): Maintenance | null {
  if (AT_REST.has(state.trim().toLowerCase())) return null;
  return { sinceMs: before?.sinceMs ?? discoveredAtMs, state };
}

/** Whether an alert of this check waits for the maintenance to end. */
export function holdsBack(maintenance: Maintenance | null, check: string, minuteMs: number): boolean {
  return maintenance !== null && ABOUT_NODES.has(check) && minuteMs < maintenance.sinceMs + HOLDS_FOR_MS;
}

/** `the cluster is being upgraded, since 2026-11-21 10:05 UTC`. */
export function maintenanceText({ sinceMs, state }: Maintenance): string {
  const doing = DOING[state.trim().toLowerCase()];
  const phrase = doing === undefined ? `is in the state ${state}` : `is being ${doing}`;
  return `the cluster ${phrase}, since ${utcText(sinceMs)}`;
}
