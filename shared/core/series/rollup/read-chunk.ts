import type { HistoryMetric, HistoryScope } from "../aggregate-minutes.ts";
import { type DerivedLabels, type DerivedSeries, derivedKey, hasValue } from "../aggregate-series.ts";
import type { Aggregation } from "../aggregate-steps.ts";
import type { Chunk, ChunkSeries } from "../chunk/chunk.ts";
import { ValueRows } from "../value-rows.ts";
import { type FindPart, labelsOfName, type Measure, type Part, type PartSource } from "./parts.ts";
import { diffPart, rawPart } from "./quotients.ts";
import { unpackRatio, unpackRatioCount } from "./ratio-parts.ts";
import { NEEDED_PARTS, unpackSteps } from "./step-parts.ts";

type Wanted = ReadonlyMap<string, ReadonlySet<string>>;

/** Whether a series of the family's chunk, by its name, is needed to answer: the others need not be decoded. */
export function rollupWanted(
  metric: HistoryMetric,
  by: HistoryScope,
  aggregation: Aggregation,
): (name: ChunkSeries["name"]) => boolean {
  const wanted = wantedParts(metric, by, aggregation);
  return (name) => name[1] === by && (wanted.get(name[0] ?? "")?.has(name[5] ?? "") ?? false);
}

/**
 * The series of a metric, one value a step, `NaN` for none: to the bit what the minutes of the step give.
 *
 * @param chunk of the metric's family, with at least the series that `rollupWanted` wants
 * @throws RangeError for a name that no writer of ours gives
 */
export function readRollupChunk(
  chunk: Chunk,
  metric: HistoryMetric,
  by: HistoryScope,
  aggregation: Aggregation,
): DerivedSeries[] {
  const { stepMs, steps } = chunk;
  const rows = new ValueRows(steps);
  const result: DerivedSeries[] = [];
  for (const { labels, find } of groupParts(chunk, rollupWanted(metric, by, aggregation))) {
    const values = readValues({ find, stepMs, rows }, metric, by, aggregation);
    if (hasValue(values)) result.push({ key: derivedKey(labels), labels, values });
  }
  return result;
}

function wantedParts(metric: HistoryMetric, by: HistoryScope, aggregation: Aggregation): Wanted {
  const measure = measureOf(aggregation);
  // Averages need the counts too: they are among what a sum needs.
  const plain = NEEDED_PARTS[measure];
  if (metric !== "usedRatio") return new Map([[metric, new Set(plain)]]);
  const parts: Part[] = ["count", diffPart(measure), rawPart(measure)];
  if (by === "cluster") return new Map([[metric, new Set([...parts, ...plain, "denominator"])]]);
  return new Map([
    [metric, new Set(parts)],
    ["usedPorts", new Set(plain)],
    ["allocatedPorts", new Set(NEEDED_PARTS.max)],
  ]);
}

/** What belongs to one derived series. */
interface PartGroup {
  readonly labels: DerivedLabels;
  readonly find: FindPart;
}

function groupParts(chunk: Chunk, wanted: (name: ChunkSeries["name"]) => boolean): PartGroup[] {
  const groups = new Map<string, ChunkSeries[]>();
  for (const series of chunk.series) {
    const { name } = series;
    if (!wanted(name)) continue;
    const key = `${name[2] ?? ""}|${name[3] ?? ""}|${name[4] ?? ""}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [series]);
    else group.push(series);
  }
  return Array.from(groups.values(), (group) => ({
    labels: labelsOfName(group[0]?.name ?? []),
    find: (metric, part) => group.find(({ name }) => name[0] === metric && name[5] === part)?.values,
  }));
}

function readValues(
  source: PartSource,
  metric: HistoryMetric,
  by: HistoryScope,
  aggregation: Aggregation,
): Float64Array {
  const ratio = metric === "usedRatio";
  const measure = measureOf(aggregation);
  const values = ratio ? unpackRatio(source, by, measure) : unpackSteps(source, metric, measure);
  if (aggregation !== "avg") return values;
  const counts = ratio ? unpackRatioCount(source, by) : unpackSteps(source, metric, "count");
  const averages = source.rows.next();
  for (let i = 0; i < averages.length; i += 1) averages[i] = (values[i] ?? Number.NaN) / (counts[i] ?? 0);
  return averages;
}

function measureOf(aggregation: Aggregation): Measure {
  return aggregation === "avg" ? "sum" : aggregation;
}
