import { expect, test } from "vitest";
import { KeptNames, SeriesNames } from "#adapters/metrics/series-names.ts";
import { type SeriesName, seriesKey } from "#core/series/sample-block.ts";

/** One answer: the names of used ports of these backends, in this order. */
function told(names: SeriesNames, backends: readonly string[]): readonly SeriesName[] {
  const list = names.list("UsedSnatPorts");
  return backends.map((backendIp) => list.name("usedPorts", { backendIp }));
}

test.for([
  ["the same again", ["a", "b", "c"], ["a", "b", "c"]],
  ["one is missing", ["a", "b", "c"], ["a", "c"]],
  ["one is new in the middle", ["a", "c"], ["a", "b", "c"]],
  ["one is new at the end", ["a", "b"], ["a", "b", "c"]],
  ["all are others", ["a", "b"], ["x", "y"]],
] as const)(
  "%s: the names are right, and those that were there are the same objects",
  ([, first, second]) => {
    const names = new SeriesNames();
    const before = new Map(told(names, first).map((name) => [name.key, name]));

    const after = told(names, second);

    expect(after.map(({ key }) => key)).toEqual(
      second.map((backendIp) => seriesKey("usedPorts", { backendIp })),
    );
    expect(after.map(({ labels }) => labels.backendIp)).toEqual(second);
    for (const name of after) if (before.has(name.key)) expect(name).toBe(before.get(name.key));
  },
);

test("an answer in another order has the right names", () => {
  const names = new SeriesNames();
  told(names, ["a", "b", "c"]);
  expect(told(names, ["c", "a", "b"]).map(({ labels }) => labels.backendIp)).toEqual(["c", "a", "b"]);
});

test("series of other metrics with the same labels share them", () => {
  const names = new SeriesNames();
  const [used] = told(names, ["a"]);
  const allocated = names.list("AllocatedSnatPorts").name("allocatedPorts", { backendIp: "a" });
  expect(allocated.labels).toBe(used?.labels);
});

test("nodes that come and go do not pile up: a fleet's names are forgotten when they are too many, and made anew", () => {
  const kept = new KeptNames();
  const backends = Array.from({ length: 1_000 }, (_, index) => `10.0.${index >> 8}.${index & 255}`);
  const [first] = told(kept.of("/lb/0"), backends);
  for (let cluster = 1; cluster < 300; cluster += 1) told(kept.of(`/lb/${cluster}`), backends);
  const [again] = told(kept.of("/lb/0"), backends);
  expect(again).toBe(first);

  for (let cluster = 300; cluster < 302; cluster += 1) told(kept.of(`/lb/${cluster}`), backends);
  const [anew] = told(kept.of("/lb/0"), backends);
  expect(anew).toEqual(first);
  expect(anew).not.toBe(first);
});
