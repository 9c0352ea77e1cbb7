import * as z from "zod";
import type { Alert } from "#core/alert/alert.ts";
import { isHushed } from "#core/alert/hush-alerts.ts";
import type { Incident } from "#core/alert/incident.ts";
import { type AlertRow, AlertsAnswer } from "./answers/alerts.ts";
import { loadFleet } from "./fleet.ts";
import { jsonResponse } from "./http.ts";
import { oneOf } from "./parameters.ts";
import { defineRoute } from "./route.ts";
import { toWireTime, toWireTimeOrNull } from "./wire-time.ts";

const PHASES: readonly Alert["phase"][] = ["firing", "pending", "resolved"];
const SEVERITIES: readonly Alert["severity"][] = ["critical", "warning"];

export const alertsRoute = defineRoute({
  summary: "Alerts of all clusters, worst first.",
  query: z.object({
    state: oneOf(["pending", "firing", "resolved", "all"])
      .optional()
      .describe("Default: pending and firing. Resolved alerts are kept for a day."),
  }),
  responses: { 200: { description: "The alerts.", content: { "application/json": AlertsAnswer } } },
  async handle(context, { state }) {
    const alerts = (await loadFleet(context)).flatMap(({ entry, summary }) => {
      const { key: _, ...cluster } = entry.cluster.ref;
      return (summary?.alerts ?? [])
        .filter(({ phase }) => isWanted(phase, state))
        .map((alert) => ({ cluster, ...toAlertRow(alert, summary?.incident ?? null) }));
    });
    const answer: AlertsAnswer = { alerts: alerts.sort(compareAlerts) };
    return jsonResponse(answer);
  },
});

function isWanted(phase: Alert["phase"], state: Alert["phase"] | "all" | undefined): boolean {
  return state === undefined ? phase !== "resolved" : state === "all" || state === phase;
}

export function toAlertRow(alert: Alert, incident: Incident | null): Omit<AlertRow, "cluster"> {
  return {
    key: alert.key,
    check: alert.check,
    subject: { ...alert.subject },
    state: alert.phase,
    severity: alert.severity,
    activeAt: toWireTime(alert.activeAtMs),
    firedAt: toWireTimeOrNull(alert.firedAtMs),
    resolvedAt: toWireTimeOrNull(alert.resolvedAtMs),
    summary: alert.summary,
    explainedBy: alert.explainedBy,
    silencedBy: alert.silencedBy ?? null,
    heldBack: alert.heldBack ?? false,
    incidentId: isToldBy(alert, incident) ? (incident?.id ?? null) : null,
  };
}

/** A pending alert is not told yet; a resolved one may have been told by an incident that is over. */
function isToldBy(alert: Alert, incident: Incident | null): boolean {
  const isTelling = alert.phase === "firing" && !isHushed(alert);
  return isTelling || (incident?.toldAlerts.includes(alert.key) ?? false);
}

/** Firing before pending, critical before warning, the oldest first. Times of one form compare as text. */
export function compareAlerts(a: Omit<AlertRow, "cluster">, b: Omit<AlertRow, "cluster">): number {
  return (
    PHASES.indexOf(a.state) - PHASES.indexOf(b.state) ||
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    a.activeAt.localeCompare(b.activeAt)
  );
}
