import fc from "fast-check";
import { expect, test } from "vitest";
import { renderCsv } from "#api/csv.ts";

test.for([
  ["numbers and absence", [1, -0.5, null, 2e21], "1,-0.5,,2e+21"],
  ["plain text", ["aks-1", ""], "aks-1,"],
  ["commas, quotes and line breaks", ["a,b", 'say "x"', "a\r\nb"], '"a,b","say ""x""","a\r\nb"'],
  ["what a spreadsheet would run", ["=1+1", "+1", "-1", "@a", "\tx"], "'=1+1,'+1,'-1,'@a,'\tx"],
  ["a formula in quotes", ['=HYPERLINK("x")'], `"'=HYPERLINK(""x"")"`],
] as const)("writes %s", ([, row, line]) => {
  expect(renderCsv([row])).toBe(`${line}\r\n`);
});

test("no text starts a formula", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("=", "+", "-", "@", "a", '"', ",", "\t", "\r") }),
      (text) => {
        expect(renderCsv([[text]])).not.toMatch(/^"?[=+\-@\t\r](?!\n$)/);
      },
    ),
  );
});
