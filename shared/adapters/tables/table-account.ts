import { createDefaultHttpClient, type HttpClient } from "@azure/core-rest-pipeline";
import { brokenPipePolicy } from "./broken-pipe.ts";
import {
  connectService,
  connectTable,
  type TableClientOptions,
  type TablesConnection,
} from "./connection.ts";
import { Table } from "./table.ts";
import { isTableMissing, toAdapterError } from "./to-adapter-error.ts";

/** How the tables of one installation are reached. */
export interface TableAccountOptions {
  readonly connection: TablesConnection;
  /** Start of every table's name, letters and digits. */
  readonly prefix?: string;
  /** The longest one call to the service may take, retries included. */
  readonly timeoutMs?: number;
  /** Ends every call at once, when the process stops. */
  readonly signal?: AbortSignal;
  /** Passed to the SDK: retries, HTTP client, policies. */
  readonly client?: TableClientOptions;
}

const DEFAULT_PREFIX = "Snatwatch";
const DEFAULT_TIMEOUT_MS = 30_000;

/** The tables of one installation, each opened once. */
export class TableAccount {
  readonly #options: TableAccountOptions;
  readonly #prefix: string;
  readonly #http: HttpClient;
  readonly #tables = new Map<string, Table>();

  constructor(options: TableAccountOptions) {
    this.#options = options;
    this.#prefix = options.prefix ?? DEFAULT_PREFIX;
    this.#http = options.client?.httpClient ?? createDefaultHttpClient();
  }

  /** @param name without the prefix */
  table(name: string): Table {
    const known = this.#tables.get(name);
    if (known !== undefined) return known;
    const client = connectTable(this.#options.connection, this.#prefix + name, this.#clientOptions());
    const table = new Table(client, this.#http, () => this.#deadline());
    this.#tables.set(name, table);
    return table;
  }

  /** Names, without the prefix, of the tables that start so. */
  async names(start: string): Promise<string[]> {
    const first = this.#prefix + start;
    // "~" comes after every character of a table's name.
    const filter = `TableName ge '${first}' and TableName lt '${first}~'`;
    const names: string[] = [];
    try {
      const tables = this.#service().listTables({
        queryOptions: { filter },
        abortSignal: this.#deadline(),
      });
      for await (const { name } of tables) {
        // Not every implementation filters by exact case.
        if (name?.startsWith(first)) names.push(name.slice(this.#prefix.length));
      }
    } catch (error) {
      throw toAdapterError(error, "list of tables");
    }
    return names;
  }

  /** @param name without the prefix; a table that is not there is well */
  async drop(name: string): Promise<void> {
    try {
      await this.#service().deleteTable(this.#prefix + name, { abortSignal: this.#deadline() });
    } catch (error) {
      if (isTableMissing(error)) return;
      throw toAdapterError(error, `drop of ${this.#prefix}${name}`);
    }
    this.#tables.delete(name);
  }

  #service() {
    return connectService(this.#options.connection, this.#clientOptions());
  }

  #clientOptions(): TableClientOptions {
    const { client = {} } = this.#options;
    const additionalPolicies = [
      ...(client.additionalPolicies ?? []),
      { policy: brokenPipePolicy, position: "perRetry" as const },
    ];
    return { ...client, additionalPolicies };
  }

  #deadline(): AbortSignal {
    const timeout = AbortSignal.timeout(this.#options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    return this.#options.signal ? AbortSignal.any([this.#options.signal, timeout]) : timeout;
  }
}
