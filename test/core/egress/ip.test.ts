import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expandPrefix, familyOf, prefixContains } from "#core/egress/ip.ts";

describe("expandPrefix", () => {
  test.for([
    ["a single address", "20.1.2.3/32", ["20.1.2.3"]],
    [
      "every address, the first and last too",
      "20.1.2.4/30",
      ["20.1.2.4", "20.1.2.5", "20.1.2.6", "20.1.2.7"],
    ],
    ["an address inside stands for its prefix", "20.1.2.6/31", ["20.1.2.6", "20.1.2.7"]],
    ["IPv6 in its shortest form", "2603:1030:0:0::4/127", ["2603:1030::4", "2603:1030::5"]],
    ["IPv6 at zero", "2603:1030:805:2::/127", ["2603:1030:805:2::", "2603:1030:805:2::1"]],
    ["IPv6 without a run of zeros", "2603:1:2:3:4:5:6:a/128", ["2603:1:2:3:4:5:6:a"]],
    ["a range too big to list stays a range", "10.0.0.0/8", ["10.0.0.0/8"]],
    ["an IPv6 range too big to list stays a range", "2603:1030::/64", ["2603:1030::/64"]],
    ["no length", "20.1.2.3", []],
    ["no address", "/28", []],
    ["an octet too big", "20.1.2.256/32", []],
    ["a length too big", "20.1.2.3/33", []],
    ["IPv6 with too many groups", "1:2:3:4:5:6:7:8:9/128", []],
    ["IPv6 with two gaps", "1::2::3/128", []],
    ["IPv6 with a group too long", "1::12345/128", []],
    ["IPv6 length too big", "1::/129", []],
  ] as const)("%s: %s", ([, prefix, addresses]) => {
    expect(expandPrefix(prefix)).toEqual(addresses);
  });

  test("every IPv4 prefix of up to 4,096 addresses holds exactly what it expands to", () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 20, max: 32 }), (address, bits) => {
        const addresses = expandPrefix(`${address}/${bits}`);
        expect(new Set(addresses).size).toBe(2 ** (32 - bits));
        expect(addresses).toContain(address);
        expect(addresses.every((it) => prefixContains(`${address}/${bits}`, it))).toBe(true);
      }),
    );
  });
});

test.for([
  ["10.0.0.0/8", "10.200.0.1", true],
  ["10.0.0.0/8", "11.0.0.1", false],
  ["0.0.0.0/0", "20.1.2.3", true],
  ["10.9.0.4/32", "10.9.0.4", true],
  ["10.9.0.4/32", "10.9.0.5", false],
  ["fd00::/8", "fd00::1", false],
  ["10.0.0.0", "10.0.0.0", false],
  ["10.0.0.0/40", "10.0.0.0", false],
] as const)("%s contains %s: %s", ([prefix, address, contained]) => {
  expect(prefixContains(prefix, address)).toBe(contained);
});

test("tells the family of an address and of a prefix", () => {
  expect(["20.1.2.3", "20.1.2.0/28", "2603::1", "2603::/124"].map(familyOf)).toEqual([
    "ipv4",
    "ipv4",
    "ipv6",
    "ipv6",
  ]);
});
