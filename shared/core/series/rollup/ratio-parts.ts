import type { HistoryScope } from "../aggregate-minutes.ts";
import type { Measure, PackedPart, PartSource } from "./parts.ts";
import { findNumerators, packQuotients, unpackQuotients } from "./quotients.ts";
import { packSteps, sameValues, unpackSteps } from "./step-parts.ts";
import type { StepValues } from "./step-values.ts";

const MEASURES = ["max", "min", "sum"] as const satisfies readonly Measure[];

/**
 * A node's ratio, by way of its ports, which are in the same chunk: where the allocation stays the same in a step, the maximum ratio is the
 * maximum used / allocated, the minimum likewise, and the sum is some bits from it. `count` is there if it is not that of the used ports:
 * minutes without an allocation have no ratio.
 */
export function packNodeRatio(ratio: StepValues, used: StepValues, denominators: Float64Array): PackedPart[] {
  const counts: PackedPart[] = sameValues(ratio.count, used.count) ? [] : [["count", ratio.count]];
  const quotients = MEASURES.map((measure) =>
    packQuotients(measure, ratio[measure], { numerators: used[measure], denominators }),
  );
  return [...counts, ...quotients.flat()];
}

/**
 * A cluster's ratio, that of its fullest node in each minute: no sum of ports predicts it, but all nodes mostly have the same allocation, so
 * it is stored as numerators (as if it were ports) over that.
 *
 * @param allocations of some node, in each step
 */
export function packClusterRatio(ratio: StepValues, allocations: Float64Array, stepMs: number): PackedPart[] {
  const denominators = allocations.map((value, i) => (ratio.count[i] === 0 ? Number.NaN : value));
  const numerators = {
    min: findNumerators(ratio.min, denominators),
    max: findNumerators(ratio.max, denominators),
    sum: findNumerators(ratio.sum, denominators),
  };
  const quotients = MEASURES.map((measure) =>
    packQuotients(measure, ratio[measure], { numerators: numerators[measure], denominators }),
  );
  return [
    ["denominator", denominators],
    ...packSteps({ ...numerators, count: ratio.count }, stepMs),
    ...quotients.flat(),
  ];
}

/** One measure of what was packed; `NaN` where there is none. */
export function unpackRatio(source: PartSource, by: HistoryScope, measure: Measure): Float64Array {
  const fraction =
    by === "node"
      ? {
          numerators: unpackSteps(source, "usedPorts", measure),
          denominators: unpackSteps(source, "allocatedPorts", "max"),
        }
      : {
          numerators: unpackSteps(source, "usedRatio", measure),
          denominators: source.find("usedRatio", "denominator") ?? source.rows.next(),
        };
  return unpackQuotients(source, measure, fraction, source.find("usedRatio", "count"));
}

/** How many minutes had a ratio. */
export function unpackRatioCount(source: PartSource, by: HistoryScope): Float64Array {
  const known = source.find("usedRatio", "count");
  return known ?? unpackSteps(source, by === "node" ? "usedPorts" : "usedRatio", "count");
}
