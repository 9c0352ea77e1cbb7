import { describe, expect, test } from "vitest";
import { TRIALS } from "../chaos/trials.ts";
import type { Size } from "../chaos/verdict.ts";

/** The shortened form of `npm run chaos`: the same trials. */
const SIZE: Size = {
  kills: 20,
  outageMinutes: 20,
  incidents: 6,
  firing: 10,
  waiting: 300,
  drainSeconds: 15,
};

// One after the other: named steps are hit by time, and two cores are few for six services.
describe("chaos", () => {
  test.for(Object.entries(TRIALS))("%s", async ([, trial]) => {
    const { trial: name, mustBe, measured, ok } = await trial(SIZE);
    expect(ok, `${name}: must be ${mustBe}, measured ${measured}`).toBe(true);
  });
});
