import { isOpen, takeableAtMs } from "#core/notify/delivery-state.ts";
import type { Gate } from "#core/notify/rate-limits.ts";
import type { DeliveryOutbox, OutboxKey, OutboxRow } from "#ports/outbox.ts";
import type { Tagged } from "#ports/tagged.ts";

/** The outbox in memory. Values are copied in and out, as through storage. */
export class MemoryOutbox implements DeliveryOutbox {
  readonly #rows = new Map<string, Tagged<OutboxRow>>();
  readonly #gates = new Map<string, Tagged<Gate>>();
  #writes = 0;

  async put(rows: readonly OutboxRow[]): Promise<void> {
    for (const row of rows) if (!this.#rows.has(nameOf(row))) this.#set(row);
  }

  async load(key: OutboxKey): Promise<Tagged<OutboxRow> | undefined> {
    return structuredClone(this.#rows.get(nameOf(key)));
  }

  async update(row: OutboxRow, tag: string): Promise<string | undefined> {
    return this.#rows.get(nameOf(row))?.tag === tag ? this.#set(row) : undefined;
  }

  async listOpen(): Promise<readonly OutboxRow[]> {
    return this.#list(isOpen);
  }

  async openChannels(): Promise<readonly string[]> {
    return [...new Set(this.#list(isOpen).map(({ channel }) => channel))].sort();
  }

  async listDue(channel: string, atMs: number, most: number): Promise<readonly OutboxKey[]> {
    return this.#list((row) => isOpen(row) && row.channel === channel && takeableAtMs(row) <= atMs)
      .slice(0, most)
      .map(({ incidentId, sequence }) => ({ channel, incidentId, sequence }));
  }

  async countDead(sinceMs: number): Promise<number> {
    return this.#list(({ state, settledAtMs }) => state === "dead" && (settledAtMs ?? 0) > sinceMs).length;
  }

  async loadGate(channel: string): Promise<Tagged<Gate> | undefined> {
    return structuredClone(this.#gates.get(channel));
  }

  async saveGate(channel: string, gate: Gate, tag: string | undefined): Promise<boolean> {
    if (this.#gates.get(channel)?.tag !== tag) return false;
    this.#writes += 1;
    this.#gates.set(channel, { value: structuredClone(gate), tag: `${this.#writes}` });
    return true;
  }

  async listSince(fromMs: number): Promise<readonly OutboxRow[]> {
    return this.#list((row) => row.createdAtMs >= fromMs);
  }

  async expire(beforeMs: number): Promise<void> {
    for (const [name, { value }] of this.#rows) {
      if (!isOpen(value) && value.createdAtMs < beforeMs) this.#rows.delete(name);
    }
  }

  #set(row: OutboxRow): string {
    this.#writes += 1;
    const tag = `${this.#writes}`;
    this.#rows.set(nameOf(row), { value: structuredClone(row), tag });
    return tag;
  }

  #list(takes: (row: OutboxRow) => boolean): OutboxRow[] {
    const rows = [...this.#rows.values()].map(({ value }) => value).filter(takes);
    // By key within one instant: a set of rows has no other order.
    return structuredClone(
      rows.sort((a, b) => a.createdAtMs - b.createdAtMs || (nameOf(a) < nameOf(b) ? -1 : 1)),
    );
  }
}

function nameOf({ channel, incidentId, sequence }: OutboxKey): string {
  return JSON.stringify([channel, incidentId, String(sequence).padStart(8, "0")]);
}
