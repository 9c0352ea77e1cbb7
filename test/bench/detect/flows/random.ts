/** A small generator of random numbers (mulberry32): the same seed, the same world on every machine. */
export class Random {
  #state: number;

  constructor(...key: readonly number[]) {
    let state = 0x9e3779b9;
    for (const part of key) state = Math.imul(state ^ (part + 0x51ed27), 0x85ebca6b) ^ (state >>> 13);
    this.#state = state;
    for (let i = 0; i < 8; i += 1) this.unit();
  }

  /** 0..1 */
  unit(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.unit();
  }

  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  normal(): number {
    return Math.sqrt(-2 * Math.log(this.unit() + 1e-12)) * Math.cos(2 * Math.PI * this.unit());
  }

  /** How many of what happens `mean` times on average. */
  poisson(mean: number): number {
    if (mean <= 0) return 0;
    if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * this.normal()));
    const limit = Math.exp(-mean);
    let count = 0;
    for (let product = this.unit(); product > limit; product *= this.unit()) count += 1;
    return count;
  }
}
