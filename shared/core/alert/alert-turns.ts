import type { Alert } from "./alert.ts";

/** A step in the life of one alert. `eased`: critical before, a warning now. */
export interface AlertTurn {
  readonly alert: Alert;
  readonly state: "pending" | "firing" | "escalated" | "eased" | "resolved";
}

/**
 * What a minute changed in the alerts of a cluster.
 *
 * A breach that fires at once is both pending and firing; one that ends while pending was never told, and is not here.
 */
export function alertTurns(before: readonly Alert[], after: readonly Alert[]): AlertTurn[] {
  if (before.length === 0 && after.length === 0) return [];
  const known = new Map(before.map((alert) => [alert.key, alert]));
  return after.flatMap((alert) => statesOf(known.get(alert.key), alert).map((state) => ({ alert, state })));
}

function statesOf(before: Alert | undefined, { phase, severity }: Alert): AlertTurn["state"][] {
  const was = before === undefined || (before.phase === "resolved" && phase !== "resolved") ? null : before;
  if (was?.phase !== phase) return was === null && phase === "firing" ? ["pending", "firing"] : [phase];
  if (phase !== "firing" || was.severity === severity) return [];
  return severity === "critical" ? ["escalated"] : ["eased"];
}
