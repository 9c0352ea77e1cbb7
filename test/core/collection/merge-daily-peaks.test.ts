import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DailyPeak } from "#core/collection/daily-peaks.ts";
import { mergeDailyPeaks } from "#core/collection/merge-daily-peaks.ts";
import type { PathKind } from "#core/egress/topology.ts";
import { createBlock, ensureSeries } from "#core/series/sample-block.ts";
import { DAY_MS, MINUTE_MS } from "#core/time.ts";
import { cluster, facts, type Line, nodeLines, T0 } from "../../support/builders.ts";

const TODAY = Math.floor(T0 / DAY_MS) * DAY_MS;
const block = (lines: readonly Line[]) => facts({ lines }).samples;
const by = (kind: PathKind) => {
  const made = cluster();
  return { ...made, paths: made.paths.map((path) => ({ ...path, kind })) };
};
const span = [T0 - 2 * MINUTE_MS, T0 + MINUTE_MS] as const;
const peak = (dayMs: number, usedPorts: number): DailyPeak => ({
  dayMs,
  usedPorts,
  nodes: 1,
  natConnections: null,
  firewallSnatRatio: null,
});

test("the most of one node and protocol, and the nodes that had figures at once", () => {
  const samples = block(nodeLines([{ tcp: [100, 300, 200] }, { tcp: 250 }, { udp: 260 }]));
  expect(mergeDailyPeaks([], samples, cluster(), ...span)).toEqual([
    { dayMs: TODAY, usedPorts: 300, nodes: 3, natConnections: null, firewallSnatRatio: null },
  ]);
});

test("only the minutes that are asked for", () => {
  const samples = block(nodeLines([{ tcp: [900, 100, 100, 100] }]));
  expect(mergeDailyPeaks([], samples, cluster(), ...span)).toMatchObject([{ usedPorts: 100 }]);
});

test("connections of a gateway are both protocols together; of two gateways the fuller one counts", () => {
  const nat = (resourceId: string, protocol: "tcp" | "udp", values: number): Line => ({
    metric: "natConnections",
    labels: { resourceId, protocol },
    values,
  });
  const lines = [nat("/a", "tcp", 500), nat("/a", "udp", 20), nat("/b", "tcp", 510)];
  expect(mergeDailyPeaks([], block(lines), by("natGateway"), ...span)).toMatchObject([
    { usedPorts: null, natConnections: 520 },
  ]);
});

test("the fuller protocol of a firewall", () => {
  const firewall = (protocol: "tcp" | "udp", values: number): Line => ({
    metric: "firewallSnatUtilization",
    labels: { resourceId: "/f", protocol },
    values,
  });
  expect(
    mergeDailyPeaks([], block([firewall("tcp", 0.2), firewall("udp", 0.4)]), by("firewall"), ...span),
  ).toMatchObject([{ firewallSnatRatio: 0.4 }]);
});

describe("laws", () => {
  test("no value is no day, and what is not higher changes nothing", () => {
    const empty = createBlock(T0, T0 + MINUTE_MS);
    ensureSeries(empty, "usedPorts", { backendIp: "10.0.0.4", frontendIp: "20.50.1.1", protocol: "tcp" });
    const known = [{ ...peak(TODAY, 5_000), nodes: 3 }];
    expect(mergeDailyPeaks([], empty, cluster(), ...span)).toEqual([]);
    expect(mergeDailyPeaks(known, empty, cluster(), ...span)).toBe(known);
    expect(mergeDailyPeaks(known, block(nodeLines([{}, {}, {}])), cluster(), ...span)).toBe(known);
  });

  test("31 days are kept; an older span that is imported sorts in", () => {
    const old = Array.from({ length: 40 }, (_, index) => peak(TODAY - (40 - index) * DAY_MS, 10));
    const merged = mergeDailyPeaks(old, block(nodeLines([{}])), cluster(), ...span);
    expect(merged).toHaveLength(31);
    expect(merged[0]?.dayMs).toBe(TODAY - 30 * DAY_MS);
    const later = [peak(TODAY + DAY_MS, 10)];
    expect(
      mergeDailyPeaks(later, block(nodeLines([{}])), cluster(), ...span).map((each) => each.dayMs),
    ).toEqual([TODAY, TODAY + DAY_MS]);
  });

  test("the order of spans and their repetition do not matter", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 3, maxLength: 16 }), (tcp) => {
        const samples = block(nodeLines([{ tcp }]));
        const parts = [0, 1, 2].map(
          (back) => [T0 - back * MINUTE_MS, T0 + MINUTE_MS - back * MINUTE_MS] as const,
        );
        const inOrder = parts.reduce<readonly DailyPeak[]>(
          (known, part) => mergeDailyPeaks(known, samples, cluster(), ...part),
          [],
        );
        const whole = mergeDailyPeaks(inOrder, samples, cluster(), ...span);
        expect(whole).toEqual(mergeDailyPeaks([], samples, cluster(), ...span));
      }),
    );
  });
});
