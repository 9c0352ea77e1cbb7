import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

// The example rules and the dashboard ask only for series that `/metrics` has.

const TOLD = new Set(
  globSync("shared/api/metric*.ts").flatMap((path) =>
    [...readFileSync(path, "utf8").matchAll(/"(snatwatch_\w+)"/g)].map(([, name]) => name),
  ),
);
const FILES = ["infra/monitoring/alerts.rules.yml", "infra/monitoring/grafana-dashboard.json"];

test.for(FILES)("%s names series that there are", (path) => {
  const asked = [...readFileSync(path, "utf8").matchAll(/snatwatch_\w+/g)].map(([name]) => name);
  expect(asked.filter((name) => !TOLD.has(name))).toEqual([]);
  expect(new Set(asked).size).toBeGreaterThan(5);
});

test("the dashboard's panels do not overlap", () => {
  const { panels } = JSON.parse(readFileSync("infra/monitoring/grafana-dashboard.json", "utf8"));
  const cells = new Set<string>();
  for (const { gridPos } of panels) {
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
        expect(cells.has(`${x},${y}`)).toBe(false);
        cells.add(`${x},${y}`);
      }
    }
    expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
  }
});
