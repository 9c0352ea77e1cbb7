import { expect, test } from "vitest";
import { VARIABLES } from "#config/schema.ts";
import { renderSettingsTable, updateSettingsTable } from "#config/settings-table.ts";

test("has a row with five cells for every setting", () => {
  const [head, rule, ...rows] = renderSettingsTable().split("\n");
  expect(head).toBe("| Setting | Meaning | Unit or format | Range | Default |");
  expect(rule).toBe("| --- | --- | --- | --- | --- |");
  expect(rows.map((row) => /^\| `(\w+)` \|/.exec(row)?.[1])).toEqual(Object.keys(VARIABLES.shape));
  for (const row of rows) expect(row.split(/(?<!\\)\|/)).toHaveLength(7);
});

test("shows unit, range and default", () => {
  expect(renderSettingsTable()).toContain("| ratio | above 0, at most 1 | `0.75` |");
  expect(renderSettingsTable()).toContain("| duration | 0d to 93d | `30d` |");
});

test("replaces what is between the markers and nothing else", () => {
  const begin = "<!-- settings:start -->";
  const readme = `# A\n\n${begin}\nold\n<!-- settings:end -->\n\nB\n`;
  const updated = updateSettingsTable(readme);
  expect(updated.startsWith(`# A\n\n${begin}\n\n| Setting |`)).toBe(true);
  expect(updated.endsWith("|\n\n<!-- settings:end -->\n\nB\n")).toBe(true);
  expect(updateSettingsTable(updated)).toBe(updated);
});

test("refuses a README without markers", () => {
  expect(() => updateSettingsTable("# A")).toThrow(RangeError);
});
