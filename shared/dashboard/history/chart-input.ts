import type { ClusterEvent } from "../text/events.ts";
import type { Zone } from "../text/format.ts";

/** One line of a chart. */
export interface Curve {
  readonly name: string;
  readonly values: readonly (number | null)[];
  /** The node it is of; `null` where it is of something else. */
  readonly node: string | null;
  /** What another curve is held against: drawn broken, and no row of the heat map. */
  readonly ceiling: boolean;
}

/** All that a chart shows. */
export interface ChartInput {
  /** Ends of the scale of time, epoch seconds: also where nothing was measured. */
  readonly span: { readonly min: number; readonly max: number };
  /** Epoch seconds. */
  readonly times: readonly number[];
  readonly curves: readonly Curve[];
  /** Level lines. */
  readonly limits: readonly { readonly value: number; readonly text: string }[];
  /** In the order of time. */
  readonly events: readonly ClusterEvent[];
  /** The scale reaches at least up to here; `null`: the curves decide. */
  readonly top: number | null;
  readonly zone: Zone;
  readonly text: (value: number | null) => string;
  /** Name for a screen reader. */
  readonly label: string;
}
