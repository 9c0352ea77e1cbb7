import fc from "fast-check";
import type { Chunk } from "#core/series/chunk/chunk.ts";
import { fleetChunk } from "./fleet-chunk.ts";

const field = fc.oneof(
  fc.constantFrom("usedPorts", "tcp", "udp", "10.224.0.4", "10.224.0.5", "10.224.1.4", "", null),
  fc.string({ unit: "binary", maxLength: 6 }),
);
const name = fc.array(field, { maxLength: 4 });

/** Values of one series, of the kinds that monitoring has and of the kinds that it should not have. */
function valuesOf(steps: number): fc.Arbitrary<Float64Array> {
  const of = (value: fc.Arbitrary<number>) =>
    fc.array(value, { minLength: steps, maxLength: steps }).map((values) => Float64Array.from(values));
  const oddities = fc.constantFrom(
    Number.NaN,
    0,
    -0,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    5e-324,
    Number.MAX_VALUE,
    2 ** 53,
    -(2 ** 53),
    2 ** 53 - 1,
    2 ** 31,
    2 ** 32,
    0.1,
  );
  const walk = fc
    .tuple(fc.integer({ min: -1_000, max: 1_000_000 }), of(fc.integer({ min: -40, max: 40 })))
    .map(([start, jumps]) => {
      let level = start;
      return jumps.map((jump) => (level += jump));
    });
  const averages = fc
    .tuple(fc.constantFrom(2, 3, 12, 60), of(fc.integer({ min: 0, max: 100_000 })))
    .map(([samples, sums]) => sums.map((sum) => sum / samples));
  const sums = averages.map((values) => {
    let sum = 0;
    return values.map((value) => (sum = (sum + value) % 5_000));
  });
  const mixed = of(
    fc.tuple(fc.integer({ min: 0, max: 20_000 }), fc.constantFrom(11, 12, 12, 12, 13)).map(([n, d]) => n / d),
  );
  const whole = fc.oneof(
    sums,
    mixed,
    of(fc.double()),
    of(fc.integer()),
    of(fc.nat(3)),
    of(fc.maxSafeInteger()),
    // The largest numbers over a divisor, and the coarsest and finest divisors beside each other.
    of(fc.maxSafeInteger().map((value) => Math.trunc(value / 8))),
    of(
      fc.constantFrom(
        2 ** 50,
        -(2 ** 50),
        2 ** 49 + 0.5,
        0,
        1,
        2 ** -20,
        7 / 1_000_003,
        1 / 3,
        2 ** 30 + 2 ** -20,
      ),
    ),
    of(oddities),
    of(oddities.chain((value) => fc.constantFrom(value, 1, 2))),
    oddities.map((value) => new Float64Array(steps).fill(value)),
    walk,
    averages,
  );
  const gaps = fc.array(fc.boolean(), { minLength: steps, maxLength: steps });
  return fc.oneof(
    whole,
    fc.tuple(whole, gaps).map(([values, gap]) => values.map((value, at) => (gap[at] ? Number.NaN : value))),
  );
}

export const anyChunk: fc.Arbitrary<Chunk> = fc
  .oneof(fc.constantFrom(0, 1, 2, 3), fc.integer({ min: 4, max: 100 }))
  .chain((steps) =>
    fc.record({
      startMs: fc.integer({ min: -(2 ** 52 - 1), max: 2 ** 52 - 1 }),
      stepMs: fc.integer({ min: 1, max: 86_400_000 }),
      steps: fc.constant(steps),
      series: fc.array(fc.record({ name, values: valuesOf(steps) }), { maxLength: 12 }),
    }),
  );

/** Small clusters: the ones in which series follow others, averages have several divisors, and masks are shared. */
export const fleetChunks: fc.Arbitrary<Chunk> = fc
  .record({
    seed: fc.integer(),
    nodes: fc.integer({ min: 1, max: 3 }),
    steps: fc.integer({ min: 1, max: 200 }),
    samples: fc.constantFrom(1, 3, 12),
    gaps: fc.constantFrom(0, 0.02, 0.5),
  })
  .map(fleetChunk);
