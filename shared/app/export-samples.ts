import { createBlock, mergeBlock, type SampleBlock } from "#core/series/sample-block.ts";
import { DAY_MS } from "#core/time.ts";
import type { SeriesStore } from "#ports/series-store.ts";

export interface ExportRequest {
  readonly shards: readonly string[];
  readonly clusterKey: string;
  /** Whole minutes, epoch ms; `toMs` exclusive. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** A part of an export: text to be written, and what could not be read. */
export interface ExportPart {
  readonly text: string;
  /** A sentence for each stored part that is left out. */
  readonly faults: readonly string[];
}

/** Days of which there is anything to export, and to answer a coarser question with. */
export interface ExportExtent {
  readonly minuteDays: readonly number[];
  readonly rollupDays: readonly number[];
}

type ReadableSeries = Pick<SeriesStore, "extent" | "read">;

/** What is stored of the cluster, wherever it lies. */
export async function exportExtent(
  series: ReadableSeries,
  { shards, clusterKey }: Pick<ExportRequest, "shards" | "clusterKey">,
): Promise<ExportExtent> {
  const extents = await Promise.all(shards.map((shard) => series.extent(shard, clusterKey)));
  const days = (lists: readonly (readonly number[])[]) => [...new Set(lists.flat())].sort((a, b) => a - b);
  return {
    minuteDays: days(extents.map(({ minuteDays }) => minuteDays)),
    rollupDays: days(extents.map(({ rollupDays }) => rollupDays)),
  };
}

/**
 * Every sample of the span, oldest first. A day at a time, so that memory does not grow with the span.
 *
 * @param days starts of the days to look into, in the order of time
 * @param write lines of a block, in pieces
 */
export async function* exportSamples(
  series: ReadableSeries,
  { shards, clusterKey, fromMs, toMs }: ExportRequest,
  days: readonly number[],
  write: (block: SampleBlock) => Iterable<string>,
): AsyncGenerator<ExportPart> {
  for (const dayMs of days) {
    const [startMs, endMs] = [Math.max(dayMs, fromMs), Math.min(dayMs + DAY_MS, toMs)];
    if (startMs >= endMs) continue;
    const block = createBlock(startMs, endMs);
    for (const shard of shards) {
      const stored = await series.read(shard, clusterKey, startMs, endMs);
      if (stored.faults.length > 0) yield { text: "", faults: stored.faults };
      mergeBlock(block, stored.block);
    }
    for (const text of write(block)) yield { text, faults: [] };
  }
}
