import { MINUTE_MS } from "../time.ts";
import type { Alert, Severity } from "./alert.ts";
import { isHushed } from "./hush-alerts.ts";

/** A cause that has not fired by then will not: its symptom has waited long enough, and stands for itself. */
const PENDING_CAUSE_MUTES_MS = 15 * MINUTE_MS;

/** The alerts of one cluster at one minute, as far as telling them goes. */
export interface Picture {
  /** Alerts that fire and are to be told: no cause mutes them, no silence and no maintenance. */
  readonly visible: readonly Alert[];
  /** Keys of all that fire, told or not. */
  readonly firing: ReadonlySet<string>;
  /** The worst that fires and is told, or is explained by what is told; `null` where nothing is visible. */
  readonly severity: Severity | null;
  /** Checks that fire and explain others, by name. */
  readonly causes: readonly string[];
  /** Visible alerts that were silenced, or held back, until now. */
  readonly unsilenced: ReadonlySet<string>;
  readonly unheld: ReadonlySet<string>;
}

/**
 * Draws the picture. A cause mutes the alerts that it explains while it fires or is about to; one that is itself not told mutes
 * nothing, since then nobody would hear of either.
 *
 * @param before the alerts one minute earlier
 */
export function drawPicture(before: readonly Alert[], alerts: readonly Alert[], minuteMs: number): Picture {
  const firing = alerts.filter(({ phase }) => phase === "firing");
  const mayBeTold = alerts.filter((alert) => !isHushed(alert));
  const firingCauses = checksOf(mayBeTold.filter(({ phase }) => phase === "firing"));
  const pendingCauses = checksOf(
    mayBeTold.filter(
      ({ phase, activeAtMs }) => phase === "pending" && minuteMs - activeAtMs < PENDING_CAUSE_MUTES_MS,
    ),
  );
  const isExplainedBy = (causes: ReadonlySet<string>, { explainedBy }: Alert) =>
    explainedBy !== null && causes.has(explainedBy);

  const told = firing.filter((alert) => !isHushed(alert));
  const symptoms = told.filter((alert) => isExplainedBy(firingCauses, alert));
  const visible = told.filter(
    (alert) => !isExplainedBy(firingCauses, alert) && !isExplainedBy(pendingCauses, alert),
  );
  const known = new Map(before.map((alert) => [alert.key, alert]));
  const was = (mark: (alert: Alert) => boolean) =>
    keysOf(
      visible.filter(({ key }) => {
        const earlier = known.get(key);
        return earlier?.phase === "firing" && mark(earlier);
      }),
    );
  return {
    visible,
    firing: keysOf(firing),
    severity: visible.length === 0 ? null : worstSeverity([...visible, ...symptoms]),
    causes: [...new Set(symptoms.flatMap(({ explainedBy }) => explainedBy ?? []))].sort(),
    unsilenced: was(({ silencedBy }) => silencedBy !== undefined),
    unheld: was(({ heldBack }) => heldBack === true),
  };
}

export function worstSeverity(alerts: readonly Pick<Alert, "severity">[]): Severity {
  return alerts.some(({ severity }) => severity === "critical") ? "critical" : "warning";
}

function checksOf(alerts: readonly Alert[]): Set<string> {
  return new Set(alerts.map(({ check }) => check));
}

function keysOf(alerts: readonly Alert[]): Set<string> {
  return new Set(alerts.map(({ key }) => key));
}
