import type { AzureMetric, MetricQuery } from "./metric-query.ts";
import type { Batch } from "./plan.ts";
import type { Reading } from "./reading.ts";

/** What a batch may span. */
export interface Scope {
  readonly subscriptionId: string;
  /** As hosts of Azure name it: `westeurope`. */
  readonly region: string;
}

/** One request to make. */
export interface MetricsJob {
  readonly via: "batch" | "resource";
  readonly scope: Scope;
  readonly batch: Batch<Reading>;
  /** Metrics that are not asked for, because Azure refuses them. */
  readonly dropped: readonly AzureMetric[];
  /** Shared by the jobs that one batch was cut into. */
  readonly family: JobFamily;
}

/** What is known of a batch that had to be cut to find the resource that Azure refuses. */
interface JobFamily {
  splits: number;
  answered: boolean;
  /** Resources that were refused alone. */
  readonly refused: Reading[];
}

/**
 * Cuts allowed for one batch: six find one bad resource among 50, sixteen about three.
 * Where nothing has been answered by then, the fault is not one resource's.
 */
const MOST_SPLITS = { answered: 16, silent: 8 } as const;

/** @param region as ARM writes it: `westeurope` or `West Europe` */
export function scopeOf(subscriptionId: string, region: string): Scope {
  return { subscriptionId, region: region.toLowerCase().replaceAll(" ", "") };
}

export function firstJob(
  scope: Scope,
  batch: Batch<Reading>,
  dropped: readonly AzureMetric[] = [],
): MetricsJob {
  return { via: "batch", scope, batch, dropped, family: newFamily() };
}

/** The same question to each resource by itself. */
export function perResource(job: MetricsJob): MetricsJob[] {
  return job.batch.items.map((reading) => ({ ...withItems(job, [reading]), via: "resource" }));
}

/** Both halves of a batch; none where it is one resource or has been cut often enough. */
export function halves(job: MetricsJob): MetricsJob[] {
  const { items } = job.batch;
  const { family } = job;
  const most = family.answered ? MOST_SPLITS.answered : MOST_SPLITS.silent;
  if (items.length < 2 || family.splits >= most) return [];
  family.splits += 1;
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)].map((part) => withItems(job, part));
}

/** Another question to the same resources, or to some of them. */
export function askInstead(
  job: MetricsJob,
  query: MetricQuery,
  { dropped = [], items = job.batch.items }: { dropped?: readonly AzureMetric[]; items?: readonly Reading[] },
): MetricsJob {
  const all = [...job.dropped, ...dropped];
  return { ...job, batch: { ...job.batch, query, items }, dropped: all, family: newFamily() };
}

function newFamily(): JobFamily {
  return { splits: 0, answered: false, refused: [] };
}

function withItems(job: MetricsJob, items: readonly Reading[]): MetricsJob {
  return { ...job, batch: { ...job.batch, items } };
}
