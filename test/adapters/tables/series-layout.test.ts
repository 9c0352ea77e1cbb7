import { describe, expect, test } from "vitest";
import { hourRanges, pageRow, parsePageRow, tableEndMs, tableOf } from "#adapters/tables/series-layout.ts";
import { DAY_MS, HOUR_MS } from "#core/time.ts";

const MONDAY = Date.UTC(2026, 10, 16);

describe("series layout", () => {
  test("has a table for each week, named by its Monday", () => {
    expect(tableOf(MONDAY)).toBe("Series20261116");
    expect(tableOf(MONDAY + 7 * DAY_MS - 1)).toBe("Series20261116");
    expect(tableOf(MONDAY - 1)).toBe("Series20261109");
    expect(tableEndMs("Series20261116")).toBe(MONDAY + 7 * DAY_MS);
    expect(tableEndMs("SeriesOther")).toBeUndefined();
  });

  test("splits a span by tables, in whole hours", () => {
    expect(hourRanges(MONDAY - 90 * 60_000, MONDAY + 60_000)).toEqual([
      { table: "Series20261109", fromMs: MONDAY - 2 * HOUR_MS, toMs: MONDAY },
      { table: "Series20261116", fromMs: MONDAY, toMs: MONDAY + HOUR_MS },
    ]);
    expect(hourRanges(MONDAY, MONDAY)).toEqual([]);
    expect(hourRanges(MONDAY, MONDAY + 30 * DAY_MS)).toHaveLength(5);
  });

  test("tells hour and page from a row, whatever the cluster's name", () => {
    const row = pageRow("/a:2026010100:0000", MONDAY + HOUR_MS, 12);
    expect(row).toBe("|a~003a2026010100~003a0000:2026111601:0012");
    expect(parsePageRow(row)).toEqual({ hourMs: MONDAY + HOUR_MS, page: 12 });
    expect(parsePageRow(":stamp")).toBeUndefined();
  });
});
