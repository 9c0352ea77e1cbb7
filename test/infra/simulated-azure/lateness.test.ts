import { expect, test } from "vitest";
import { ANCHOR, type Client, MINUTE, open, PER_NODE, type Series, span, values } from "./support.ts";

async function series(client: Client, from: number, to: number): Promise<Series[]> {
  const [id = ""] = await client.ids("Microsoft.Network/loadBalancers");
  return client.series(id, { metricnames: "UsedSnatPorts", filter: PER_NODE, top: "500", ...span(from, to) });
}

/** Reads the last quarter of an hour with the clock at some minute after the anchor, and the truth about it. */
async function seenAt(
  scenario: string,
  minute: number,
  compare: (seen: number | null, truth: number | null, age: number) => void,
): Promise<void> {
  const client = await open(scenario, { nowMs: () => ANCHOR + minute * MINUTE });
  const whole = await open(scenario, { nowMs: () => ANCHOR + (minute + 60) * MINUTE });
  const [seen, truth] = await Promise.all([client, whole].map((item) => series(item, minute - 15, minute)));
  seen?.forEach((item, index) => {
    const expected = values(truth?.[index]);
    values(item).forEach((value, at) => {
      compare(value, expected[at] ?? null, 14 - at);
    });
  });
}

test("the newest minutes are missing or too low, and minutes older than three are right", async () => {
  const kinds = new Set<string>();
  for (let minute = 0; minute < 12; minute += 1) {
    await seenAt("exhausted-node", minute, (seen, truth, age) => {
      if (age >= 3) expect(seen).toBe(truth);
      if (seen === null) kinds.add("missing");
      else if (truth !== null && seen < truth) kinds.add("partial");
      else kinds.add("right");
      expect(seen === null || (truth !== null && seen <= truth)).toBe(true);
    });
  }

  expect([...kinds].sort()).toEqual(["missing", "partial", "right"]);
});

test("a minute that has just ended is never there yet", async () => {
  await seenAt("exhausted-node", 5, (seen, _, age) => {
    if (age === 0) expect(seen).toBeNull();
  });
});

test("in late-metrics nothing younger than four minutes is there, all older than six is right", async () => {
  await seenAt("late-metrics", 3, (seen, truth, age) => {
    if (age < 3) expect(seen).toBeNull();
    if (age >= 6) expect(seen).toBe(truth);
  });
});

test("now and then a resource is up to eight minutes late", async () => {
  let latest = 0;
  for (let minute = 0; minute < 40 * 30; minute += 30) {
    const client = await open("demo", { nowMs: () => ANCHOR + (minute + 9) * MINUTE });
    const [first] = await series(client, minute, minute + 9);
    const ages = values(first).map((value, index) => (value === null ? 9 - index : 0));
    latest = Math.max(latest, ...ages);
  }

  expect(latest).toBeGreaterThan(4);
  expect(latest).toBeLessThanOrEqual(8);
});

test("a caller whose clock runs ahead gets whole minutes", async () => {
  const client = await open("exhausted-node", { nowMs: () => ANCHOR });
  const ahead = await series(client, 30, 40);

  expect(ahead.flatMap(values).every((value) => value !== null)).toBe(true);
});
