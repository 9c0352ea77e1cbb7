import type { Alert, Severity } from "../alert/alert.ts";
import { alertTurns } from "../alert/alert-turns.ts";

/** One step in the life of one alert, as a replay writes it. */
export interface ReplayChange {
  /** The judged minute, epoch ms. */
  readonly minuteMs: number;
  readonly cluster: string;
  readonly check: string;
  readonly subject: { readonly node?: string; readonly frontendIp?: string; readonly protocol?: string };
  readonly state: "pending" | "firing" | "escalated" | "resolved";
  readonly severity: Severity;
  /** The sentence of the finding. */
  readonly message: string;
}

/** What one minute changed in the alerts of a cluster. A critical alert that falls to a warning is firing as that. */
export function changesOf(
  before: readonly Alert[],
  after: readonly Alert[],
  cluster: string,
  minuteMs: number,
): ReplayChange[] {
  return alertTurns(before, after).map(({ alert, state }) => ({
    minuteMs,
    cluster,
    check: alert.check,
    subject: subjectOf(alert),
    state: state === "eased" ? "firing" : state,
    severity: alert.severity,
    message: alert.summary,
  }));
}

function subjectOf({ subject: { node, backendIp, frontendIp, protocol } }: Alert): ReplayChange["subject"] {
  const name = node ?? backendIp;
  return {
    ...(name === undefined ? {} : { node: name }),
    ...(frontendIp === undefined ? {} : { frontendIp }),
    ...(protocol === undefined ? {} : { protocol }),
  };
}
