import fc from "fast-check";
import { expect, test } from "vitest";
import { groupThousands, percentText } from "#core/notify/number-text.ts";
import { cut, oneLine, shortenNames } from "#core/notify/plain-text.ts";
import { sparkline } from "#core/notify/sparkline.ts";
import { durationText, spanText, utcText } from "#core/notify/time-text.ts";

test.for([
  ["leaves what is short", 999, "999"],
  ["sets a comma after each three digits from the right", 1_013, "1,013"],
  ["does so again and again", 64_512_000, "64,512,000"],
  ["rounds fractions", 1_023.6, "1,024"],
] as const)("a number: %s", ([, value, text]) => expect(groupThousands(value)).toBe(text));

test("a share is never called whole while something is left", () => {
  expect([percentText(1_023, 1_024), percentText(1_024, 1_024), percentText(0, 8)]).toEqual([
    "99 %",
    "100 %",
    "0 %",
  ]);
});

test.for([
  ["drops seconds", 59_999, "less than a minute"],
  ["tells minutes", 42 * 60_000, "42 min"],
  ["pads minutes beside hours", 245 * 60_000, "4 h 05 min"],
  ["leaves out no minutes at all", 240 * 60_000, "4 h"],
  ["tells days and hours, no minutes", 51.5 * 3_600_000, "2 d 3 h"],
  ["leaves out no hours at all", 24 * 3_600_000, "1 d"],
] as const)("a duration: %s", ([, ms, text]) => expect(durationText(ms)).toBe(text));

test.for([
  ["the epoch", 0],
  ["the last minute before it", -1],
  ["a leap day", Date.UTC(2028, 1, 29, 23, 59)],
  ["the day after a leap day", Date.UTC(2028, 2, 1)],
  ["a century without a leap day", Date.UTC(2100, 1, 28, 12)],
  ["one with", Date.UTC(2000, 1, 29, 12)],
  ["new year's eve", Date.UTC(2026, 11, 31, 23, 59, 59)],
] as const)("an instant is told as in the calendar: %s", ([, ms]) =>
  expect(utcText(ms)).toBe(byCalendar(ms)),
);

test("any instant is told as the platform's calendar tells it", () => {
  fc.assert(
    fc.property(fc.date({ min: new Date(0), max: new Date("2200-01-01"), noInvalidDate: true }), (date) => {
      expect(utcText(date.getTime())).toBe(byCalendar(date.getTime()));
    }),
  );
});

function byCalendar(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

test("a span names the day once where it ends on the same", () => {
  const from = Date.UTC(2026, 10, 21, 10, 5);
  expect(spanText(from, from + 42 * 60_000)).toBe("2026-11-21 10:05 to 10:47 UTC");
  expect(spanText(from, from + 24 * 3_600_000)).toBe("2026-11-21 10:05 to 2026-11-22 10:05 UTC");
});

test.for([
  ["rises with the share of the ports", [0, 256, 512, 768, 1_024], 1_024, "▁▂▄▆█"],
  ["keeps the full bar for what is full", [1_023, 1_024, 2_000], 1_024, "▇██"],
  ["shows a missing minute as missing, not as zero", [0, null, 512], 1_024, "▁·▄"],
  ["is scaled to its highest point where the limit is unknown", [1, 2, 4], null, "▂▄█"],
  ["and where it is zero", [1, 2, 4], 0, "▂▄█"],
  ["is nothing where nothing was measured", [null, null], 1_024, ""],
  ["is nothing without points", [], 1_024, ""],
  ["shows idle as idle", [0, 0], null, "▁▁"],
] as const)("a trend %s", ([, trend, scale, bars]) => expect(sparkline(trend, scale)).toBe(bars));

test("a trend keeps its newest 30 points", () => {
  expect(sparkline([8, ...Array.from({ length: 30 }, () => 0)], 8)).toBe("▁".repeat(30));
});

test.for([
  ["joins lines", "one\r\n\ttwo\u2028three", "one two three"],
  ["drops control characters", "a\u0000\u001b[31mb", "a [31mb"],
  ["drops what turns or hides text", "a\u202Eb\u200Bc\u2066d", "abcd"],
  ["mends half of a character", "a\uD83Db", "a\uFFFDb"],
] as const)("text from outside: %s", ([, text, line]) => expect(oneLine(text, 100)).toBe(line));

test("text that is cut keeps to its length and to whole characters", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 1, max: 40 }), (text, max) => {
      const line = cut(text.toWellFormed(), max);
      expect(line.length).toBeLessThanOrEqual(max);
      expect(line.isWellFormed()).toBe(true);
    }),
  );
});

test("long names keep their ends, which tell nodes apart", () => {
  expect(shortenNames("node aks-pool1-31415926-vmss000003 uses 9")).toBe("node aks-pool1-…0003 uses 9");
});
