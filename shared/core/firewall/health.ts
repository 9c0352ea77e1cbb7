/** How one firewall judged itself lately, for one reason that it gave. */
export interface HealthReason {
  /** As Azure writes it; `null` while it gives none. */
  readonly reason: string | null;
  /** 0..1 of the last minutes, newest first. */
  readonly values: readonly number[];
}

/** A degradation that counts. */
export interface Degradation {
  readonly reason: string;
  /** The latest, 0..1. */
  readonly health: number;
}

/** Words that stand for no reason. */
const NO_REASON: ReadonlySet<string> = new Set(["", "-", "n/a", "none", "null", "unknown", "healthy"]);

/** Minutes with a degradation before it counts. */
const PERSISTENT_MINUTES = 3;

/** Whether the reason is the one that Azure gives for exhausted SNAT ports (`SNAT port`). */
export function namesSnat(reason: string): boolean {
  return reason.toLowerCase().includes("snat");
}

/**
 * What is wrong with a firewall by its own word: persistently below full health, with a reason.
 *
 * A health number alone says nothing: a firewall without traffic reports no SNAT usage, and shows 0 % for it.
 *
 * @param reportsUsage whether it reports any SNAT usage
 */
export function degradationsOf(health: readonly HealthReason[], reportsUsage: boolean): Degradation[] {
  const found: Degradation[] = [];
  for (const { reason, values } of health) {
    if (reason === null || NO_REASON.has(reason.trim().toLowerCase())) continue;
    const low = values.filter((value) => value < 1);
    const latest = low[0];
    if (latest === undefined || low.length < PERSISTENT_MINUTES) continue;
    if (!reportsUsage && namesSnat(reason)) continue;
    found.push({ reason, health: latest });
  }
  return found;
}
