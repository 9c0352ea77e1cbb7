import { expect, test } from "vitest";
import { arm, type Client, open, PER_NODE, span } from "./support.ts";

async function ask(client: Client, from: number, to: number, interval = "PT1M"): Promise<unknown> {
  const ids = await client.ids("Microsoft.Network/loadBalancers");
  const names = { metricnames: "UsedSnatPorts,AllocatedSnatPorts" };
  const west = ids.filter((id) => id.endsWith("kubernetes") && id.includes("westeurope"));
  const { body } = await client.batch(west, {
    ...names,
    interval,
    filter: PER_NODE,
    top: "5000",
    ...span(from, to),
  });
  return body;
}

test("the same span gets the same answer in any order and in any process", async () => {
  const spans = [
    [-3000, -2990],
    [-5, 5],
    [400, 420],
    [-100_000, -99_990],
  ] as const;
  const [one, other] = [await open("demo"), await open("demo")];
  const forwards = [];
  for (const [from, to] of spans) forwards.push(await ask(one, from, to));
  const backwards = [];
  for (const [from, to] of spans.toReversed()) backwards.push(await ask(other, from, to));

  expect(backwards.toReversed()).toEqual(forwards);
  expect(await ask(one, -5, 5)).toEqual(forwards[1]);
});

test("a long span says what its parts say", async () => {
  const client = await open("healthy");
  const [id = ""] = await client.ids("Microsoft.Network/loadBalancers");
  const query = { metricnames: "UsedSnatPorts", filter: PER_NODE, top: "500" };
  const whole = await client.series(id, { ...query, ...span(-20, 0) });
  const first = await client.series(id, { ...query, ...span(-20, -7) });
  const second = await client.series(id, { ...query, ...span(-7, 0) });

  whole.forEach((series, index) => {
    expect([...(first[index]?.points ?? []), ...(second[index]?.points ?? [])]).toEqual(series.points);
  });
});

test("another seed is another world with other ids", async () => {
  const [one, other] = [await open("healthy", { seed: 1 }), await open("healthy", { seed: 2 })];
  const [a, b] = await Promise.all(
    [one, other].map((client) => client.ids("Microsoft.Network/loadBalancers")),
  );

  expect(a).not.toEqual(b);
});

test("moving the anchor moves the events with it", async () => {
  const shift = 7 * 24 * 60;
  const anchorMs = Date.parse("2026-11-18T10:00:00Z") + shift * 60_000;
  const moved = await open("exhausted-node", { anchorMs, nowMs: () => anchorMs + 600 * 60_000 });
  const [id = ""] = await moved.ids("Microsoft.Network/loadBalancers");
  const failed = (from: number, to: number) =>
    moved.series(id, {
      metricnames: "SnatConnectionCount",
      filter: "ConnectionState eq 'Failed'",
      ...span(from, to),
    });

  expect(await failed(shift - 20, shift - 16)).toEqual([]);
  expect(await failed(shift - 15, shift - 10)).toHaveLength(1);
});

test("ARM documents do not change from one call to the next", async () => {
  const client = await open("demo");
  const [id = ""] = await client.ids("Microsoft.Network/loadBalancers");

  expect((await client.get(arm(id))).body).toEqual((await client.get(arm(id))).body);
});
