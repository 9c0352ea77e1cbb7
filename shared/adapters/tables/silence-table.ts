import { randomUUID } from "node:crypto";
import { odata } from "@azure/data-tables";
import type { NewSilence, Silence } from "#core/alert/silence.ts";
import { silenceEndMs } from "#core/alert/silence.ts";
import { AdapterError } from "#ports/adapter-error.ts";
import type { SilenceStore } from "#ports/silence-store.ts";
import { fromParts, toParts } from "./binary-parts.ts";
import { encodeKey } from "./keys.ts";
import { mapLimited } from "./map-limited.ts";
import { packJson, unpackJson } from "./packed-json.ts";
import type { Step } from "./step.ts";
import type { StoredEntity, Table } from "./table.ts";

const PARTITION = "silence";
const VALUE = "b";
const MOST_CALLS = 8;
/** How often `end` may find that somebody else has changed the silence. */
const MOST_ATTEMPTS = 5;

/**
 * Silences in one partition, a row for each. Nothing is kept in memory: the one query that reads them all costs what asking for a
 * version would, and a silence holds from the moment it is stored, in every instance.
 */
export class SilenceTable implements SilenceStore {
  readonly #table: Table;
  readonly #onFault: (message: string) => void;

  /** @param options.onFault told of a row that cannot be read; it silences nothing */
  constructor(table: Table, options: { readonly onFault?: ((message: string) => void) | undefined } = {}) {
    this.#table = table;
    this.#onFault = options.onFault ?? (() => {});
  }

  async list(): Promise<readonly Silence[]> {
    const silences: Silence[] = [];
    for (const entity of await this.#table.query(odata`PartitionKey eq ${PARTITION}`)) {
      const silence = this.#decode(entity);
      if (silence !== undefined) silences.push(silence);
    }
    return silences.sort((a, b) => b.createdAtMs - a.createdAtMs);
  }

  async add(silence: NewSilence): Promise<Silence> {
    const made: Silence = { ...silence, id: randomUUID() };
    const step: Step = { kind: "insert", row: encodeKey(made.id), properties: encode(made) };
    await this.#table.transact(PARTITION, [step]);
    return made;
  }

  async end(id: string, atMs: number): Promise<boolean> {
    const row = encodeKey(id);
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
      const entity = await this.#table.get(PARTITION, row);
      const silence = entity && this.#decode(entity);
      if (entity === undefined || silence === undefined) return false;
      if (silenceEndMs(silence) <= atMs) return true;
      const properties = encode({ ...silence, endedAtMs: atMs });
      const step: Step = { kind: "replace", row, tag: entity.tag, properties };
      if ((await this.#table.transact(PARTITION, [step])) !== undefined) return true;
    }
    throw new AdapterError("unavailable", "tables: a silence kept changing while it was being ended");
  }

  async remove(id: string): Promise<void> {
    await this.#table.delete(PARTITION, encodeKey(id));
  }

  async expire(beforeMs: number): Promise<void> {
    const old = (await this.list()).filter((silence) => silenceEndMs(silence) < beforeMs);
    await mapLimited(old, MOST_CALLS, ({ id }) => this.#table.delete(PARTITION, encodeKey(id)));
  }

  #decode(entity: StoredEntity): Silence | undefined {
    const bytes = fromParts(VALUE, entity.properties);
    try {
      if (bytes !== undefined) return unpackJson<Silence>(bytes);
    } catch {
      // Told below, like a row without a value.
    }
    this.#onFault(`silence row ${entity.rowKey} cannot be read`);
    return undefined;
  }
}

function encode(silence: Silence) {
  return toParts(VALUE, packJson(silence));
}
