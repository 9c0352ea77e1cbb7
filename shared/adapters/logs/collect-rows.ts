import { DENIAL_SPAN_MS } from "#core/denials/denial.ts";
import { DenialTally } from "#core/denials/denial-tally.ts";
import type { LogRow } from "#core/denials/log-row.ts";
import { resourceKey } from "#core/egress/resource-id.ts";
import type { DenialsRequest, DenialsTarget } from "#ports/log-source.ts";
import type { LogAnswer } from "./raw-answer.ts";
import { type ReadRow, readRow } from "./read-row.ts";
import { AddressBook, NO_SOURCE, type Scope } from "./scopes.ts";

/** Gives the rows of answers to the clusters they belong to. */
export class RowCollector {
  readonly #targets: readonly DenialsTarget[];
  readonly #toMs: number;
  readonly #book: AddressBook;
  readonly #firewalls = new Map<DenialsTarget, ReadonlySet<string>>();
  readonly #tallies = new Map<DenialsTarget, DenialTally>();

  constructor({ targets, toMs }: DenialsRequest) {
    this.#targets = targets;
    this.#toMs = toMs;
    this.#book = new AddressBook(targets);
    for (const target of targets) {
      this.#firewalls.set(target, new Set(target.firewallIds.map(resourceKey)));
      this.#tallies.set(target, new DenialTally());
    }
  }

  denialsOf(target: DenialsTarget) {
    return this.#tallies.get(target)?.denials() ?? [];
  }

  /** @returns how many rows could not be read */
  collect(answer: LogAnswer, scopes: readonly Scope[], firewalls: ReadonlySet<string>): number {
    const byName = new Map(scopes.map((scope) => [scope.name, scope]));
    const [first = ""] = firewalls;
    const onlyFirewall = firewalls.size === 1 ? first : "";
    const listed = new Map<string, number>();
    const totals: ReadRow[] = [];
    let unreadable = 0;
    for (const fields of answer.rows()) {
      const read = readRow(fields, onlyFirewall);
      if (read === "passed") continue;
      if (read === "unreadable" || read.row.firewall === "") {
        unreadable += 1;
        continue;
      }
      if (!firewalls.has(read.row.firewall)) continue;
      if (read.total) {
        totals.push(read);
        continue;
      }
      listed.set(read.totalKey, (listed.get(read.totalKey) ?? 0) + read.row.count);
      this.#give(read, byName);
    }
    for (const { row, scope, total, totalKey } of totals) {
      const count = row.count - (listed.get(totalKey) ?? 0);
      if (count > 0) this.#give({ row: { ...row, count }, scope, total, totalKey }, byName);
    }
    return unreadable;
  }

  #give({ row, scope }: ReadRow, scopes: ReadonlyMap<string, Scope>): void {
    const spanMs = Math.floor(row.firstSeenMs / DENIAL_SPAN_MS) * DENIAL_SPAN_MS;
    if (row.firstSeenMs >= this.#toMs) return;
    for (const target of this.#owners(row, scope, scopes)) {
      const isIts = this.#firewalls.get(target)?.has(row.firewall) === true;
      if (isIts && spanMs >= target.fromMs) this.#tallies.get(target)?.add(row);
    }
  }

  /** Whose source it was; of a line without one it cannot be said, and every cluster behind the firewall is told of it. */
  #owners(row: LogRow, scope: string | null, scopes: ReadonlyMap<string, Scope>): readonly DenialsTarget[] {
    if (scope === NO_SOURCE) return this.#targets;
    const known = scope === null ? undefined : scopes.get(scope);
    if (known !== undefined) return known.targets;
    const [source] = row.sources;
    return source === undefined ? this.#targets : this.#book.ownersOf(source);
  }
}
