import type { Denial } from "#core/denials/denial.ts";
import { DAY_MS } from "#core/time.ts";
import type { DenialStore, DenialsWrite } from "#ports/denial-store.ts";

/** Denials in memory; the unit of storage is a day. */
export class MemoryDenialStore implements DenialStore {
  /** By shard and cluster. */
  readonly #clusters = new Map<string, Denial[]>();

  async write(shard: string, writes: readonly DenialsWrite[]): Promise<void> {
    for (const { clusterKey, fromMs, toMs, denials } of writes) {
      const name = JSON.stringify([shard, clusterKey]);
      const isReplaced = ({ spanMs }: Denial) => spanMs >= fromMs && spanMs < toMs;
      const others = (this.#clusters.get(name) ?? []).filter((denial) => !isReplaced(denial));
      const all = [...others, ...denials.filter(isReplaced)];
      this.#clusters.set(
        name,
        all.sort((a, b) => a.spanMs - b.spanMs),
      );
    }
  }

  async read(shard: string, clusterKey: string, fromMs: number, toMs: number) {
    const denials = this.#clusters.get(JSON.stringify([shard, clusterKey])) ?? [];
    return {
      denials: denials.filter(({ spanMs }) => spanMs >= fromMs && spanMs < toMs),
      faults: [],
    };
  }

  async expire(beforeMs: number): Promise<void> {
    for (const [name, denials] of this.#clusters) {
      const endOfDay = ({ spanMs }: Denial) => (Math.floor(spanMs / DAY_MS) + 1) * DAY_MS;
      this.#clusters.set(
        name,
        denials.filter((denial) => endOfDay(denial) > beforeMs),
      );
    }
  }
}
