import { utcText } from "../notify/time-text.ts";
import type { ReplayChange } from "./change.ts";
import { ReplayedCluster } from "./replay-cluster.ts";
import type { ReplayPolicy } from "./replay-life.ts";
import type { ReplayRow } from "./row.ts";

/** A row that cannot follow those before it. */
export interface Misplaced {
  readonly column: "cluster" | "time";
  readonly expected: string;
}

/**
 * Runs the checks and the alert lifecycle of live operation over recorded rows: those of one cluster together and in the order of
 * time. Holds one cluster's last minutes, whatever the length of the recording.
 */
export class Replay {
  readonly #policy: ReplayPolicy;
  readonly #tell: (change: ReplayChange) => void;
  readonly #seen = new Set<string>();
  #name: string | undefined;
  #cluster: ReplayedCluster | undefined;
  #minuteMs = Number.NEGATIVE_INFINITY;

  constructor(policy: ReplayPolicy, tell: (change: ReplayChange) => void) {
    this.#policy = policy;
    this.#tell = tell;
  }

  /** Takes the next row; one that is out of order is refused, and says why. */
  add(row: ReplayRow): Misplaced | undefined {
    if (this.#cluster === undefined || row.cluster !== this.#name) {
      if (this.#seen.has(row.cluster))
        return { column: "cluster", expected: "all rows of a cluster together" };
      this.end();
      this.#seen.add(row.cluster);
      this.#name = row.cluster;
      this.#cluster = new ReplayedCluster(row, this.#policy);
    } else if (row.minuteMs < this.#minuteMs) {
      return {
        column: "time",
        expected: `rows of a cluster in the order of time, none before ${utcText(this.#minuteMs)}`,
      };
    }
    this.#minuteMs = row.minuteMs;
    for (const change of this.#cluster.add(row)) this.#tell(change);
    return undefined;
  }

  /** After the last row of all. */
  end(): void {
    for (const change of this.#cluster?.end() ?? []) this.#tell(change);
    this.#cluster = undefined;
  }
}
