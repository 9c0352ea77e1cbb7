import { describe, expect, test } from "vitest";
import {
  clusterRows,
  DAYS,
  dayRanges,
  dayRow,
  FIVES,
  hoursFilter,
  pageRow,
  parseDayRow,
  parseMinutesRow,
  ROLLUPS,
  sealedHourRow,
} from "#adapters/tables/series-layout.ts";
import { tableEndMs, tableOf } from "#adapters/tables/table-runs.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "#core/time.ts";

const MONDAY = Date.UTC(2026, 10, 16);

describe("series layout", () => {
  test("has a table of days for each week, named by its Monday", () => {
    expect(tableOf(DAYS, MONDAY)).toBe("Days20261116");
    expect(tableOf(DAYS, MONDAY + 7 * DAY_MS - 1)).toBe("Days20261116");
    expect(tableOf(DAYS, MONDAY - 1)).toBe("Days20261109");
    expect(tableEndMs(DAYS, "Days20261116")).toBe(MONDAY + 7 * DAY_MS);
  });

  test("has a table of roll-ups for each month", () => {
    expect(tableOf(FIVES, MONDAY)).toBe("Fives202611");
    expect(tableOf(ROLLUPS, Date.UTC(2026, 11, 31, 23))).toBe("Rollups202612");
    expect(tableEndMs(ROLLUPS, "Rollups202612")).toBe(Date.UTC(2027, 0, 1));
    expect(tableEndMs(FIVES, "Fives202602")).toBe(Date.UTC(2026, 2, 1));
  });

  test.for([
    [DAYS, "DaysOther"],
    [DAYS, "Days202611"],
    [ROLLUPS, "Rollups20261116"],
    [FIVES, "Rollups202611"],
    [FIVES, "Fives"],
  ] as const)("knows nothing of a table that is not its: %j %s", ([run, name]) => {
    expect(tableEndMs(run, name)).toBeUndefined();
  });

  test("splits a span by tables, in whole days", () => {
    expect(dayRanges(DAYS, MONDAY - MINUTE_MS, MONDAY + MINUTE_MS)).toEqual([
      { table: "Days20261109", fromMs: MONDAY - DAY_MS, toMs: MONDAY },
      { table: "Days20261116", fromMs: MONDAY, toMs: MONDAY + DAY_MS },
    ]);
    expect(dayRanges(DAYS, MONDAY, MONDAY)).toEqual([]);
    expect(dayRanges(ROLLUPS, MONDAY - 30 * DAY_MS, MONDAY).map(({ table }) => table)).toEqual([
      "Rollups202610",
      "Rollups202611",
    ]);
  });

  test("tells what a row is, whatever the cluster's name", () => {
    const { cluster } = clusterRows("s", "/a:2026010100:0000");
    const hot = pageRow(cluster, MONDAY + HOUR_MS, 12);
    expect(hot).toBe("|a~003a2026010100~003a0000:2026111601:0012");
    expect(parseMinutesRow(hot)).toEqual({ cluster, hourMs: MONDAY + HOUR_MS, sealed: false, page: 12 });
    const sealed = sealedHourRow(cluster, MONDAY, 3);
    expect(parseMinutesRow(sealed)).toEqual({ cluster, hourMs: MONDAY, sealed: true, page: 3 });
    expect(parseDayRow(dayRow(cluster, MONDAY, 7))).toEqual({ dayMs: MONDAY, page: 7 });
    for (const row of [":stamp", "c:20261116:000", "c:2026111600:00000", ""]) {
      expect(parseMinutesRow(row)).toBeUndefined();
    }
    expect(parseDayRow("c:2026111600:000")).toBeUndefined();
  });

  test("scans a page before the sealed hour it becomes", () => {
    expect([sealedHourRow("c", MONDAY, 0), pageRow("c", MONDAY, 9999)].sort()[0]).toBe(
      pageRow("c", MONDAY, 9999),
    );
  });

  test("asks for whole hours, the last one with all its rows", () => {
    const filter = hoursFilter({ partition: "p", cluster: "c" }, MONDAY + MINUTE_MS, MONDAY + HOUR_MS + 1);
    expect(filter).toBe("PartitionKey eq 'p' and RowKey ge 'c:2026111600' and RowKey lt 'c:2026111601;'");
  });
});
