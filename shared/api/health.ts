import { z } from "zod";
import { STATUS_ORDER, type Status } from "#core/verdict/verdict.ts";
import { HealthAnswer } from "./answers/health.ts";
import { countDeadDeliveries } from "./dead-deliveries.ts";
import { type FleetMember, loadFleet } from "./fleet.ts";
import { jsonResponse } from "./http.ts";
import { judgeMonitor } from "./monitor.ts";
import { oneOf } from "./parameters.ts";
import { defineRoute } from "./route.ts";
import { toWireTime, toWireTimeOrNull } from "./wire-time.ts";

type FailOn = "critical" | "warning" | "never";

export const healthRoute = defineRoute({
  name: "health",
  template: "health",
  summary: "How the fleet is, worst first; 503 when it is bad enough or the monitor itself is stale.",
  access: "health",
  query: z.object({
    failOn: oneOf(["critical", "warning", "never"])
      .default("critical")
      .describe("From which status on to answer 503. `warning`: also `unknown` and `critical`."),
  }),
  responses: {
    200: { description: "Good enough.", content: { "application/json": HealthAnswer } },
    503: {
      description: "The status reaches `failOn`, the monitor is stale, or the storage is away (a problem).",
      content: { "application/json": HealthAnswer },
    },
  },
  async handle(context, { failOn }) {
    const { access, inventory, nowMs, settings, startedAtMs } = context;
    const [fleet, discovery, deadDeliveries] = await Promise.all([
      loadFleet(context),
      inventory.lastDiscovery(),
      countDeadDeliveries(context.outbox, nowMs),
    ]);
    const collectLagMs = settings.limits.collectLagMs;
    const { evaluatedAtMs, ...monitor } = judgeMonitor({
      fleet,
      discovery,
      nowMs,
      startedAtMs,
      collectLagMs,
      historyImportMs: settings.historyImportMs,
      deadDeliveries,
    });
    const status = worstOf(fleet);
    const named = access === "full";
    const answer: HealthAnswer = {
      status,
      evaluatedAt: toWireTimeOrNull(evaluatedAtMs),
      monitor: {
        ...monitor,
        ...(named && {
          discovery: discovery && {
            finishedAt: toWireTime(discovery.finishedAtMs),
            failures: discovery.failures.map((failure) => ({ ...failure })),
          },
        }),
      },
      counts: countStatuses(fleet),
      clusters: named ? worstFirst(fleet) : [],
    };
    return jsonResponse(answer, monitor.status === "stale" || reaches(status, failOn) ? 503 : 200);
  },
});

/** `unknown` lies between `critical` and `warning`: a probe that fails on warnings wants to be told that we cannot tell. */
function reaches(status: Status, failOn: FailOn): boolean {
  return failOn !== "never" && STATUS_ORDER.indexOf(status) <= STATUS_ORDER.indexOf(failOn);
}

/** Without any cluster nothing is known to be healthy. */
function worstOf(fleet: readonly FleetMember[]): Status {
  return STATUS_ORDER.find((status) => fleet.some(({ standing }) => standing.status === status)) ?? "unknown";
}

function countStatuses(fleet: readonly FleetMember[]): HealthAnswer["counts"] {
  const counts = { healthy: 0, warning: 0, critical: 0, unknown: 0 };
  for (const { standing } of fleet) counts[standing.status] += 1;
  return counts;
}

function worstFirst(fleet: readonly FleetMember[]): HealthAnswer["clusters"] {
  return fleet
    .map(({ entry: { cluster }, standing }) => ({ id: cluster.ref.id, name: cluster.ref.name, ...standing }))
    .sort((a, b) => STATUS_ORDER.indexOf(a.status) - STATUS_ORDER.indexOf(b.status));
}
