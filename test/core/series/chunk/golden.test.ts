import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { bellTables, PHASES, SPREADS, SYMBOLS } from "#core/series/chunk/bell-tables.ts";
import type { Chunk } from "#core/series/chunk/chunk.ts";
import { decodeChunk } from "#core/series/chunk/decode.ts";
import { spanFrequency } from "#core/series/chunk/span.ts";
import { crc, readChunk, table } from "./reader-from-format.ts";

type Shown = number | string | null;

interface Golden {
  readonly tablesCrc32: string;
  readonly chunks: readonly {
    readonly about: string;
    readonly hex: string;
    readonly chunk: Omit<Chunk, "series"> & {
      readonly series: readonly {
        readonly name: readonly (string | null)[];
        readonly values: readonly Shown[];
      }[];
    };
  }[];
}

const golden: Golden = JSON.parse(
  readFileSync(new URL("../../../golden/chunk-v1.json", import.meta.url), "utf8"),
);

/** As the golden file writes a value. */
function show(value: number | null): Shown {
  if (value === null || Number.isNaN(value)) return null;
  if (Object.is(value, -0)) return "-0";
  return Number.isFinite(value) ? value : String(value);
}

describe.each(golden.chunks)("golden chunk: $about", ({ hex, chunk }) => {
  const bytes = Uint8Array.from(Buffer.from(hex, "hex"));

  test("is read by the codec", () => {
    const { series, ...frame } = decodeChunk(bytes);
    expect({
      ...frame,
      series: series.map(({ name, values }) => ({ name, values: Array.from(values, show) })),
    }).toEqual(chunk);
  });

  test("is read by a reader written from FORMAT.md", () => {
    const { series, ...frame } = readChunk(bytes);
    expect({
      ...frame,
      series: series.map(({ name, values }) => ({ name, values: values.map(show) })),
    }).toEqual(chunk);
  });
});

test("the tables are the ones of the format, in the codec and by the document", () => {
  const ours: number[] = [];
  const documented: number[] = [];
  for (let shape = 1; shape <= 6; shape += 1) {
    const { radius, spans } = bellTables(shape);
    for (let row = 0; row < SPREADS; row += 1) {
      for (let phase = 0; phase < PHASES; phase += 1) {
        const at = row * PHASES + phase;
        const symbols = 2 * (radius[at] ?? 0) + 2;
        for (const span of spans.subarray(at * SYMBOLS, at * SYMBOLS + symbols)) {
          ours.push(spanFrequency(span) & 0xff, spanFrequency(span) >> 8);
        }
        for (const frequency of table(shape, row, phase).frequencies) {
          documented.push(frequency & 0xff, frequency >> 8);
        }
      }
    }
  }
  expect(crc(ours).toString(16).padStart(8, "0")).toBe(golden.tablesCrc32);
  expect(crc(documented).toString(16).padStart(8, "0")).toBe(golden.tablesCrc32);
});
