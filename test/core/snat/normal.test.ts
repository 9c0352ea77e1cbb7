import { expect, test } from "vitest";
import { normalBelow } from "#core/snat/normal.ts";

test.for([
  [0, 0.5],
  [1, 0.8413447],
  [-1, 0.1586553],
  [1.959964, 0.975],
  [-3, 0.0013499],
  [8, 1],
] as const)("%d standard deviations: %d", ([deviations, below]) => {
  expect(normalBelow(deviations)).toBeCloseTo(below, 6);
});
