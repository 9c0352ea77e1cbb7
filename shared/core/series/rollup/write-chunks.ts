import { derivedKey, derivedLabels } from "../aggregate-series.ts";
import type { Chunk, ChunkSeries } from "../chunk/chunk.ts";
import { type RollupFamily, rollupFamily } from "./families.ts";
import { type PackedPart, partName } from "./parts.ts";
import { packClusterRatio, packNodeRatio } from "./ratio-parts.ts";
import type { Rollup, RollupSeries } from "./rollup.ts";
import { packSteps } from "./step-parts.ts";
import { noSteps, noValues } from "./step-values.ts";

/** A roll-up as chunks, one for each family that has any value; `readRollupChunk` reads them. */
export function rollupChunks(rollup: Rollup): { readonly family: RollupFamily; readonly chunk: Chunk }[] {
  const { startMs, stepMs, steps } = rollup;
  // What is asked for together lies together: a chunk is read in runs of series.
  const families = new Map<RollupFamily, Map<string, ChunkSeries[]>>();
  for (const { metric, by, labels, parts } of packSeries(rollup)) {
    const family = rollupFamily(metric);
    const runs = families.get(family) ?? new Map<string, ChunkSeries[]>();
    families.set(family, runs);
    for (const [part, values] of parts) {
      const run = runs.get(`${metric}|${by}|${part}`) ?? [];
      runs.set(`${metric}|${by}|${part}`, run);
      run.push({ name: partName(metric, by, labels, part), values });
    }
  }
  return Array.from(families, ([family, runs]) => {
    const series = [...runs.values()].flat();
    return { family, chunk: { startMs, stepMs, steps, series } };
  });
}

interface PackedSeries extends Pick<RollupSeries, "metric" | "by" | "labels"> {
  readonly parts: readonly PackedPart[];
}

function packSeries(rollup: Rollup): PackedSeries[] {
  const nodes = new Map<string, RollupSeries>();
  const allocations = new Map<string, Float64Array>();
  for (const series of rollup.series) {
    if (series.by === "node") nodes.set(`${series.metric}|${series.key}`, series);
    if (series.by === "node" && series.metric === "allocatedPorts") addAllocations(allocations, series);
  }
  return rollup.series.flatMap((series): PackedSeries[] => {
    const { metric, by, key, labels } = series;
    if (metric === "usedRatio") {
      if (by === "node") return [];
      const parts = packClusterRatio(series, allocations.get(key) ?? noValues(rollup.steps), rollup.stepMs);
      return [{ metric, by, labels, parts }];
    }
    const packed = { metric, by, labels, parts: packSteps(series, rollup.stepMs) };
    if (metric !== "usedPorts" || by !== "node") return [packed];
    // No ratio is there without used ports; that there is none where they are has to be told.
    const ratio = nodes.get(`usedRatio|${key}`) ?? noSteps(rollup.steps);
    const allocated = nodes.get(`allocatedPorts|${key}`) ?? noSteps(rollup.steps);
    return [packed, { metric: "usedRatio", by, labels, parts: packNodeRatio(ratio, series, allocated.max) }];
  });
}

/** The largest allocation of any node in each step, by the key of the cluster's series of that protocol. */
function addAllocations(into: Map<string, Float64Array>, { labels, max }: RollupSeries): void {
  const key = derivedKey(derivedLabels(undefined, labels.protocol));
  const known = into.get(key);
  into.set(
    key,
    max.map((value, i) => {
      const before = known?.[i] ?? Number.NaN;
      return Number.isNaN(before) || value > before ? value : before;
    }),
  );
}
