// Quantities over time, as scenarios write them.

import type { Moment } from "./moment.ts";

/** A node as a curve sees it: its place in the cluster and its own source of chance. */
export interface NodeView {
  readonly index: number;
  readonly seed: number;
}

/** A quantity of one node over time. */
export type NodeCurve = (node: NodeView, at: Moment) => number;

/** A quantity of one resource over time. */
export type Curve = (at: Moment) => number;
