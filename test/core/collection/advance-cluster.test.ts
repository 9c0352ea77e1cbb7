import { describe, expect, test } from "vitest";
import type { AdvancePolicy } from "#core/collection/advance-cluster.ts";
import { advanceCluster } from "#core/collection/advance-cluster.ts";
import type { ClusterState } from "#core/collection/cluster-state.ts";
import { newClusterState } from "#core/collection/cluster-state.ts";
import type { SourceProblem } from "#core/failure.ts";
import { createBlock, ensureSeries } from "#core/series/sample-block.ts";
import { HOUR_MS, MINUTE_MS } from "#core/time.ts";
import { cluster, LIMITS, members, T0 } from "../../support/builders.ts";

const POLICY: AdvancePolicy = {
  forMs: 2 * MINUTE_MS,
  keepFiringForMs: 5 * MINUTE_MS,
  resolvedRetentionMs: 24 * HOUR_MS,
  repeatIntervalMs: 4 * HOUR_MS,
};

/** Use of the first node, minute by minute, as a function of the minute after T0. */
type Story = (minute: number) => { used: number; failed?: number } | null;

function samplesOf(story: Story, fromMinute: number, toMinute: number) {
  const block = createBlock(T0 + fromMinute * MINUTE_MS, T0 + toMinute * MINUTE_MS);
  for (const [index, { backendIp }] of members(3).entries()) {
    if (backendIp === null) continue;
    const set = (
      metric: Parameters<typeof ensureSeries>[1],
      protocol: "tcp" | undefined,
      value: (minute: number) => number | undefined,
    ) => {
      const labels =
        protocol === undefined ? { backendIp } : { backendIp, protocol, frontendIp: "20.50.1.1" };
      const { values } = ensureSeries(block, metric, labels);
      for (let i = 0; i < block.minutes; i += 1) values[i] = value(fromMinute + i) ?? Number.NaN;
    };
    set("usedPorts", "tcp", (minute) => (index === 0 ? story(minute)?.used : 100));
    set("allocatedPorts", "tcp", (minute) => (story(minute) === null ? undefined : 1_024));
    set("failedConnections", undefined, (minute) => (index === 0 ? (story(minute)?.failed ?? 0) : 0));
    set("succeededConnections", undefined, () => 300);
  }
  return block;
}

function run(
  state: ClusterState,
  story: Story,
  toMinute: number,
  problems: readonly SourceProblem[] = [],
): ClusterState {
  return advanceCluster(
    state,
    cluster(),
    {
      samples: samplesOf(story, toMinute - 90, toMinute),
      problems,
      toMs: T0 + toMinute * MINUTE_MS,
      complete: problems.length === 0,
      backfill: [],
      nodeLoad: null,
      denials: undefined,
    },
    LIMITS,
    POLICY,
    T0 + (toMinute + 3) * MINUTE_MS,
  );
}

/** Runs minute by minute and writes down what is told, as `minute kind`. */
function tell(story: Story, from: number, to: number, start = newClusterState(cluster().ref.key)) {
  let state = start;
  const told: string[] = [];
  for (let minute = from; minute <= to; minute += 1) {
    state = run(state, story, minute);
    for (const message of state.handoff)
      told.push(`${(message.atMs - T0) / MINUTE_MS} ${message.kind} ${message.severity}`);
  }
  return { state, told };
}

const ramp: Story = (minute) => ({
  used: minute < 0 ? 100 : Math.min(1_024, 100 + minute * 60),
  failed: minute >= 16 ? 30 : 0,
});

test("nearing the allocation is told before a connection fails, and running out escalates", () => {
  const { told } = tell(ramp, -2, 20);
  // The forecast sees it coming seven minutes before the first connection fails at minute 16. 0.75 x 1,024 is reached at
  // minute 12; two minutes later that fires, too.
  expect(told).toEqual(["9 opened critical", "14 updated critical"]);
  const slow: Story = (minute) => ({
    used: minute < 0 ? 100 : minute < 20 ? 800 : 1_024,
    failed: minute >= 22 ? 30 : 0,
  });
  expect(tell(slow, -2, 30).told).toEqual(["2 opened warning", "20 escalated critical"]);
});

test("an incident resolves once, five minutes after its last breach", () => {
  const story: Story = (minute) => ({ used: minute >= 0 && minute < 10 ? 800 : 100 });
  const { told, state } = tell(story, -2, 30);
  expect(told).toEqual(["2 opened warning", "15 resolved warning"]);
  expect(state.incident).toBeNull();
  expect(state.verdict?.status).toBe("healthy");
});

test("a breach that is there on first sight need not wait for its hold", () => {
  const story: Story = () => ({ used: 800 });
  const { state, told } = tell(story, 5, 5);
  expect(told).toHaveLength(1);
  expect(state.incident?.sequence).toBe(1);
});

describe("a run that comes late, twice, or after a pause", () => {
  const story: Story = (minute) => ({ used: minute >= 0 && minute < 30 ? 800 : 100 });

  test("judges the minutes it missed, to the same end", () => {
    const steady = tell(story, -2, 40).state;
    const first = run(newClusterState(cluster().ref.key), story, -2);
    const late = run(first, story, 40);
    expect(late.alerts).toEqual(steady.alerts);
    expect(late.incident).toEqual(steady.incident);
    expect(late.handoff.map((message) => message.kind)).toEqual(["opened", "resolved"]);
  });

  test("changes nothing when the minutes are the same or older", () => {
    const { state } = tell(story, -2, 10);
    for (const minute of [10, 7]) {
      const again = run(state, story, minute);
      expect(again).toMatchObject({
        alerts: state.alerts,
        incident: state.incident,
        handoff: [],
        verdict: state.verdict,
      });
    }
  });
});

describe("missing data", () => {
  const gap: Story = (minute) =>
    minute >= 10 && minute < 40 ? null : { used: minute < 10 && minute >= 0 ? 800 : 100 };

  test("neither resolves what fires nor reads healthy; after ten minutes it is told itself", () => {
    const { told, state } = tell(gap, -2, 39);
    expect(state.verdict?.status).toBe("unknown");
    expect(told[0]).toBe("2 opened warning");
    expect(told.filter((line) => line.includes("resolved"))).toEqual([]);
    expect(state.alerts.map((alert) => `${alert.check} ${alert.phase}`)).toContain("data-freshness firing");
    expect(state.alerts.map((alert) => `${alert.check} ${alert.phase}`)).toContain("snat-ports firing");
  });

  test("resolves after the data is back and clear", () => {
    expect(tell(gap, -2, 60).told.at(-1)).toBe("45 resolved warning");
  });

  test("a failed read keeps the watermark and names its reason", () => {
    const before = run(newClusterState(cluster().ref.key), () => ({ used: 100 }), 0);
    const after = run(before, () => ({ used: 100 }), 1, [
      { source: "snatPorts", reason: "throttled", message: "429, again in 30 s" },
    ]);
    expect(after.throughMs).toBe(before.throughMs);
    expect(after.verdict).toMatchObject({ status: "unknown", headline: "429, again in 30 s" });
  });
});
