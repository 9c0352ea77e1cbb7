import { expect, test } from "vitest";
import { parseRange, rangeHolds } from "#core/denials/address-range.ts";

test.for([
  ["10.1.0.0/16", "10.1.255.255", true],
  ["10.1.0.0/16", "10.2.0.0", false],
  ["10.1.9.9/16", "10.1.0.0/24", true],
  ["10.1.0.0/24", "10.1.0.0/16", false],
  ["0.0.0.0/0", "255.255.255.255", true],
  ["fd00::/8", "fdff::1", true],
  ["fd00::/8", "10.0.0.1", false],
  ["FD00:1::/64", "fd00:1:0:0:ffff::", true],
  ["FD00:1::/64", "fd00:1:0:1::", false],
] as const)("%s holds %s: %s", ([outer, inner, expected]) => {
  const [a, b] = [parseRange(outer), parseRange(inner)];
  if (a === undefined || b === undefined) throw new Error("not read");
  expect(rangeHolds(a, b)).toBe(expected);
});

test.for(["", "*", "10.0.0", "10.0.0.256", "10.0.0.0/33", "10.0.0.0/x", "fd00::/129", "VirtualNetwork"])(
  "no range: %s",
  (text) => {
    expect(parseRange(text)).toBeUndefined();
  },
);
