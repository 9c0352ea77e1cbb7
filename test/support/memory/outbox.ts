import type { Outbox, OutboxKey, OutboxRow } from "#ports/outbox.ts";
import type { Tagged } from "#ports/tagged.ts";

/** The outbox in memory. Values are copied in and out, as through storage. */
export class MemoryOutbox implements Outbox {
  readonly #rows = new Map<string, Tagged<OutboxRow>>();
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
    return this.#list((row) => row.state !== "delivered" && row.state !== "dead");
  }

  async listSince(fromMs: number): Promise<readonly OutboxRow[]> {
    return this.#list((row) => row.createdAtMs >= fromMs);
  }

  async expire(beforeMs: number): Promise<void> {
    for (const [name, { value }] of this.#rows) {
      const settled = value.state === "delivered" || value.state === "dead";
      if (settled && value.createdAtMs < beforeMs) this.#rows.delete(name);
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
