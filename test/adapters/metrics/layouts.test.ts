import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DimensionReader } from "#adapters/metrics/dimensions.ts";
import { JsonBytes } from "#adapters/metrics/json-bytes.ts";
import { PointReader } from "#adapters/metrics/point-reader.ts";
import { OUTSIDE, Timeline } from "#adapters/metrics/timeline.ts";
import { normaliseIp } from "#core/ip-text.ts";
import { MINUTE_MS } from "#core/time.ts";

// What repeats from one series to the next is compared, not read again. Here the layout changes from one to the next, in every
// way that JSON allows, and what is read must be what the text says all the same.

const FROM_MS = Date.parse("2026-11-21T10:00:00Z");

/** JSON text with spaces, or with escapes that need not be. */
function written(value: unknown, style: "plain" | "spaced" | "escaped"): string {
  const text = JSON.stringify(value, null, style === "spaced" ? 2 : undefined);
  if (style !== "escaped") return text;
  return text.replace(/"[^"]*"/g, (string) => string.replaceAll("1", "\\u0031"));
}

const STYLE = fc.constantFrom("plain", "plain", "plain", "spaced", "escaped");

function readerOf(texts: readonly string[]): JsonBytes {
  const json = new JsonBytes(Buffer.from(`[${texts.join(",")}]`, "utf8"));
  json.list();
  return json;
}

interface Value {
  readonly name: string;
  readonly value: string | null | number;
  /** Name as plain text, before or behind the value, or with one more property. */
  readonly form: "object" | "text" | "behind" | "more";
}

function rawDimension({ name, value, form }: Value): unknown {
  switch (form) {
    case "object":
      return { name: { value: name, localizedValue: name }, value };
    case "text":
      return { name, value };
    case "behind":
      return { value, name: { localizedValue: "", value: name } };
    case "more":
      return { name: { value: name }, id: 7, value };
  }
}

const ADDRESS = fc.constantFrom("20.1.1.1", "10.0.0.4", "10.0.0.11", "fd00::1", "");
const DIMENSIONS = fc.record({
  style: STYLE,
  values: fc.uniqueArray(
    fc.record({
      name: fc.constantFrom(
        "FrontendIPAddress",
        "backendipaddress",
        "ProtocolType",
        "connectionState",
        "what",
      ),
      value: fc.oneof(ADDRESS, fc.constantFrom("TCP", "Failed", "udp", null, 3)),
      form: fc.constantFrom("object", "object", "object", "text", "behind", "more"),
    }),
    { maxLength: 4, selector: ({ name }) => name },
  ),
});

function expectedOf(values: readonly Value[]) {
  const text = (name: string) => {
    const value = values.find((one) => one.name.toLowerCase() === name)?.value;
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const address = (name: string) => text(name) && normaliseIp(text(name) ?? "");
  return {
    frontendIp: address("frontendipaddress"),
    backendIp: address("backendipaddress"),
    protocol: text("protocoltype") && ({ TCP: "tcp", udp: "udp" }[text("protocoltype") ?? ""] ?? "other"),
    state: text("connectionstate") && (text("connectionstate") === "Failed" ? "failed" : "other"),
  };
}

describe("dimensions", () => {
  test("are read as they are written, whatever the series before looked like", () => {
    fc.assert(
      fc.property(fc.array(DIMENSIONS, { minLength: 1, maxLength: 12 }), (series) => {
        const json = readerOf(series.map(({ values, style }) => written(values.map(rawDimension), style)));
        const reader = new DimensionReader();
        for (const { values } of series) {
          expect(json.nextItem()).toBe(true);
          reader.clear();
          reader.read(json);
          expect(reader.dimensions).toMatchObject(expectedOf(values));
        }
        expect(json.nextItem()).toBe(false);
        json.end();
      }),
      { numRuns: 500 },
    );
  });
});

const POINT = fc.record({
  minute: fc.integer({ min: -1, max: 5 }),
  value: fc.constantFrom(0, 1.5, 1_024, 1e21, null, "text", undefined),
  form: fc.constantFrom("plain", "plain", "plain", "behind", "more", "before"),
  style: STYLE,
});

function rawPoint({ minute, value, form }: typeof POINT extends fc.Arbitrary<infer P> ? P : never): unknown {
  const timeStamp = new Date(FROM_MS + minute * MINUTE_MS).toISOString();
  switch (form) {
    case "plain":
      return { timeStamp, average: value };
    case "behind":
      return { average: value, timeStamp };
    case "more":
      return { timeStamp, average: value, count: 3 };
    case "before":
      return { count: 3, timeStamp, average: value };
  }
}

describe("points", () => {
  test("are read as they are written, whatever the series before looked like", () => {
    fc.assert(
      fc.property(fc.array(fc.array(POINT, { maxLength: 4 }), { minLength: 1, maxLength: 8 }), (series) => {
        const points = new PointReader(new Timeline(FROM_MS, FROM_MS, FROM_MS + 4 * MINUTE_MS), "average");
        const json = readerOf(
          series.map((list) => `[${list.map((one) => written(rawPoint(one), one.style)).join(", ")}]`),
        );
        for (const list of series) {
          expect(json.nextItem()).toBe(true);
          expect(json.list()).toBe(true);
          for (const [position, { minute, value }] of list.entries()) {
            expect(json.nextItem()).toBe(true);
            points.read(json, position);
            expect(points.minute).toBe(minute >= 0 && minute < 4 ? minute : OUTSIDE);
            expect(points.value).toBe(typeof value === "number" ? value : Number.NaN);
          }
          expect(json.nextItem()).toBe(false);
        }
        expect(json.nextItem()).toBe(false);
        json.end();
      }),
      { numRuns: 500 },
    );
  });
});
