import fc from "fast-check";
import { expect, test } from "vitest";
import { AddressBook, planScopes } from "#adapters/logs/scopes.ts";
import { parseRange, rangeHolds } from "#core/denials/address-range.ts";
import { FROM_MS, target } from "./support.ts";

const address = fc
  .tuple(fc.constantFrom(10, 11), fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 255 }))
  .map(([a, b, c]) => `${a}.${b}.${c}.${c}`);
const prefix = fc.tuple(address, fc.integer({ min: 6, max: 32 })).map(([base, bits]) => `${base}/${bits}`);
const targets = fc
  .array(fc.array(prefix, { maxLength: 4 }), { minLength: 1, maxLength: 6 })
  .map((lists) => lists.map((prefixes, at) => target(`c${at}`, { prefixes })));

/** The first scope that holds the address: what a query's `case` finds. */
function scopeOf(scopes: ReturnType<typeof planScopes>, text: string) {
  const one = parseRange(text);
  return scopes.find(({ prefixes }) =>
    prefixes.some((each) => {
      const range = parseRange(each);
      return range !== undefined && one !== undefined && rangeHolds(range, one);
    }),
  );
}

test("the first scope of an address has exactly the clusters whose ranges hold it", () => {
  fc.assert(
    fc.property(targets, address, (all, text) => {
      const found = scopeOf(planScopes(all), text)?.targets ?? [];
      expect(found.map(({ clusterKey }) => clusterKey)).toEqual(
        new AddressBook(all).ownersOf(text).map(({ clusterKey }) => clusterKey),
      );
    }),
  );
});

test("subnets of the same clusters are one scope, and what is no range is left out", () => {
  const scopes = planScopes([
    target("one", { prefixes: ["10.1.0.0/24", "10.1.1.0/24", "VirtualNetwork", ""] }),
    target("two", { prefixes: ["10.2.0.0/24"], fromMs: FROM_MS - 1 }),
    target("twin", { prefixes: ["10.2.0.0/24"] }),
  ]);
  expect(scopes.map(({ name, prefixes, fromMs }) => [name, prefixes, fromMs])).toEqual([
    ["0", ["10.2.0.0/24"], FROM_MS - 1],
    ["1", ["10.1.0.0/24", "10.1.1.0/24"], FROM_MS],
  ]);
});
