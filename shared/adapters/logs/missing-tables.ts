import { readSdkError } from "#adapters/azure/sdk-error.ts";
import type { Clock } from "#ports/clock.ts";

/** A firewall that begins to log makes its table; then it has to be asked for again. */
const MEMORY_MS = 60 * 60_000;
const BAD_REQUEST = 400;

/** Tables that workspaces refused to know although the query allows for that. */
export class MissingTables {
  readonly #clock: Clock;
  readonly #untilMs = new Map<string, Map<string, number>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(customerId: string, table: string): void {
    const tables = this.#untilMs.get(customerId) ?? new Map<string, number>();
    this.#untilMs.set(customerId, tables.set(table, this.#clock.nowMs() + MEMORY_MS));
  }

  of(customerId: string): ReadonlySet<string> {
    const nowMs = this.#clock.nowMs();
    const tables = [...(this.#untilMs.get(customerId) ?? [])];
    return new Set(tables.flatMap(([table, untilMs]) => (nowMs < untilMs ? [table] : [])));
  }
}

/** Which of the tables a refusal names (`SEM0100: Failed to resolve table or column expression named 'AZFW…'`). */
export function missingTable(error: unknown, tables: readonly string[]): string | undefined {
  const { status, bodyText } = readSdkError(error);
  if (status !== BAD_REQUEST) return undefined;
  return tables.find((table) => new RegExp(`['"\`]${table}['"\`]`, "i").test(bodyText));
}
