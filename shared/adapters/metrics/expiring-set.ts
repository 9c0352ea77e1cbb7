import type { Clock } from "#ports/clock.ts";

/** Names that are remembered for a while. */
export class ExpiringSet {
  readonly #ttlMs: number;
  readonly #clock: Clock;
  readonly #untilMs = new Map<string, number>();

  constructor(ttlMs: number, clock: Clock) {
    this.#ttlMs = ttlMs;
    this.#clock = clock;
  }

  add(name: string): void {
    this.#untilMs.set(name, this.#clock.nowMs() + this.#ttlMs);
  }

  has(name: string): boolean {
    const untilMs = this.#untilMs.get(name);
    if (untilMs === undefined) return false;
    if (this.#clock.nowMs() < untilMs) return true;
    this.#untilMs.delete(name);
    return false;
  }

  delete(name: string): void {
    this.#untilMs.delete(name);
  }
}
