/** Figures of one node, one value a minute; `NaN`: no value came. */
export interface WorldNode {
  readonly name: string;
  readonly frontends: readonly {
    readonly ip: string;
    readonly used: ArrayLike<number>;
    readonly allocated: ArrayLike<number>;
  }[];
  /** Over the frontends. */
  readonly used: ArrayLike<number>;
  readonly allocated: ArrayLike<number>;
  /** `null` where the world has none. */
  readonly usedUdp: ArrayLike<number> | null;
  readonly failed: ArrayLike<number>;
  readonly succeeded: ArrayLike<number>;
  readonly events: readonly Exhaustion[];
}

/** Minutes in which connections failed for want of ports, those less than an hour apart taken together. */
export interface Exhaustion {
  readonly start: number;
  readonly end: number;
  /** It built up over an hour or more, so that a warning is possible. */
  readonly slow: boolean;
}

export interface WorldCluster {
  readonly name: string;
  /** Since the epoch. */
  readonly startMinute: number;
  readonly minutes: number;
  readonly nodes: readonly WorldNode[];
}

/** What alarm a detector has raised after each minute: 0 none, 1 a warning, 2 critical. */
export type Levels = Uint8Array;
export type Detector = (cluster: WorldCluster) => readonly Levels[];
