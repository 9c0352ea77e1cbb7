// Counts of what was asked and answered, for tests and benchmarks.

export interface StatsSnapshot {
  readonly requests: number;
  /** By kind: `arm.subscriptions`, `arm.loadbalancers`, `metrics.getBatch`, `metrics.single`, ... */
  readonly byKind: Readonly<Record<string, number>>;
  readonly byStatus: Readonly<Record<string, number>>;
  readonly throttled: number;
  readonly faults: number;
  readonly bytesSent: number;
  /** Of all metric answers together. */
  readonly metrics: { readonly resources: number; readonly series: number; readonly points: number };
}

/** Counts until it is reset. */
export class Stats {
  #byKind = new Map<string, number>();
  #byStatus = new Map<string, number>();
  #faults = 0;
  #bytesSent = 0;
  metrics = { resources: 0, series: 0, points: 0 };

  asked(kind: string): void {
    this.#byKind.set(kind, (this.#byKind.get(kind) ?? 0) + 1);
  }

  faulted(): void {
    this.#faults += 1;
  }

  answered(status: number, bytes: number): void {
    const key = String(status);
    this.#byStatus.set(key, (this.#byStatus.get(key) ?? 0) + 1);
    this.#bytesSent += bytes;
  }

  reset(): void {
    this.#byKind.clear();
    this.#byStatus.clear();
    this.#faults = 0;
    this.#bytesSent = 0;
    this.metrics = { resources: 0, series: 0, points: 0 };
  }

  snapshot(): StatsSnapshot {
    return {
      requests: [...this.#byKind.values()].reduce((sum, count) => sum + count, 0),
      byKind: Object.fromEntries([...this.#byKind].sort()),
      byStatus: Object.fromEntries([...this.#byStatus].sort()),
      throttled: (this.#byStatus.get("429") ?? 0) + (this.#byStatus.get("529") ?? 0),
      faults: this.#faults,
      bytesSent: this.#bytesSent,
      metrics: { ...this.metrics },
    };
  }
}
