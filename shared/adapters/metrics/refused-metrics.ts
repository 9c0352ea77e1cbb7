import type { Clock } from "#ports/clock.ts";
import { ExpiringSet } from "./expiring-set.ts";
import type { AzureMetric, MetricQuery } from "./metric-query.ts";

/** A query, and what was left out of it. */
export interface NarrowedQuery {
  readonly query: MetricQuery;
  readonly dropped: readonly AzureMetric[];
}

/**
 * The question to ask in place of one that Azure refused with 400: one metric that a region does not know, or one split
 * that it does not take, makes it refuse the whole request.
 *
 * @param message Azure's, which names the metric it does not know; the list of those it knows comes after
 * @returns `undefined` where the refusal is not the question's
 */
export function questionInstead(query: MetricQuery, message: string): NarrowedQuery | undefined {
  if (query.unsplit !== undefined) return { query: query.unsplit, dropped: [] };
  const [complaint = ""] = message.toLowerCase().split(/valid metrics|supported ones/);
  const named = query.metrics.filter(({ name }) => complaint.includes(name.toLowerCase()));
  const identified = named.length > 0 && named.length < query.metrics.length;
  return without(query, identified ? named : query.metrics.filter(({ optional }) => optional));
}

function without(query: MetricQuery, dropped: readonly AzureMetric[]): NarrowedQuery | undefined {
  const metrics = query.metrics.filter((metric) => !dropped.includes(metric));
  if (dropped.length === 0 || metrics.length === 0) return undefined;
  return { query: { ...query, metrics }, dropped };
}

/**
 * Remembers for a while which optional metrics a region refuses. Others are asked for each time: a mistake of Azure's must
 * not cost more than the minutes it lasts.
 */
export class RefusedMetrics {
  readonly #names: ExpiringSet;

  constructor(ttlMs: number, clock: Clock) {
    this.#names = new ExpiringSet(ttlMs, clock);
  }

  /** The query as far as the region is known to take it. */
  narrow(query: MetricQuery, region: string): NarrowedQuery {
    const refused = query.metrics.filter(({ name }) => this.#names.has(keyOf(query, name, region)));
    return without(query, refused) ?? { query, dropped: [] };
  }

  /** Call it when the query was answered without them. */
  remember(query: MetricQuery, dropped: readonly AzureMetric[], region: string): void {
    for (const { name, optional } of dropped) {
      const key = keyOf(query, name, region);
      // What is known already is not to be known for longer: Azure is asked again some time.
      if (optional && !this.#names.has(key)) this.#names.add(key);
    }
  }
}

function keyOf({ type }: MetricQuery, name: string, region: string): string {
  return `${region}|${type.namespace}|${name}`;
}
