import * as z from "zod";
import { STATUS_ORDER, type Status } from "#core/verdict/verdict.ts";
import type { RosterEntry } from "#ports/monitor-store.ts";
import { HealthAnswer } from "./answers/health.ts";
import { compareText, type FleetMember, sortKeyOf, standingIn } from "./fleet.ts";
import { jsonResponse } from "./http.ts";
import { judgeMonitor } from "./monitor.ts";
import { oneOf } from "./parameters.ts";
import { defineRoute } from "./route.ts";
import { toWireTime, toWireTimeOrNull } from "./wire-time.ts";

type Judged = Pick<FleetMember, "standing">;
type FailOn = "critical" | "warning" | "never";

export const healthRoute = defineRoute({
  summary: "How the fleet is, worst first; 503 when it is bad enough or the monitor itself is stale.",
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
    const { access, nowMs, settings, startedAtMs } = context;
    // Two calls to the storage for up to 1,000 clusters, whatever there is to tell: probes come often.
    const [{ roster, discovery, deliveries }, summaries] = await Promise.all([
      context.monitor.read(),
      context.states.summaries(),
    ]);
    const inFleet = standingIn(summaries, nowMs);
    const fleet = roster.map((cluster) => ({ ...cluster, ...inFleet(cluster.key) }));
    const collectLagMs = settings.limits.collectLagMs;
    const { evaluatedAtMs, deliveriesCountedAtMs, ...monitor } = judgeMonitor({
      fleet,
      discovery,
      nowMs,
      startedAtMs,
      collectLagMs,
      historyImportMs: settings.historyImportMs,
      deliveries,
    });
    const status = worstOf(fleet);
    const named = access === "full";
    const answer: HealthAnswer = {
      status,
      evaluatedAt: toWireTimeOrNull(evaluatedAtMs),
      monitor: {
        ...monitor,
        deliveriesCountedAt: toWireTimeOrNull(deliveriesCountedAtMs),
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
function worstOf(fleet: readonly Judged[]): Status {
  return STATUS_ORDER.find((status) => fleet.some(({ standing }) => standing.status === status)) ?? "unknown";
}

function countStatuses(fleet: readonly Judged[]): HealthAnswer["counts"] {
  const counts = { healthy: 0, warning: 0, critical: 0, unknown: 0 };
  for (const { standing } of fleet) counts[standing.status] += 1;
  return counts;
}

function worstFirst(fleet: readonly (RosterEntry & Judged)[]): HealthAnswer["clusters"] {
  const rank = ({ standing }: Judged) => STATUS_ORDER.indexOf(standing.status);
  return fleet
    .toSorted((a, b) => rank(a) - rank(b) || compareText(sortKeyOf(a.key), sortKeyOf(b.key)))
    .map(({ id, name, standing }) => ({ id, name, ...standing }));
}
