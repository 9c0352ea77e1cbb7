import { describe, expect, test } from "vitest";
import type { Alert, Severity } from "#core/alert/alert.ts";
import type { Incident } from "#core/alert/incident.ts";
import { decideNotification } from "#core/alert/notification-decision.ts";
import { drawPicture } from "#core/alert/picture.ts";
import { HOUR_MS, MINUTE_MS } from "#core/time.ts";
import { cluster, T0 } from "../../support/builders.ts";

const POLICY = { repeatIntervalMs: 4 * HOUR_MS };
const KEY = cluster().ref.key;

function firing(key: string, severity: Severity = "warning", changes: Partial<Alert> = {}): Alert {
  const [check = "", backendIp] = key.split("|");
  return {
    key,
    check,
    subject: backendIp === undefined ? {} : { backendIp },
    phase: "firing",
    severity,
    activeAtMs: T0,
    firedAtMs: T0,
    clearSinceMs: null,
    lowerSinceMs: null,
    resolvedAtMs: null,
    summary: key,
    explainedBy: null,
    ...changes,
  };
}

const open: Incident = {
  id: "x-1",
  openedAtMs: T0,
  severity: "warning",
  sequence: 1,
  lastToldAtMs: T0,
  toldAlerts: ["snat-ports|a"],
};
/** Told, and silenced since. */
const told: Incident = { ...open, sequence: 2, silenced: true };
const critical: Incident = { ...open, severity: "critical" };
const after = (minutes: number) => T0 + minutes * MINUTE_MS;
const A = "snat-ports|a";
const SILENCED = { silencedBy: "s1" };
const HELD = { heldBack: true } as const;

/** What is decided, as `kind reason sequence` or `- reason`. */
function decide(
  incident: Incident | null,
  alerts: readonly Alert[],
  minutes: number,
  before: readonly Alert[] = alerts,
): string {
  const minuteMs = after(minutes);
  const picture = drawPicture(before, alerts, minuteMs);
  const { message, reason } = decideNotification(incident, alerts, picture, KEY, minuteMs, POLICY);
  return message === null ? `- ${reason}` : `${message.kind} ${message.reason} ${message.incident.sequence}`;
}

test.for([
  ["nothing fires, nothing was told: silence", null, [], 0, "- nothing-fires"],
  ["the first alert opens an incident", null, [firing(A)], 0, "opened first 1"],
  ["the same alert again is not told again", open, [firing(A)], 10, "- nothing-new"],
  ["a rise of severity is told at once", open, [firing(A, "critical")], 1, "escalated severity-rose 2"],
  ["a fall of severity is told", critical, [firing(A)], 5, "updated severity-fell 2"],
  ["... after the group interval", critical, [firing(A)], 4, "- grouping"],
  [
    "another node within the group interval waits",
    open,
    [firing(A), firing("snat-ports|b")],
    4,
    "- grouping",
  ],
  [
    "... and is told when it has passed",
    open,
    [firing(A), firing("snat-ports|b")],
    5,
    "updated new-alerts 2",
  ],
  [
    "a third node is not told by itself",
    { ...open, toldAlerts: [A, "snat-ports|b"] },
    [firing(A), firing("snat-ports|b"), firing("snat-ports|c")],
    30,
    "- nothing-new",
  ],
  [
    "... twice as many are",
    { ...open, toldAlerts: [A, "snat-ports|b"] },
    [firing(A), firing("snat-ports|b"), firing("snat-ports|c"), firing("snat-ports|d")],
    30,
    "updated new-alerts 2",
  ],
  [
    "another check is told whatever else was",
    { ...open, toldAlerts: [A, "snat-ports|b"] },
    [firing(A), firing("nat-connections")],
    30,
    "updated new-alerts 2",
  ],
  [
    "fewer alerts than told is no news",
    { ...open, toldAlerts: [A, "snat-ports|b"] },
    [firing("snat-ports|b")],
    30,
    "- nothing-new",
  ],
  ["the repeat interval reminds", open, [firing(A)], 240, "reminded repeat-interval 2"],
  ["one minute less does not", open, [firing(A)], 239, "- nothing-new"],
  ["the last alert resolved ends it", open, [], 7, "resolved all-resolved 2"],
] as const)("%s", ([, incident, alerts, minutes, told]) => {
  expect(decide(incident, alerts, minutes)).toBe(told);
});

test("the same cluster and minute make the same incident id; another minute another", () => {
  const idAt = (minutes: number) => {
    const alerts = [firing(A)];
    const picture = drawPicture([], alerts, after(minutes));
    return decideNotification(null, alerts, picture, KEY, after(minutes), POLICY).incident?.id;
  };
  expect(idAt(0)).toBe(idAt(0));
  expect(idAt(0)).not.toBe(idAt(1));
  expect(idAt(0)).toMatch(/^[a-z0-9-]+$/);
});

describe("causes", () => {
  const symptom = firing("snat-failures|a", "critical", { explainedBy: "snat-ports" });
  const cause = firing(A, "warning");
  const visible = (alerts: readonly Alert[], minutes = 0) =>
    drawPicture([], alerts, after(minutes)).visible.map(({ key }) => key);

  test("a cause that fires, or is about to, mutes what it explains; then the symptom stands for itself", () => {
    expect(visible([cause, symptom])).toEqual([A]);
    expect(visible([{ ...cause, phase: "pending" }, symptom])).toEqual([]);
    expect(visible([{ ...cause, phase: "resolved" }, symptom])).toEqual([symptom.key]);
    expect(visible([symptom])).toEqual([symptom.key]);
  });

  test("a cause that stays pending does not mute for ever", () => {
    expect(visible([{ ...cause, phase: "pending" }, symptom], 14)).toEqual([]);
    expect(visible([{ ...cause, phase: "pending" }, symptom], 15)).toEqual([symptom.key]);
  });

  test("a cause that is not told mutes nothing", () => {
    expect(visible([{ ...cause, ...SILENCED }, symptom])).toEqual([symptom.key]);
    expect(visible([{ ...cause, ...HELD }, symptom])).toEqual([symptom.key]);
  });

  test("the incident is as severe as what its cause explains", () => {
    expect(drawPicture([], [cause, symptom], T0).severity).toBe("critical");
    expect(drawPicture([], [cause, { ...symptom, ...SILENCED }], T0).severity).toBe("warning");
  });

  test("a cause that is new to the reader is told, once", () => {
    const told: Incident = { ...critical, toldAlerts: [symptom.key] };
    expect(decide(told, [cause, symptom], 6)).toBe("updated cause-changed 2");
    expect(decide({ ...told, toldAlerts: [A, symptom.key] }, [cause, symptom], 6)).toBe("- nothing-new");
    expect(decide({ ...told, toldAlerts: [A] }, [cause, symptom], 6)).toBe("- nothing-new");
  });

  test("a mute is no end of what was told", () => {
    const told: Incident = { ...critical, toldAlerts: [symptom.key] };
    expect(decide(told, [{ ...cause, phase: "pending" }, symptom], 6)).toBe("- hushed");
    expect(decide(told, [], 6)).toBe("resolved all-resolved 2");
  });
});

describe("silences and maintenance", () => {
  test.for([
    ["a silenced alert opens nothing", null, [firing(A, "critical", SILENCED)], 0, "- hushed"],
    ["... nor one that is held back", null, [firing(A, "critical", HELD)], 0, "- hushed"],
    ["... escalates nothing", told, [firing(A, "critical", SILENCED)], 9, "- hushed"],
    ["... updates nothing", open, [firing(A), firing("icmp", "critical", SILENCED)], 9, "- nothing-new"],
    ["... reminds of nothing", told, [firing(A, "warning", SILENCED)], 999, "- hushed"],
    [
      "what was told and is silenced keeps it open, and that is told",
      critical,
      [firing(A, "critical", SILENCED)],
      1,
      "silenced silence-began 2",
    ],
    ["... once", told, [firing(A, "critical", SILENCED)], 999, "- hushed"],
    ["... not where it is held back", open, [firing(A, "warning", HELD)], 9, "- hushed"],
    [
      "... not where a part of it is held back",
      { ...open, toldAlerts: ["icmp", A] },
      [firing(A, "warning", SILENCED), firing("icmp", "warning", HELD)],
      9,
      "- hushed",
    ],
    [
      "... not where a part of it is to be seen",
      { ...open, toldAlerts: ["icmp", A] },
      [firing(A, "warning", SILENCED), firing("icmp")],
      9,
      "- nothing-new",
    ],
    [
      "... and what was never told does not count",
      open,
      [firing(A, "warning", SILENCED), firing("icmp", "warning", HELD)],
      9,
      "silenced silence-began 2",
    ],
    [
      "beside the silence something new is told",
      told,
      [firing(A, "warning", SILENCED), firing("icmp")],
      9,
      "updated new-alerts 3",
    ],
    [
      "... and so is what fires again",
      { ...told, toldAlerts: ["icmp", A] },
      [firing(A, "warning", SILENCED), firing("icmp")],
      1,
      "updated silence-ended 3",
    ],
    ["the end of what is silenced is told", told, [], 9, "resolved all-resolved 3"],
    [
      "... and critical",
      { ...critical, toldAlerts: ["icmp", A] },
      [firing(A, "critical", SILENCED), firing("icmp")],
      9,
      "- nothing-new",
    ],
    [
      "... but does not become so",
      { ...open, toldAlerts: ["icmp", A] },
      [firing(A, "critical", SILENCED), firing("icmp")],
      240,
      "reminded repeat-interval 2",
    ],
    ["its end is told", open, [firing("icmp", "critical", SILENCED)], 9, "resolved all-resolved 2"],
  ] as const)("%s", ([, incident, alerts, minutes, expected]) => {
    expect(decide(incident, alerts, minutes)).toBe(expected);
  });

  test.for([
    ["opens", null, SILENCED, "opened silence-ended 1"],
    ["is told although it was told before", open, SILENCED, "updated silence-ended 2"],
    ["opens after the maintenance", null, HELD, "opened maintenance-ended 1"],
    ["is told after the maintenance", { ...open, toldAlerts: ["icmp"] }, HELD, "updated maintenance-ended 2"],
    ["was told before the maintenance", open, HELD, "- nothing-new"],
  ] as const)("what still fires when it is over: %s", ([, incident, mark, told]) => {
    expect(decide(incident, [firing(A)], 1, [firing(A, "warning", mark)])).toBe(told);
  });

  test("each call for attention after a silence is remembered, the last three", () => {
    let incident: Incident = open;
    const silenced = [firing(A, "warning", SILENCED)];
    const next = (from: Incident, before: readonly Alert[], alerts: readonly Alert[]) => {
      const picture = drawPicture(before, alerts, T0);
      return decideNotification(from, alerts, picture, KEY, T0, POLICY).incident ?? from;
    };
    for (let round = 0; round < 3; round += 1) {
      incident = next(incident, silenced, silenced);
      expect(incident.silenced).toBe(true);
      incident = next(incident, silenced, [firing(A)]);
      expect(incident.silenced).toBeUndefined();
    }
    expect(incident.raisedAt).toEqual([3, 5, 7]);
  });
});
