import type { Alert, Severity } from "../alert/alert.ts";

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

/**
 * What one minute changed in the alerts of a cluster.
 *
 * A breach that fires at once is both pending and firing; one that ends while pending was never told, and is not here. A critical
 * alert that falls to a warning is firing as that.
 */
export function changesOf(
  before: readonly Alert[],
  after: readonly Alert[],
  cluster: string,
  minuteMs: number,
): ReplayChange[] {
  if (before.length === 0 && after.length === 0) return [];
  const known = new Map(before.map((alert) => [alert.key, alert]));
  return after.flatMap((alert) =>
    statesOf(known.get(alert.key), alert).map((state) => ({
      minuteMs,
      cluster,
      check: alert.check,
      subject: subjectOf(alert),
      state,
      severity: alert.severity,
      message: alert.summary,
    })),
  );
}

function statesOf(before: Alert | undefined, { phase, severity }: Alert): ReplayChange["state"][] {
  const was = before === undefined || (before.phase === "resolved" && phase !== "resolved") ? null : before;
  if (was?.phase !== phase) return was === null && phase === "firing" ? ["pending", "firing"] : [phase];
  if (phase !== "firing" || was.severity === severity) return [];
  return severity === "critical" ? ["escalated"] : ["firing"];
}

function subjectOf({ subject: { node, backendIp, frontendIp, protocol } }: Alert): ReplayChange["subject"] {
  const name = node ?? backendIp;
  return {
    ...(name === undefined ? {} : { node: name }),
    ...(frontendIp === undefined ? {} : { frontendIp }),
    ...(protocol === undefined ? {} : { protocol }),
  };
}
