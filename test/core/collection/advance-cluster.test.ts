import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Silence } from "#core/alert/silence.ts";
import type { AdvancePolicy } from "#core/collection/advance-cluster.ts";
import { advanceCluster } from "#core/collection/advance-cluster.ts";
import type { ClusterState } from "#core/collection/cluster-state.ts";
import { newClusterState } from "#core/collection/cluster-state.ts";
import type { Cluster } from "#core/egress/topology.ts";
import type { ClusterEvent } from "#core/events/event.ts";
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

interface Circumstances {
  readonly problems?: readonly SourceProblem[];
  readonly cluster?: Partial<Cluster>;
  readonly silences?: readonly Silence[];
}

function run(
  state: ClusterState,
  story: Story,
  toMinute: number,
  { problems = [], cluster: changes = {}, silences = [] }: Circumstances = {},
): ClusterState {
  return advanceCluster(
    state,
    cluster(changes),
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
    silences,
  );
}

/** Runs minute by minute and writes down what is told, as `minute kind`. */
function tell(story: Story, from: number, to: number, start = newClusterState(cluster().ref.key)) {
  let state = start;
  const told: string[] = [];
  const events: string[] = [];
  for (let minute = from; minute <= to; minute += 1) {
    state = run(state, story, minute);
    for (const message of state.handoff)
      told.push(`${(message.atMs - T0) / MINUTE_MS} ${message.kind} ${message.severity}`);
    events.push(...state.events.map(inOneLine));
  }
  return { state, told, events };
}

function inOneLine({ atMs, kind, title, incident }: ClusterEvent): string {
  return `${(atMs - T0) / MINUTE_MS} ${kind} ${title}${incident === null ? "" : " (told)"}`;
}

const ramp: Story = (minute) => ({
  used: minute < 0 ? 100 : Math.min(1_024, 100 + minute * 60),
  failed: minute >= 16 ? 30 : 0,
});

test("nearing the allocation is told before a connection fails, and running out escalates", () => {
  const { told } = tell(ramp, -2, 20);
  // The forecast sees it coming seven minutes before the first connection fails at minute 16. 0.75 x 1,024 is reached at
  // minute 12; when the smoothed use has followed, that fires, too.
  expect(told).toEqual(["9 opened critical", "15 updated critical"]);
  const slow: Story = (minute) => ({
    used: minute < 0 ? 100 : minute < 20 ? 800 : 1_024,
    failed: minute >= 22 ? 30 : 0,
  });
  expect(tell(slow, -2, 30).told).toEqual(["6 opened warning", "20 escalated critical"]);
});

test("an incident resolves once, five minutes after its last breach", () => {
  const story: Story = (minute) => ({ used: minute >= 0 && minute < 10 ? 800 : 100 });
  const { told, state } = tell(story, -2, 30);
  expect(told).toEqual(["6 opened warning", "15 resolved warning"]);
  expect(state.incident).toBeNull();
  expect(state.verdict?.status).toBe("healthy");
});

test("a breach that is there on first sight need not wait for its hold", () => {
  const story: Story = () => ({ used: 800 });
  const { state, told } = tell(story, 5, 5);
  expect(told).toHaveLength(1);
  expect(state.incident?.sequence).toBe(1);
});

test("the time line has verdicts and alerts, each once, in the order of things", () => {
  const story: Story = (minute) => ({ used: minute >= 0 && minute < 10 ? 800 : 100 });
  const { events, state } = tell(story, -2, 30);
  const node = members(1)[0]?.node;
  expect(events).toEqual([
    "-12 verdict judged for the first time: healthy",
    "0 verdict from healthy to warning: snat-ports warns",
    `6 alert snat-ports of ${node} tcp fires (told)`,
    "15 verdict from warning to healthy: snat-ports no longer warns",
    `15 alert snat-ports of ${node} tcp is over (told)`,
  ]);
  expect(state.events).toEqual([]);
  expect(state.standing).toEqual([]);
});

test("a state of a version without a time line goes on from its verdict", () => {
  const { state } = tell(() => ({ used: 800 }), -2, 10);
  const old = { ...state, standing: null };
  expect(run(old, () => ({ used: 800 }), 11).events).toEqual([]);
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
    expect(told[0]).toBe("6 opened warning");
    expect(told.filter((line) => line.includes("resolved"))).toEqual([]);
    expect(state.alerts.map((alert) => `${alert.check} ${alert.phase}`)).toContain("data-freshness firing");
    expect(state.alerts.map((alert) => `${alert.check} ${alert.phase}`)).toContain("snat-ports firing");
  });

  test("resolves after the data is back and clear", () => {
    expect(tell(gap, -2, 60).told.at(-1)).toBe("45 resolved warning");
  });

  test("a failed read keeps the watermark and names its reason", () => {
    const before = run(newClusterState(cluster().ref.key), () => ({ used: 100 }), 0);
    const problems = [{ source: "snatPorts", reason: "throttled", message: "429, again in 30 s" }] as const;
    const after = run(before, () => ({ used: 100 }), 1, { problems });
    expect(after.throughMs).toBe(before.throughMs);
    expect(after.verdict).toMatchObject({ status: "unknown", headline: "429, again in 30 s" });
  });
});

describe("a clock that steps", () => {
  const full: Story = () => ({ used: 800 });

  test("back by up to an hour: nothing that was judged is judged again", () => {
    const { state } = tell(full, -2, 70);
    expect(run(state, full, 12)).toMatchObject({
      alerts: state.alerts,
      incident: state.incident,
      handoff: [],
    });
  });

  test("back from far ahead: judging goes on, and nothing is told twice", () => {
    const { state } = tell(full, -2, 10);
    const dayLater = run(state, full, 24 * 60);
    const back = run(dayLater, full, 20);
    expect(back.verdict?.minuteMs).toBe(T0 + 19 * MINUTE_MS);
    expect(back.throughMs).toBe(T0 + 20 * MINUTE_MS);
    expect(back.handoff).toEqual([]);
    expect(back.incident?.id).toBe(state.incident?.id);
    const over = run(back, () => ({ used: 100 }), 40);
    expect(over.handoff.map(({ kind }) => kind)).toEqual(["resolved"]);
  });
});

test("runs of any length come to the same end and tell the same", () => {
  const bursts = fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.constantFrom(100, 800, 1_024, null)), {
    minLength: 1,
    maxLength: 12,
  });
  fc.assert(
    fc.property(bursts, fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 10 }), (runs, cuts) => {
      const minutes = runs.flatMap(([length, used]) => Array.from({ length }, () => used));
      const story: Story = (minute) => {
        const used = minute < 0 ? 100 : (minutes[minute] ?? 100);
        return used === null ? null : { used };
      };
      const end = 50;
      const steady = tell(story, 0, end);
      const told: string[] = [];
      const events: string[] = [];
      const first = tell(story, 0, 0);
      let state = first.state;
      events.push(...first.events);
      let at = 0;
      for (const length of [...cuts, end]) {
        at = Math.min(end, at + length);
        state = JSON.parse(JSON.stringify(run(state, story, at)));
        for (const message of state.handoff)
          told.push(`${(message.atMs - T0) / MINUTE_MS} ${message.kind} ${message.severity}`);
        events.push(...state.events.map(inOneLine));
      }
      expect(told).toEqual(steady.told);
      expect(events).toEqual(steady.events);
      expect(state.alerts).toEqual(JSON.parse(JSON.stringify(steady.state.alerts)));
      expect(state.incident).toEqual(JSON.parse(JSON.stringify(steady.state.incident)));
    }),
    { numRuns: 25 },
  );
});

describe("silences", () => {
  const full: Story = (minute) => ({ used: minute >= 0 && minute < 30 ? 800 : 100 });
  const silence = (fromMinute: number, toMinute: number): Silence => ({
    id: "s1",
    check: "snat-ports",
    startsAtMs: T0 + fromMinute * MINUTE_MS,
    untilMs: T0 + toMinute * MINUTE_MS,
    comment: "",
    createdBy: "",
    createdAtMs: T0,
    endedAtMs: null,
  });
  const tellUnder = (silences: readonly Silence[]) => {
    let state = newClusterState(cluster().ref.key);
    const told: string[] = [];
    for (let minute = -2; minute <= 45; minute += 1) {
      state = run(state, full, minute, { silences });
      for (const { atMs, kind, reason } of state.handoff)
        told.push(`${(atMs - T0) / MINUTE_MS} ${kind} ${reason}`);
    }
    return told;
  };

  test.for([
    ["without one", [], ["6 opened first", "35 resolved all-resolved"]],
    ["one that outlasts the breach keeps it quiet", [silence(0, 120)], []],
    // A minute of data is told four minutes later; a silence is meant in that time.
    ["one that ends meanwhile", [silence(0, 24)], ["20 opened silence-ended", "35 resolved all-resolved"]],
    [
      "one that begins after the opening is told, and so is the end",
      [silence(11, 120)],
      ["6 opened first", "7 silenced silence-began", "35 resolved all-resolved"],
    ],
    [
      "one that begins after the opening and ends before the breach",
      [silence(11, 24)],
      ["6 opened first", "7 silenced silence-began", "20 updated silence-ended", "35 resolved all-resolved"],
    ],
    ["one set just before it would be told", [silence(10, 120)], []],
  ] as const)("%s", ([, silences, told]) => {
    expect(tellUnder(silences)).toEqual(told);
  });

  test("that it is silenced is told with who, why and until when, what fires, and no command", () => {
    const opened = run(newClusterState(cluster().ref.key), full, 20);
    const given = { ...silence(0, 60), comment: "load test", createdBy: "jane" };
    const ended = { ...given, id: "s2", endedAtMs: T0 + 30 * MINUTE_MS };
    const silenced = run(opened, full, 21, { silences: [ended, given, silence(100, 120)] });
    expect(silenced.handoff).toMatchObject([
      {
        kind: "silenced",
        sequence: 2,
        severity: opened.incident?.severity,
        silence: { createdBy: "jane", comment: "load test", endMs: T0 + 60 * MINUTE_MS },
        alerts: [{ check: "snat-ports" }],
        remedy: null,
        notes: [],
      },
    ]);
    const back = run(silenced, full, 22);
    expect(back.handoff).toMatchObject([{ kind: "updated", reason: "silence-ended", raisedAt: [1, 3] }]);
    const gone = run(back, () => null, 23, { cluster: { powerState: "stopped" } });
    expect(gone.handoff).toMatchObject([{ kind: "resolved", raisedAt: [1, 3] }]);
  });
});

describe("maintenance", () => {
  const failing: Story = () => ({ used: 1_024, failed: 60 });

  test("connections that fail during an upgrade are told, with a note", () => {
    const upgrade = { cluster: { provisioningState: "Upgrading", discoveredAtMs: T0 } };
    const [message] = run(newClusterState(cluster().ref.key), failing, 20, upgrade).handoff;
    expect(message).toMatchObject({ kind: "opened", severity: "critical", exhaustionInSeconds: 0 });
    expect(message?.notes?.[0]).toMatch(
      /^the cluster is being upgraded, since \d{4}-\d\d-\d\d \d\d:\d\d UTC$/,
    );
    expect(message?.alerts[0]).toMatchObject({ resourceId: null, destination: null });
  });

  test("data that is missing during an upgrade is told only when it is stuck", () => {
    let state = run(newClusterState(cluster().ref.key), () => ({ used: 100 }), 0);
    const told: string[] = [];
    for (let minute = 1; minute <= 130; minute += 1) {
      state = run(state, () => null, minute, {
        cluster: { provisioningState: "Upgrading", discoveredAtMs: T0 },
      });
      for (const { kind, reason, notes = [] } of state.handoff)
        told.push(`${minute} ${kind} ${reason} ${notes.length}`);
    }
    expect(told).toEqual(["121 opened maintenance-ended 1"]);
    expect(run(state, () => null, 131).maintenance).toBeNull();
  });

  test("an incident of a cluster that is stopped ends and says so", () => {
    const before = run(newClusterState(cluster().ref.key), failing, 20);
    const after = run(before, () => null, 21, { cluster: { powerState: "stopped" } });
    expect(after.handoff).toMatchObject([
      {
        kind: "resolved",
        reason: "cluster-stopped",
        headline: "the cluster was stopped",
        notes: [expect.stringContaining("stopped")],
        exhaustionInSeconds: null,
      },
    ]);
    expect(after.handoff[0]?.alerts.length).toBeGreaterThan(0);
    expect(run(after, () => null, 60, { cluster: { powerState: "stopped" } }).handoff).toEqual([]);
  });
});
