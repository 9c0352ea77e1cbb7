import type { CheckResult, Subject } from "../checks/check.ts";
import { CHECKS } from "../checks/registry.ts";
import type { Alert } from "./alert.ts";
import type { AlertIdentity, AlertPolicy, AlertStep, Signal } from "./alert-state.ts";
import { stepAlert } from "./alert-state.ts";

const LEAST_FOR_MS: ReadonlyMap<string, number> = new Map(
  CHECKS.map(({ id, leastForMs = 0 }) => [id, leastForMs]),
);

/** Its check: the one whose `unknown` is itself a finding. */
const FRESHNESS = "data-freshness";

/** The name of an alert within its cluster; equal for equal check and subject. */
function alertKey(check: string, subject: Subject): string {
  const { node, backendIp, frontendIp, protocol, resourceId, destination } = subject;
  // The address, not the node's name: names are looked up and may be missing for a while.
  return [check, backendIp ?? node, frontendIp, protocol, resourceId?.toLowerCase(), destination]
    .map((part) => part ?? "")
    .join("|");
}

/**
 * Advances every alert of one cluster by one judged minute.
 *
 * @param results of this minute, one for each check; `null` where the cluster is stopped, and nothing of it runs that could be
 *   in breach
 * @returns a step for every alert that was there or began
 */
export function advanceAlerts(
  alerts: readonly Alert[],
  results: readonly CheckResult[] | null,
  minuteMs: number,
  policy: AlertPolicy,
): AlertStep[] {
  const known = new Map(alerts.map((alert) => [alert.key, alert]));
  const byCheck = new Map(results?.map((result) => [result.id, result]));
  const breaches = new Map(results?.flatMap(breachesOf).map((breach) => [breach.identity.key, breach]));

  const steps: AlertStep[] = [];
  for (const key of new Set([...known.keys(), ...breaches.keys()])) {
    const alert = known.get(key);
    const breach = breaches.get(key);
    const identity = breach?.identity ?? alert;
    if (identity === undefined) continue;
    const signal = breach?.signal ?? quietSignal(identity, byCheck.get(identity.check));
    const forMs =
      breach?.forMs === 0
        ? 0
        : Math.max(policy.forMs, breach?.forMs ?? 0, LEAST_FOR_MS.get(identity.check) ?? 0);
    const { key: ownKey, check, subject } = identity;
    steps.push(stepAlert(alert, { key: ownKey, check, subject }, signal, minuteMs, { ...policy, forMs }));
  }
  return steps;
}

interface Breach {
  readonly identity: AlertIdentity;
  readonly signal: Extract<Signal, { kind: "breach" }>;
  readonly forMs: number | undefined;
}

function breachesOf(result: CheckResult): Breach[] {
  if (result.id === FRESHNESS && result.outcome === "unknown") {
    return [
      {
        identity: { key: alertKey(result.id, {}), check: result.id, subject: {} },
        signal: { kind: "breach", severity: "warning", summary: result.summary, explainedBy: null },
        forMs: undefined,
      },
    ];
  }
  return result.findings.map(({ subject, severity, summary, forMs }) => ({
    forMs,
    identity: { key: alertKey(result.id, subject), check: result.id, subject },
    signal: {
      kind: "breach",
      severity: severity === "fail" ? "critical" : "warning",
      summary,
      explainedBy: result.explainedBy,
    },
  }));
}

/** No finding for this subject: is that because all is well, or because nobody could look? */
function quietSignal(identity: AlertIdentity, result: CheckResult | undefined): Signal {
  // Every check has a result each minute: one without is no check any more, or the cluster does not run.
  if (result === undefined) return { kind: "ended" };
  if (result.outcome === "unknown") return { kind: "gap" };
  const untold = result.untold.some((subject) => alertKey(identity.check, subject) === identity.key);
  return untold ? { kind: "gap" } : { kind: "clear" };
}
