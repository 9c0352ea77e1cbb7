import { MINUTE_MS } from "../time.ts";
import { KEPT_MINUTES } from "./kept.ts";

/** The nodes that a recording speaks of: who leaves is told by silence, not by a discovery. */
export class HeardNodes {
  /** By node: the minute since which it is there, and the newest in which it was heard. */
  readonly #nodes = new Map<string, { readonly sinceMs: number; lastMs: number }>();

  /** Those that are there, in the order in which they came. */
  get names(): string[] {
    return [...this.#nodes.keys()];
  }

  has(node: string): boolean {
    return this.#nodes.has(node);
  }

  /** The minute since which it is there; `undefined` where it is not. */
  sinceMs(node: string): number | undefined {
    return this.#nodes.get(node)?.sinceMs;
  }

  /** @returns true if it is new */
  hear(node: string, minuteMs: number): boolean {
    const known = this.#nodes.get(node);
    if (known === undefined) this.#nodes.set(node, { sinceMs: minuteMs, lastMs: minuteMs });
    else known.lastMs = minuteMs;
    return known === undefined;
  }

  /** Forgets those that were silent for long while others spoke. @returns true if any is gone */
  forgetGone(minuteMs: number): boolean {
    let newestMs = Number.NEGATIVE_INFINITY;
    for (const { lastMs } of this.#nodes.values()) newestMs = Math.max(newestMs, lastMs);
    // Where all are silent it is the recording that has a gap.
    if (newestMs < minuteMs - KEPT_MINUTES * MINUTE_MS) return false;
    let gone = false;
    for (const [node, { lastMs }] of this.#nodes) {
      if (newestMs - lastMs < KEPT_MINUTES * MINUTE_MS) continue;
      this.#nodes.delete(node);
      gone = true;
    }
    return gone;
  }
}
