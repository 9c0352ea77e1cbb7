import type { Batch } from "./plan.ts";
import type { Reading } from "./reading.ts";

/** One request to make. */
export interface MetricsJob {
  readonly via: "batch" | "resource";
  readonly batch: Batch<Reading>;
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

export function firstJob(batch: Batch<Reading>): MetricsJob {
  return { via: "batch", batch, family: { splits: 0, answered: false, refused: [] } };
}

/** The same question to each resource by itself. */
export function perResource(job: MetricsJob): MetricsJob[] {
  return job.batch.items.map((reading) => ({
    ...job,
    via: "resource",
    batch: { ...job.batch, items: [reading] },
  }));
}

/** Both halves of a batch; none where it is one resource or has been cut often enough. */
export function halves(job: MetricsJob): MetricsJob[] {
  const { items } = job.batch;
  const { family } = job;
  const most = family.answered ? MOST_SPLITS.answered : MOST_SPLITS.silent;
  if (items.length < 2 || family.splits >= most) return [];
  family.splits += 1;
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)].map((part) => ({
    ...job,
    batch: { ...job.batch, items: part },
  }));
}
