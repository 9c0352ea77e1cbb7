import { type AddressRange, parseRange, rangeHolds } from "#core/denials/address-range.ts";
import type { DenialsTarget } from "#ports/log-source.ts";

/** Addresses that belong to the same clusters: what a query sorts rows by. */
export interface Scope {
  /** Short, for the query: `0`, `1`, ... */
  readonly name: string;
  /** CIDR, as the topology has them. */
  readonly prefixes: readonly string[];
  /** Whose addresses they are: several where clusters share a subnet, or have the same one in networks of their own. */
  readonly targets: readonly DenialsTarget[];
  /** The earliest instant that one of them wants. */
  readonly fromMs: number;
}

/** Scope of a line in which no source address was found: it may be anyone's. */
export const NO_SOURCE = "?";

interface KnownRange {
  readonly text: string;
  readonly range: AddressRange;
}

interface OwnedRanges {
  readonly target: DenialsTarget;
  readonly ranges: readonly AddressRange[];
}

/**
 * Scopes in the order in which an address has to be looked for: a range inside another has the owners of both, so that it
 * comes first.
 */
export function planScopes(targets: readonly DenialsTarget[]): Scope[] {
  const ranges = new Map<string, KnownRange>();
  for (const { prefixes } of targets) {
    for (const text of prefixes) {
      const range = parseRange(text);
      if (range !== undefined) ranges.set(keyOf(range), { text: text.trim(), range });
    }
  }
  const owned = ownedRanges(targets);
  const groups = new Map<string, { prefixes: string[]; targets: DenialsTarget[] }>();
  for (const { text, range } of ranges.values()) {
    const owners = owned.filter((each) => each.ranges.some((own) => rangeHolds(own, range)));
    const key = owners.map(({ target }) => targets.indexOf(target)).join(",");
    const group = groups.get(key) ?? { prefixes: [], targets: owners.map(({ target }) => target) };
    group.prefixes.push(text);
    groups.set(key, group);
  }
  return [...groups.values()]
    .sort((a, b) => b.targets.length - a.targets.length)
    .map((group, index) => ({
      ...group,
      name: String(index),
      fromMs: Math.min(...group.targets.map(({ fromMs }) => fromMs)),
    }));
}

/** The owners of an address; none for one of nobody's. */
export class AddressBook {
  readonly #owned: readonly OwnedRanges[];
  readonly #known = new Map<string, readonly DenialsTarget[]>();

  constructor(targets: readonly DenialsTarget[]) {
    this.#owned = ownedRanges(targets);
  }

  ownersOf(address: string): readonly DenialsTarget[] {
    const known = this.#known.get(address);
    if (known !== undefined) return known;
    const range = parseRange(address);
    const owners = this.#owned.filter(
      ({ ranges }) => range !== undefined && ranges.some((own) => rangeHolds(own, range)),
    );
    const targets = owners.map(({ target }) => target);
    this.#known.set(address, targets);
    return targets;
  }
}

function ownedRanges(targets: readonly DenialsTarget[]): OwnedRanges[] {
  return targets.map((target) => ({
    target,
    ranges: target.prefixes.flatMap((text) => parseRange(text) ?? []),
  }));
}

function keyOf({ family, network, bits }: AddressRange): string {
  return `${family}|${network}|${bits}`;
}
