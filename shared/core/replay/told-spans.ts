import type { LifeStep } from "../alert/advance-life.ts";
import type { Alert, Severity } from "../alert/alert.ts";
import { worstSeverity } from "../alert/picture.ts";
import type { Subject } from "../checks/check.ts";
import { MINUTE_MS } from "../time.ts";

/** One alert from when it fired to when it resolved. */
export interface AlertSpan {
  readonly check: string;
  readonly subject: Subject;
  /** The worst that it was. */
  readonly severity: Severity;
  /** First minute of the breach. */
  readonly activeAtMs: number;
  readonly firedAtMs: number;
  /** `null`: it fired on at the end. */
  readonly resolvedAtMs: number | null;
  /** The sentence of its last finding. */
  readonly summary: string;
}

/** One incident from its first message to its last. */
export interface IncidentSpan {
  readonly openedAtMs: number;
  /** `null`: it was open at the end. */
  readonly resolvedAtMs: number | null;
  readonly severity: Severity;
  /** Messages, those of its opening and its end included. */
  readonly messages: number;
}

/** Follows the alerts and the incident of one cluster, and keeps what fired and was told. */
export class ToldSpans {
  readonly #alerts = new Map<string, AlertSpan>();
  readonly #overAlerts: AlertSpan[] = [];
  readonly #overIncidents: IncidentSpan[] = [];
  #incident: IncidentSpan | null = null;

  add({ alerts, decision: { message } }: Pick<LifeStep, "alerts" | "decision">): void {
    for (const alert of alerts) this.#follow(alert);
    if (message === null) return;
    const { kind, incident } = message;
    this.#incident = {
      openedAtMs: incident.openedAtMs,
      resolvedAtMs: kind === "resolved" ? incident.lastToldAtMs : null,
      severity: worstSeverity([incident, ...(this.#incident === null ? [] : [this.#incident])]),
      messages: (this.#incident?.messages ?? 0) + 1,
    };
    if (kind !== "resolved") return;
    this.#overIncidents.push(this.#incident);
    this.#incident = null;
  }

  /** In the order in which they fired. */
  get alerts(): AlertSpan[] {
    return [...this.#overAlerts, ...this.#alerts.values()].toSorted((a, b) => a.firedAtMs - b.firedAtMs);
  }

  /** In the order in which they opened. */
  get incidents(): IncidentSpan[] {
    return [...this.#overIncidents, ...(this.#incident === null ? [] : [this.#incident])];
  }

  #follow({
    key,
    check,
    subject,
    phase,
    severity,
    activeAtMs,
    firedAtMs,
    resolvedAtMs,
    summary,
  }: Alert): void {
    if (phase === "pending" || firedAtMs === null) return;
    const open = this.#alerts.get(key);
    if (phase === "firing") {
      const worst = open === undefined ? severity : worstSeverity([open, { severity }]);
      this.#alerts.set(key, {
        ...{ check, subject, severity: worst, activeAtMs, firedAtMs, resolvedAtMs: null, summary },
      });
    } else if (open !== undefined) {
      this.#alerts.delete(key);
      this.#overAlerts.push({ ...open, resolvedAtMs });
    }
  }
}

/** Minutes of a span in which at least one of the alerts fired. */
export function firingMinutes(
  alerts: readonly Pick<AlertSpan, "firedAtMs" | "resolvedAtMs">[],
  fromMs: number,
  toMs: number,
): number {
  let firingMs = 0;
  let coveredMs = fromMs;
  for (const { firedAtMs, resolvedAtMs } of alerts.toSorted((a, b) => a.firedAtMs - b.firedAtMs)) {
    const startMs = Math.max(firedAtMs, coveredMs);
    const endMs = Math.min(resolvedAtMs ?? toMs, toMs);
    if (endMs <= startMs) continue;
    firingMs += endMs - startMs;
    coveredMs = endMs;
  }
  return firingMs / MINUTE_MS;
}
