import type { SampleBlock } from "#core/series/sample-block.ts";
import type { SeriesStore, SeriesWrite } from "#ports/series-store.ts";

/** Appends, and gathers what the store hands over of each cluster. @throws Error where it hands one over twice */
export async function appended(
  store: SeriesStore,
  shard: string,
  writes: readonly SeriesWrite[],
  recentFromMs: number,
): Promise<Map<string, SampleBlock>> {
  const recent = new Map<string, SampleBlock>();
  await store.append(shard, writes, recentFromMs, (clusterKey, samples) => {
    if (recent.has(clusterKey)) throw new Error(`${clusterKey} is handed over twice`);
    recent.set(clusterKey, samples);
  });
  return recent;
}
