import type { Zone } from "../text/format.ts";

/** All that a chart shows. */
export interface ChartInput {
  /** Epoch seconds. */
  readonly times: readonly number[];
  readonly curves: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
  /** Level lines. */
  readonly limits: readonly { readonly value: number; readonly text: string }[];
  /** Upright lines, at epoch seconds. */
  readonly marks: readonly { readonly at: number; readonly kind: string }[];
  /** The scale reaches at least up to here; `null`: the curves decide. */
  readonly top: number | null;
  readonly zone: Zone;
  readonly text: (value: number | null) => string;
  /** Name for a screen reader. */
  readonly label: string;
}
