import type { ChunkSeries } from "./chunk.ts";
import { type Fractions, fractionsOf } from "./fractions.ts";
import { type Mask, maskOf, presentValues } from "./masks.ts";
import { CONSTANT, DOUBLES, EMPTY, NEAR_NUMBERS, NUMBERS, RUNS } from "./series-entry.ts";

/** A series of which at most every so manieth number is another than the one before is coded as runs. */
const LEAST_RUN = 16;

/** One series, and how its values are best stored. */
export type SortedSeries = { readonly series: ChunkSeries; readonly mask: Mask | null } & (
  | { readonly kind: typeof EMPTY }
  | { readonly kind: typeof CONSTANT; readonly constant: number }
  | { readonly kind: typeof RUNS | typeof NUMBERS | typeof NEAR_NUMBERS; readonly fractions: Fractions }
  | { readonly kind: typeof DOUBLES; readonly present: Float64Array }
);

export function sortOut(series: ChunkSeries): SortedSeries {
  const { values } = series;
  // Half of all series are the same all day: they are done here.
  if (values.length > 0 && isConstant(values)) {
    return { series, mask: null, kind: CONSTANT, constant: values[0] ?? 0 };
  }
  const mask = maskOf(values);
  const present = mask === null ? values : presentValues(values, mask);
  if (present.length === 0) return { series, mask: null, kind: EMPTY };
  if (mask !== null && isConstant(present))
    return { series, mask, kind: CONSTANT, constant: present[0] ?? 0 };
  const fractions = fractionsOf(present);
  if (fractions === null) return { series, mask, kind: DOUBLES, present };
  if (fractions.ulps !== undefined) return { series, mask, kind: NEAR_NUMBERS, fractions };
  return { series, mask, kind: isRuns(fractions) ? RUNS : NUMBERS, fractions };
}

/** Whether all values are the first one, bit for bit. `NaN` is no value. */
function isConstant(values: Float64Array): boolean {
  const [first = 0] = values;
  for (let index = 0; index < values.length; index += 1) if (values[index] !== first) return false;
  return first !== 0 || values.every((value) => Object.is(value, first));
}

function isRuns({ numbers, picks }: Fractions): boolean {
  if (picks !== undefined) return false;
  let changes = 0;
  for (let index = 1; index < numbers.length; index += 1) {
    if (numbers[index] !== numbers[index - 1]) changes += 1;
  }
  return changes * LEAST_RUN <= numbers.length;
}
