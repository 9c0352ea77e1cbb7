import type { ClusterState } from "#core/collection/cluster-state.ts";
import type { InventoryEntry } from "#core/egress/inventory.ts";
import { type RaisedSpans, raisedSpans } from "#core/replay/raised-spans.ts";
import { REPLAYED_CHECKS } from "#core/replay/stored-replay.ts";
import type { Span } from "../history/instant.ts";
import type { ApiContext } from "../route.ts";

/** What was raised of a cluster, as far as it is on record. */
export interface Raised extends RaisedSpans {
  /** Nothing is on record of the time before. */
  readonly recordedFromMs: number;
  readonly faults: readonly string[];
}

const MOST_EVENTS = 10_000;
const CHECKS = new Set(REPLAYED_CHECKS);

/** Reads from the time line what live operation raised within the span, by the checks that can be replayed. */
export async function readRaised(
  { events, settings, nowMs }: ApiContext,
  { cluster, firstSeenMs }: InventoryEntry,
  state: ClusterState | undefined,
  { fromMs, toMs }: Span,
): Promise<Raised> {
  // To the end of the record: what fired through the whole span resolved after it.
  const stored = await events.read(cluster.ref.key, {
    fromMs: Math.min(fromMs, nowMs),
    toMs: nowMs,
    kinds: ["alert", "notification"],
    most: MOST_EVENTS,
  });
  const { alerts, incidents } = raisedSpans(stored.events, state?.alerts ?? [], CHECKS);
  const overlaps = (startMs: number, endMs: number | null) => startMs < toMs && (endMs ?? toMs) >= fromMs;
  const more = `more than ${MOST_EVENTS} events since then: what was raised in the last of them is left out`;
  return {
    alerts: alerts.filter(({ firedAtMs, resolvedAtMs }) => overlaps(firedAtMs, resolvedAtMs)),
    incidents: incidents.filter(({ openedAtMs, resolvedAtMs }) => overlaps(openedAtMs, resolvedAtMs)),
    recordedFromMs: Math.max(nowMs - settings.retentionHourlyMs, firstSeenMs),
    faults: stored.events.length === MOST_EVENTS ? [...stored.faults, more] : stored.faults,
  };
}
