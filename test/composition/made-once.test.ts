import { expect, test } from "vitest";
import { madeOnce } from "#core/made-once.ts";

test("is made once, for all who ask", async () => {
  let made = 0;
  const thing = madeOnce(async () => {
    made += 1;
    return { made };
  });
  const [one, other] = await Promise.all([thing(), thing()]);
  expect(one).toBe(other);
  expect(await thing()).toBe(one);
  expect(made).toBe(1);
});

test("a failure is told to all who wait, and is not kept: the next use tries again", async () => {
  let tries = 0;
  const thing = madeOnce(async () => {
    tries += 1;
    if (tries === 1) throw new Error("not now");
    return "made";
  });
  const answers = await Promise.allSettled([thing(), thing()]);
  expect(answers.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(tries).toBe(1);
  await expect(thing()).resolves.toBe("made");
});
