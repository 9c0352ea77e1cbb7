import type { TableClient } from "@azure/data-tables";
import { expect } from "vitest";
import { type OpenTablesOptions, openTables } from "#adapters/tables/open-tables.ts";
import type { SampleBlock } from "#core/series/sample-block.ts";
import type { SeriesStore } from "#ports/series-store.ts";
import { uniquePrefix } from "../../support/azurite.ts";
import { tableClient } from "../../support/table-client.ts";
import { countTraffic } from "./count-traffic.ts";

export const SHARD = "s1-westeurope-1";

/** A store of series in tables of its own, of which all stores count their traffic together. */
export class SeriesWorld {
  readonly prefix = uniquePrefix();
  readonly traffic = countTraffic();
  readonly store: SeriesStore;
  readonly #connectionString: string;

  constructor(connectionString: string) {
    this.#connectionString = connectionString;
    this.store = this.open();
  }

  /** How its tables are reached. */
  options(): OpenTablesOptions {
    const connection = { connectionString: this.#connectionString };
    return { connection, prefix: this.prefix, client: this.traffic.client };
  }

  /** Another store on the same tables, which remembers nothing. */
  open(changes: Partial<OpenTablesOptions> = {}): SeriesStore {
    return openTables({ ...this.options(), ...changes }).series;
  }

  /** @param name without the prefix */
  table(name: string): TableClient {
    return tableClient(this.#connectionString, this.prefix + name);
  }

  async rowsOf(name: string): Promise<string[]> {
    const rows: string[] = [];
    for await (const { rowKey } of this.table(name).listEntities()) rows.push(rowKey ?? "");
    return rows;
  }

  async write(block: SampleBlock, clusterKey = "/c"): Promise<void> {
    await this.store.append(SHARD, [{ clusterKey, block }], block.startMs);
  }

  async damage(name: string, rowKey: string, changes: Record<string, unknown>): Promise<void> {
    await this.table(name).updateEntity({ partitionKey: SHARD, rowKey, ...changes }, "Merge");
  }

  /** Holds every entity of a table to the service's limits. @returns the most bytes that one has */
  async expectWithinLimits(name: string): Promise<number> {
    let most = 0;
    for await (const entity of this.table(name).listEntities<Record<string, unknown>>()) {
      const binary = Object.values(entity).filter((value) => value instanceof Uint8Array);
      const bytes = binary.reduce((sum, { length }) => sum + length, 0);
      expect(bytes).toBeLessThan(700 * 1024);
      expect(Math.max(...binary.map(({ length }) => length))).toBeLessThanOrEqual(64 * 1024);
      expect(Object.keys(entity).length).toBeLessThan(252);
      most = Math.max(most, bytes);
    }
    return most;
  }
}
