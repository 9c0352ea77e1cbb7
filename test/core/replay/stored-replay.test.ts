import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Cluster, PoolMember } from "#core/egress/topology.ts";
import { KEPT_MINUTES } from "#core/replay/kept.ts";
import { Replay } from "#core/replay/replay.ts";
import { type Replayed, StoredReplay } from "#core/replay/stored-replay.ts";
import { firingMinutes } from "#core/replay/told-spans.ts";
import { createBlock, ensureSeries, type SampleBlock, sliceBlock } from "#core/series/sample-block.ts";
import { HOUR_MS, MINUTE_MS } from "#core/time.ts";
import { balancer, cluster, LIMITS, T0 } from "../../support/builders.ts";

const POLICY = {
  limits: LIMITS,
  forMs: 2 * MINUTE_MS,
  keepFiringForMs: 5 * MINUTE_MS,
  resolvedRetentionMs: 24 * HOUR_MS,
  repeatIntervalMs: 4 * HOUR_MS,
};
const FRONTEND = "20.50.1.1";

/** Used ports of one node, minute by minute; `NaN`: no sample. */
interface Curve {
  readonly backendIp: string;
  readonly frontendIp?: string;
  readonly used: readonly number[];
}

/** A block whose curves begin after the minutes that the checks look back on. */
function blockOf(curves: readonly Curve[], count: number): SampleBlock {
  const block = createBlock(T0 - KEPT_MINUTES * MINUTE_MS, T0 + count * MINUTE_MS);
  for (const { backendIp, frontendIp = FRONTEND, used } of curves) {
    const labels = { frontendIp, backendIp, protocol: "tcp" as const };
    ensureSeries(block, "usedPorts", labels).values.set(used, KEPT_MINUTES);
    const allocated = used.map((value) => (Number.isNaN(value) ? Number.NaN : 1_024));
    ensureSeries(block, "allocatedPorts", labels).values.set(allocated, KEPT_MINUTES);
    for (const [metric, value] of [
      ["failedConnections", 0],
      ["succeededConnections", 200],
    ] as const) {
      const values = used.map((each) => (Number.isNaN(each) ? Number.NaN : value));
      ensureSeries(block, metric, { backendIp }).values.set(values, KEPT_MINUTES);
    }
  }
  return block;
}

const curve = (count: number, at: (minute: number) => number) =>
  Array.from({ length: count }, (_, minute) => at(minute));

function replay(blocks: readonly SampleBlock[], of: Cluster, policy = POLICY): Replayed {
  const stored = new StoredReplay(of, policy, [], T0);
  for (const block of blocks) stored.judge(block);
  return stored.end();
}

const minuteOf = (ms: number | null) => (ms === null ? null : (ms - T0) / MINUTE_MS);
const linesOf = ({ alerts }: Replayed, check = "snat-ports") =>
  alerts
    .filter((alert) => alert.check === check)
    .map(
      ({ severity, subject, firedAtMs, resolvedAtMs }) =>
        `${subject.node ?? subject.backendIp} ${severity} ${minuteOf(firedAtMs)}-${minuteOf(resolvedAtMs) ?? ""}`,
    );

const member = (backendIp: string, node: string, firstSeenMs: number): PoolMember => ({
  key: backendIp,
  backendIp,
  node,
  pool: "pool1",
  firstSeenMs,
});
const withMembers = (...members: readonly PoolMember[]) =>
  cluster({ loadBalancer: balancer(0, { members }) });
const SHOP = withMembers(member("10.0.0.4", "vmss000000", T0 - 1));

describe("what fired", () => {
  test("is told with its node's name, from when it fired to when it resolved, and the messages of its incident", () => {
    const used = curve(60, (minute) => (minute >= 20 && minute < 40 ? 820 : 100));
    const told = replay([blockOf([{ backendIp: "10.0.0.4", used }], 60)], SHOP);
    expect(linesOf(told)).toEqual(["vmss000000 warning 26-45"]);
    expect(told.alerts[0]?.summary).toContain("uses 820 of 1,024 SNAT ports");
    expect(told.incidents).toEqual([
      {
        openedAtMs: T0 + 26 * MINUTE_MS,
        resolvedAtMs: T0 + 45 * MINUTE_MS,
        severity: "warning",
        messages: 2,
      },
    ]);
    expect(told).toMatchObject({ judgedFromMs: T0, judgedMinutes: 60 });
    expect(firingMinutes(told.alerts, T0, T0 + 60 * MINUTE_MS)).toBe(19);
  });

  test("is different with other limits", () => {
    const used = curve(60, (minute) => (minute >= 20 && minute < 40 ? 820 : 100));
    const blocks = [blockOf([{ backendIp: "10.0.0.4", used }], 60)];
    const limits = { ...LIMITS, warnRatio: 0.85, given: ["warnRatio" as const] };
    expect(linesOf(replay(blocks, SHOP, { ...POLICY, limits }))).toEqual([]);
    expect(linesOf(replay(blocks, SHOP, { ...POLICY, forMs: 30 * MINUTE_MS }))).toEqual([]);
  });

  test("still fires at the end where it has not resolved", () => {
    const used = curve(30, (minute) => (minute >= 20 ? 820 : 100));
    const told = replay([blockOf([{ backendIp: "10.0.0.4", used }], 30)], SHOP);
    expect(linesOf(told)).toEqual(["vmss000000 warning 26-"]);
    expect(told.incidents).toMatchObject([{ resolvedAtMs: null, messages: 1 }]);
  });
});

describe("the nodes of the time", () => {
  const count = 200;
  const NONE = Number.NaN;

  test("one that is gone by today was watched then", () => {
    const gone = curve(count, (minute) => (minute < 60 ? 820 : NONE));
    const stays = curve(count, () => 100);
    const told = replay(
      [
        blockOf(
          [
            { backendIp: "10.0.0.9", used: gone },
            { backendIp: "10.0.0.4", used: stays },
          ],
          count,
        ),
      ],
      SHOP,
    );
    expect(linesOf(told)).toEqual(["10.0.0.9 warning 2-94"]);
    expect(linesOf(told, "data-freshness")).toEqual([]);
  });

  test("one that comes later is no gap before, and an address changes its name with its node", () => {
    const today = withMembers(
      member("10.0.0.4", "vmss000000", T0 - 1),
      member("10.0.0.5", "vmss000007", T0 + 150 * MINUTE_MS),
    );
    const used = curve(count, (minute) => (minute < 60 ? 820 : minute < 140 ? NONE : 820));
    const told = replay(
      [
        blockOf(
          [
            { backendIp: "10.0.0.4", used: curve(count, () => 100) },
            { backendIp: "10.0.0.5", used },
          ],
          count,
        ),
      ],
      today,
    );
    expect(linesOf(told)).toEqual(["10.0.0.5 warning 2-94", "vmss000007 warning 142-"]);
  });

  test("an address that comes later is no missing part of the sum before", () => {
    const two = cluster({ nodes: 1 });
    const told = replay(
      [
        blockOf(
          [
            { backendIp: "10.0.0.4", used: curve(count, () => 820) },
            {
              backendIp: "10.0.0.4",
              frontendIp: "20.50.1.2",
              used: curve(count, (minute) => (minute < 100 ? NONE : 10)),
            },
          ],
          count,
        ),
      ],
      two,
    );
    expect(linesOf(told)).toEqual([expect.stringMatching(/ warning 2-10\d$/)]);
  });
});

describe("what is missing", () => {
  test("minutes before the first sample are not judged", () => {
    const used = curve(120, (minute) => (minute < 90 ? Number.NaN : 100));
    const told = replay([blockOf([{ backendIp: "10.0.0.4", used }], 120)], SHOP);
    expect(told).toMatchObject({ alerts: [], judgedFromMs: T0 + 90 * MINUTE_MS, judgedMinutes: 30 });
    expect(replay([blockOf([], 60)], SHOP)).toMatchObject({ judgedFromMs: null, judgedMinutes: 0 });
  });

  test("a gap is told as one, and neither raises nor resolves what fired", () => {
    const used = curve(120, (minute) => (minute >= 40 && minute < 80 ? Number.NaN : 820));
    const told = replay([blockOf([{ backendIp: "10.0.0.4", used }], 120)], SHOP);
    expect(linesOf(told)).toEqual(["vmss000000 warning 2-"]);
    expect(linesOf(told, "data-freshness")).toHaveLength(1);
  });
});

test("firing minutes count once where alerts overlap, and only within the span", () => {
  const span = (from: number, to: number | null) => ({
    firedAtMs: from * MINUTE_MS,
    resolvedAtMs: to === null ? null : to * MINUTE_MS,
  });
  const all = [span(0, 5), span(20, 30), span(8, 12), span(10, 14), span(50, null)];
  expect(firingMinutes(all, 2 * MINUTE_MS, 60 * MINUTE_MS)).toBe(3 + 6 + 10 + 10);
});

describe("property", () => {
  const count = 240;
  const piece = fc.record({
    minutes: fc.integer({ min: 1, max: 60 }),
    used: fc.oneof(fc.constant(Number.NaN), fc.integer({ min: 0, max: 1_024 })),
  });
  const used = fc
    .array(piece, { minLength: 1, maxLength: 12 })
    .map((pieces) => pieces.flatMap((each) => curve(each.minutes, () => each.used)).slice(0, count))
    .map((values) => curve(count, (minute) => values[minute] ?? 50));

  test("a block judged in pieces comes to the same as one judged whole", () => {
    fc.assert(
      fc.property(used, used, fc.integer({ min: 1, max: count - 1 }), (one, other, cut) => {
        const whole = blockOf(
          [
            { backendIp: "10.0.0.4", used: one },
            { backendIp: "10.0.0.5", used: other },
          ],
          count,
        );
        const cutMs = T0 + cut * MINUTE_MS;
        const pieces = [
          sliceBlock(whole, whole.startMs, cutMs),
          sliceBlock(whole, cutMs - KEPT_MINUTES * MINUTE_MS, T0 + count * MINUTE_MS),
        ];
        expect(replay(pieces, cluster({ nodes: 2 }))).toEqual(replay([whole], cluster({ nodes: 2 })));
      }),
      { numRuns: 60 },
    );
  });

  test("stored samples and the same as rows of a file fire in the same minutes", () => {
    fc.assert(
      fc.property(used, (values) => {
        const last = values.findLastIndex((value) => !Number.isNaN(value));
        fc.pre(last >= 0);
        const fired: string[] = [];
        const rows = new Replay(POLICY, ({ check, state, severity, minuteMs }) => {
          if (check !== "snat-ports" || state === "pending") return;
          fired.push(`${severity} ${minuteOf(minuteMs)} ${state}`);
        });
        const row = (minute: number, usedPorts: number) => ({
          minuteMs: T0 + minute * MINUTE_MS,
          cluster: "shop",
          node: "vmss000000",
          frontendIp: FRONTEND,
          protocol: "tcp" as const,
          usedPorts,
          allocatedPorts: 1_024,
          failedConnections: 0,
          attemptedConnections: 200,
        });
        for (const [minute, value] of values.entries())
          if (!Number.isNaN(value)) rows.add(row(minute, value));
        rows.end();
        const told = replay([blockOf([{ backendIp: "10.0.0.4", used: values }], count)], SHOP);
        const ports = told.alerts.filter(({ check }) => check === "snat-ports");
        // The file ends with its last row: what fires or resolves after it is not in it.
        const firings = ports
          .map(({ firedAtMs }) => minuteOf(firedAtMs) ?? 0)
          .filter((minute) => minute <= last);
        expect(firings).toEqual(firstsOf(fired, "firing", firings.length));
        const resolved = ports.flatMap(({ resolvedAtMs }) => minuteOf(resolvedAtMs) ?? []);
        expect(resolved.filter((minute) => minute <= last)).toEqual(firstsOf(fired, "resolved", count));
      }),
      { numRuns: 60 },
    );
  });
});

/** Minutes of a state; a critical alert that falls to a warning is `firing` once more within its span. */
function firstsOf(lines: readonly string[], state: string, most: number): number[] {
  const minutes: number[] = [];
  let open = false;
  for (const line of lines) {
    const [, minute, now] = line.split(" ");
    if (now === state && (state === "resolved" || !open)) minutes.push(Number(minute));
    open = now !== "resolved";
  }
  return minutes.slice(0, most);
}
