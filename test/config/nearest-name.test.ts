import { expect, test } from "vitest";
import { nearestName } from "#config/nearest-name.ts";

test.for([
  ["a swapped letter", "SNATWATCH_CHANELS", "SNATWATCH_CHANNELS"],
  ["nothing for another word", "XYZ", undefined],
] as const)("the nearest name mends %s", ([, given, expected]) => {
  expect(nearestName(given, ["SNATWATCH_CHANNELS", "SNATWATCH_CLOUD"])).toBe(expected);
});
