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

// Together: most of their time is waiting, each for its own clock.
describe.concurrent("chaos", () => {
  test.for(Object.entries(TRIALS))("%s", async ([, trial]) => {
    const { trial: name, mustBe, measured, ok } = await trial(SIZE);
    expect({ name, mustBe, measured, ok }).toMatchObject({ ok: true });
  });
});
