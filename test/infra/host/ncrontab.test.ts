import { describe, expect, it } from "vitest";
import { nextOccurrence } from "../../../infra/local/host/ncrontab.ts";

const next = (schedule: string, after: string): string | undefined => {
  const ms = nextOccurrence(schedule, Date.parse(after));
  return ms === undefined ? undefined : new Date(ms).toISOString().replace(".000Z", "Z");
};

describe("nextOccurrence", () => {
  it.each([
    // What is documented for timer triggers.
    ["0 * * * * *", "2026-11-21T10:00:00Z", "2026-11-21T10:01:00Z"],
    ["0 */5 * * * *", "2026-11-21T10:01:00Z", "2026-11-21T10:05:00Z"],
    ["0 0 * * * *", "2026-11-21T10:59:59Z", "2026-11-21T11:00:00Z"],
    ["0 0 */2 * * *", "2026-11-21T23:00:00Z", "2026-11-22T00:00:00Z"],
    ["0 0 9-17 * * *", "2026-11-21T17:00:00Z", "2026-11-22T09:00:00Z"],
    ["0 30 9 * * 1-5", "2026-11-20T10:00:00Z", "2026-11-23T09:30:00Z"],
    ["0 5,8,10 * * * *", "2026-11-21T10:05:00Z", "2026-11-21T10:08:00Z"],
    ["*/30 * * * * *", "2026-11-21T10:00:00Z", "2026-11-21T10:00:30Z"],
    ["0 0 0 1 1 *", "2026-11-21T10:00:00Z", "2027-01-01T00:00:00Z"],
    // Five fields: second 0.
    ["*/15 * * * *", "2026-11-21T10:00:01Z", "2026-11-21T10:15:00Z"],
    // Strictly after, with milliseconds on both sides.
    ["0 * * * * *", "2026-11-21T10:00:59.999Z", "2026-11-21T10:01:00Z"],
    ["0 * * * * *", "2026-11-21T10:01:00.001Z", "2026-11-21T10:02:00Z"],
    // Steps from a value, within a range, and that do not divide their field.
    ["0 10/20 * * * *", "2026-11-21T10:31:00Z", "2026-11-21T10:50:00Z"],
    ["0 10/20 * * * *", "2026-11-21T10:51:00Z", "2026-11-21T11:10:00Z"],
    ["0 1-10/4 * * * *", "2026-11-21T10:05:00Z", "2026-11-21T10:09:00Z"],
    ["0 */25 * * * *", "2026-11-21T10:50:00Z", "2026-11-21T11:00:00Z"],
    // Names, in any case and length.
    ["0 0 0 * feb *", "2026-11-21T00:00:00Z", "2027-02-01T00:00:00Z"],
    ["0 0 0 * * Mon,WEDNESDAY", "2026-11-21T00:00:00Z", "2026-11-23T00:00:00Z"],
    ["0 0 0 * JUN-JUL MON", "2026-11-21T00:00:00Z", "2027-06-07T00:00:00Z"],
    // Day and day-of-week must both match, unlike cron: the next Friday the 13th.
    ["0 0 0 13 * 5", "2026-11-21T00:00:00Z", "2027-08-13T00:00:00Z"],
    // Ends of months, leap years, a leap day on a Sunday.
    ["0 0 0 31 * *", "2026-11-21T00:00:00Z", "2026-12-31T00:00:00Z"],
    ["0 0 0 29 2 *", "2026-11-21T00:00:00Z", "2028-02-29T00:00:00Z"],
    ["0 0 0 29 2 0", "2026-11-21T00:00:00Z", "2032-02-29T00:00:00Z"],
    ["0 0 0 29 2 0", "2032-02-29T00:00:00Z", "2060-02-29T00:00:00Z"],
    ["59 59 23 31 12 *", "2026-12-31T23:59:58.500Z", "2026-12-31T23:59:59Z"],
    ["59 59 23 31 12 *", "2026-12-31T23:59:59Z", "2027-12-31T23:59:59Z"],
  ])("%s after %s is %s", (schedule, after, expected) => {
    expect(next(schedule, after)).toBe(expected);
  });

  it("is undefined for a day that no month has", () => {
    expect(next("0 0 0 30 2 *", "2026-11-21T00:00:00Z")).toBeUndefined();
  });

  it.each([
    ["* * * *", "six fields"],
    ["0 0 0 0 0 0 0", "six fields"],
    ["60 * * * * *", "second must be values from 0 to 59"],
    ["0 * 24 * * *", "hour"],
    ["0 0 0 0 * *", "day must be values from 1 to 31"],
    ["0 0 0 * 13 *", "month"],
    ["0 0 0 * * 7", "day-of-week must be values from 0 to 6"],
    ["0 10-5 * * * *", "minute"],
    ["0 */0 * * * *", "minute"],
    ["0 1/2/3 * * * *", "minute"],
    ["0 -1 * * * *", "minute"],
    ["0 1,, * * * *", "minute"],
    ["0 0 0 * foo *", '"foo"'],
    ["0 0 0 * ma *", '"ma"'],
    ["00:05:00", "six fields"],
    ["", "six fields"],
  ])("refuses %j, naming %s", (schedule, message) => {
    expect(() => nextOccurrence(schedule, 0)).toThrow(message);
  });
});
