import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { advanceLife, type Life, rewindLife } from "#core/alert/advance-life.ts";
import type { Telling } from "#core/alert/notification-decision.ts";
import type { Silence } from "#core/alert/silence.ts";
import type { CheckResult, Finding } from "#core/checks/check.ts";
import { HOUR_MS, MINUTE_MS } from "#core/time.ts";
import { cluster, T0 } from "../../support/builders.ts";

const { ref } = cluster();
const POLICY = {
  forMs: 2 * MINUTE_MS,
  keepFiringForMs: 3 * MINUTE_MS,
  resolvedRetentionMs: 60 * MINUTE_MS,
  repeatIntervalMs: 30 * MINUTE_MS,
};

/** Three checks, causes first, two subjects each. `.` clear, `!` warn, `X` fail, `_` nobody can tell. */
const CHECK_IDS = ["snat-ports", "snat-failures", "node-pressure"] as const;
const NODES = ["10.0.0.4", "10.0.0.5"] as const;

interface Minute {
  /** A character for each check and node. */
  readonly signals: readonly string[];
  /** The symptom names its cause. */
  readonly explained: boolean;
  readonly upgrading: boolean;
  readonly stopped: boolean;
}

function resultOf(check: string, minute: Minute): CheckResult {
  const at = indexIn(CHECK_IDS, check);
  const signals = NODES.map((backendIp, i) => ({
    backendIp,
    signal: minute.signals[at * NODES.length + i] ?? ".",
  }));
  const findings = signals.flatMap(({ backendIp, signal }): Finding[] =>
    signal === "!" || signal === "X"
      ? [{ subject: { backendIp }, severity: signal === "X" ? "fail" : "warn", summary: check }]
      : [],
  );
  const untold = signals.filter(({ signal }) => signal === "_").map(({ backendIp }) => ({ backendIp }));
  const isBlind = findings.length === 0 && untold.length > 0;
  return {
    id: check,
    outcome: isBlind ? "unknown" : findings.length === 0 ? "pass" : "warn",
    summary: check,
    findings,
    untold,
    evidence: [],
    remedy: null,
    explainedBy: minute.explained && check === "snat-failures" ? "snat-ports" : null,
  };
}

function indexIn(known: readonly string[], name: string | undefined): number {
  return known.indexOf(name ?? "");
}

interface Story {
  readonly minutes: readonly Minute[];
  readonly silences: readonly Silence[];
}

const EMPTY: Life = { alerts: [], incident: null };

/** Lives through the minutes, each as stored and loaded again where `restart` says so. */
function live(story: Story, restart: (minute: number) => boolean = () => false) {
  let life: Life = EMPTY;
  const told: Telling[] = [];
  for (const [index, minute] of story.minutes.entries()) {
    const minuteMs = T0 + index * MINUTE_MS;
    const step = advanceLife(life, lifeMinute(story, minute, minuteMs), ref, POLICY);
    if (step.decision.message !== null) told.push(step.decision.message);
    life = { alerts: step.alerts, incident: step.incident };
    if (restart(index)) life = JSON.parse(JSON.stringify(life));
  }
  return { life, told };
}

function lifeMinute({ silences }: Story, minute: Minute, minuteMs: number) {
  return {
    minuteMs,
    results: minute.stopped ? null : CHECK_IDS.map((check) => resultOf(check, minute)),
    silences,
    maintenance: minute.upgrading ? { sinceMs: T0, state: "Upgrading" } : null,
    toldAtMs: minuteMs,
  };
}

const minutes = fc.array(
  // Runs of the same, as the world has them: single minutes would never hold for long enough to fire.
  fc.record({
    length: fc.integer({ min: 1, max: 12 }),
    signals: fc.array(fc.constantFrom(".", "!", "X", "_"), { minLength: 6, maxLength: 6 }),
    explained: fc.boolean(),
    upgrading: fc.boolean(),
    stopped: fc.boolean(),
  }),
  { maxLength: 25 },
);

const silences = fc.array(
  fc
    .record({
      check: fc.option(fc.constantFrom(...CHECK_IDS), { nil: undefined }),
      backendIp: fc.option(fc.constantFrom(...NODES), { nil: undefined }),
      from: fc.integer({ min: 0, max: 150 }),
      length: fc.integer({ min: 1, max: 60 }),
    })
    .map(({ check, backendIp, from, length }): Silence => {
      const startsAtMs = T0 + from * MINUTE_MS;
      return {
        id: "s",
        cluster: "*",
        ...(check === undefined ? {} : { check }),
        ...(backendIp === undefined ? {} : { subject: { backendIp } }),
        startsAtMs,
        untilMs: startsAtMs + length * MINUTE_MS,
        comment: "",
        createdBy: "",
        createdAtMs: startsAtMs,
        endedAtMs: null,
      };
    }),
  { maxLength: 3 },
);

const stories = fc.record({ minutes, silences }).map(({ minutes: runs, silences: all }): Story => {
  const spread = runs.flatMap(({ length, stopped, ...minute }, i) =>
    // A cluster is stopped now and then, not every other minute.
    Array.from({ length }, (): Minute => ({ ...minute, stopped: stopped && i % 5 === 4 })),
  );
  return { minutes: spread, silences: all };
});

describe("laws of a life", () => {
  test("restarts at any minutes change nothing", () => {
    fc.assert(
      fc.property(stories, fc.func(fc.boolean()), (story, restart) => {
        expect(live(story, restart)).toEqual(live(story));
      }),
    );
  });

  test("a minute that is lived again changes nothing and tells nothing", () => {
    fc.assert(
      fc.property(stories, (story) => {
        const { life } = live(story);
        const last = story.minutes.at(-1);
        if (last === undefined) return;
        const again = advanceLife(
          life,
          lifeMinute(story, last, T0 + (story.minutes.length - 1) * MINUTE_MS),
          ref,
          POLICY,
        );
        expect(again.alerts).toEqual(life.alerts);
        expect(again.incident).toEqual(life.incident);
        expect(again.decision.message).toBeNull();
      }),
    );
  });

  test("threads open once, are numbered without a hole, end once, and one follows the other", () => {
    fc.assert(
      fc.property(stories, (story) => {
        const { life, told } = live(story);
        const threads = [...Map.groupBy(told, ({ incident }) => incident.id).values()];
        for (const thread of threads) {
          expect(thread.map(({ incident }) => incident.sequence)).toEqual(thread.map((_, i) => i + 1));
          expect(thread.filter(({ kind }) => kind === "opened")).toEqual([thread[0]]);
          const ends = thread.filter(({ kind }) => kind === "resolved");
          const isOpen = thread[0]?.incident.id === life.incident?.id;
          expect(ends).toEqual(isOpen ? [] : [thread.at(-1)]);
        }
        expect(told.map(({ incident }) => incident.id)).toEqual(
          threads.flat().map(({ incident }) => incident.id),
        );
      }),
    );
  });

  test("nothing resolves in a minute in which nobody can tell, nor while something that was told fires", () => {
    fc.assert(
      fc.property(stories, (story) => {
        let life: Life = EMPTY;
        for (const [index, minute] of story.minutes.entries()) {
          const step = advanceLife(life, lifeMinute(story, minute, T0 + index * MINUTE_MS), ref, POLICY);
          const firedBefore = life.alerts.filter(({ phase }) => phase === "firing");
          if (!minute.stopped) {
            for (const { key, check, subject } of firedBefore) {
              const at = indexIn(CHECK_IDS, check) * NODES.length;
              const signal = minute.signals[at + indexIn(NODES, subject.backendIp)];
              const now = step.alerts.find((alert) => alert.key === key)?.phase;
              if (signal !== ".") expect(now).toBe("firing");
            }
          }
          if (step.decision.message?.kind === "resolved") {
            const told = step.decision.message.incident.toldAlerts;
            const still = step.alerts.filter(({ key, phase }) => phase === "firing" && told.includes(key));
            expect(still).toEqual([]);
          }
          life = step;
        }
      }),
    );
  });

  test("what is silenced, or held back, is in no message of its minute; all that is visible is told within the group interval", () => {
    fc.assert(
      fc.property(stories, (story) => {
        let life: Life = EMPTY;
        for (const [index, minute] of story.minutes.entries()) {
          const step = advanceLife(life, lifeMinute(story, minute, T0 + index * MINUTE_MS), ref, POLICY);
          const { message } = step.decision;
          const before = new Set(life.incident?.toldAlerts);
          const news = (message?.incident.toldAlerts ?? []).filter((key) => !before.has(key));
          for (const key of news) {
            const alert = step.alerts.find((each) => each.key === key);
            expect([alert?.phase, alert?.silencedBy, alert?.heldBack]).toEqual([
              "firing",
              undefined,
              undefined,
            ]);
          }
          if (step.picture.visible.length > 0) expect(step.incident).not.toBeNull();
          life = step;
        }
      }),
    );
  });
});

const QUIET: Minute = { signals: [], explained: false, upgrading: false, stopped: false };
const FULL: Minute = { ...QUIET, signals: ["X"] };
const times = (count: number, minute: Minute) => Array.from({ length: count }, () => minute);
const words = (told: readonly Telling[]) => told.map(({ kind, reason }) => `${kind} ${reason}`);

test("a stopped cluster ends its incident at once, and opens none", () => {
  const story = { minutes: [...times(5, FULL), ...times(5, { ...FULL, stopped: true })], silences: [] };
  const { life, told } = live(story);
  expect(words(told)).toEqual(["opened first", "resolved cluster-stopped"]);
  expect(life).toMatchObject({ incident: null, alerts: [{ phase: "resolved" }] });
});

test("node pressure during an upgrade is told when it outlasts the upgrade", () => {
  const busy: Minute = { ...QUIET, signals: [".", ".", ".", ".", "!"] };
  const story = { minutes: [...times(9, { ...busy, upgrading: true }), ...times(3, busy)], silences: [] };
  expect(words(live(story).told)).toEqual(["opened maintenance-ended"]);
  const stuck = { minutes: times(125, { ...busy, upgrading: true }), silences: [] };
  expect(words(live(stuck).told)).toEqual(["opened maintenance-ended"]);
});

test("connections that fail are told during an upgrade", () => {
  const failing: Minute = { ...QUIET, signals: [".", ".", "X"], upgrading: true };
  expect(words(live({ minutes: times(4, failing), silences: [] }).told)).toEqual(["opened first"]);
});

test("a clock that ran ahead leaves no time to come behind", () => {
  const { life } = live({ minutes: [...times(5, FULL), QUIET], silences: [] });
  const back = rewindLife(life, T0 - HOUR_MS);
  const latest = Math.max(
    ...back.alerts.flatMap(({ activeAtMs, firedAtMs, clearSinceMs }) => [
      activeAtMs,
      firedAtMs ?? 0,
      clearSinceMs ?? 0,
    ]),
    back.incident?.openedAtMs ?? 0,
    back.incident?.lastToldAtMs ?? 0,
  );
  expect(latest).toBe(T0 - HOUR_MS);
  expect(rewindLife(life, T0 + HOUR_MS)).toEqual({ alerts: life.alerts, incident: life.incident });
});
