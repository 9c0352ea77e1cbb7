/** Limits that the checks hold readings against; from settings, each can be overridden by a cluster's tag. */
export interface CheckLimits {
  /** Used / allocated ports of a node at which `snat-ports` warns, 0..1. */
  readonly warnRatio: number;
  /** ... and at which it fails. */
  readonly failRatio: number;
  /** Failed / attempted connections of a node over the window at which `snat-failures` fails, 0..1. */
  readonly failedRatio: number;
  /** How many times the median node's ports one node may use before `snat-skew` warns. */
  readonly skewFactor: number;
  /** Age of the newest complete minute at which data is no longer recent, ms. Counted beyond the collection lag. */
  readonly staleAfterMs: number;
  /** The collection lag, ms: how old the newest minute is by design. */
  readonly collectLagMs: number;
  /** What a user set, by setting or tag: it is obeyed to the letter, where a default may weigh the node's own history. */
  readonly given?: readonly GivenLimit[];
}

export type GivenLimit = "warnRatio" | "failRatio" | "alertFor";
