import * as z from "zod";
import { replayHistory } from "#app/replay-history.ts";
import type { InventoryEntry } from "#core/egress/inventory.ts";
import type { ReplayPolicy } from "#core/replay/replay-life.ts";
import { REPLAYED_CHECKS } from "#core/replay/stored-replay.ts";
import { type AlertSpan, firingMinutes, type IncidentSpan } from "#core/replay/told-spans.ts";
import { floorMinute, HOUR_MS, MINUTE_MS } from "#core/time.ts";
import { ReplayAnswer } from "../answers/replay.ts";
import { findCluster } from "../find-cluster.ts";
import { instantParameter, resolveSpan, type Span } from "../history/instant.ts";
import { jsonResponse } from "../http.ts";
import type { ParameterFault } from "../parameters.ts";
import { invalidParameters, problem } from "../problem.ts";
import { defineRoute } from "../route.ts";
import { toWireTime, toWireTimeOrNull } from "../wire-time.ts";
import { readRaised } from "./raised.ts";
import { limitParameters, policyFor } from "./replay-limits.ts";

/** Nodes times minutes of one answer: 20 seconds of one CPU (test/bench), of the 230 that Azure gives a request. */
const MOST_NODE_MINUTES = 5_000_000;
/** A minute costs as much as so many nodes, however few there are. */
const LEAST_NODES = 20;

/** Of each side. */
const MOST_ALERTS = 1_000;

export const replayRoute = defineRoute({
  summary: "Back-test: what other limits would have raised on the stored history, beside what was raised.",
  query: z.object({
    from: instantParameter
      .prefault("-24h")
      .describe(
        "First instant: RFC 3339, epoch seconds, or so long before now. At most 5,000,000 minutes times nodes at once.",
      ),
    to: instantParameter.prefault("now").describe("End, exclusive; in the same forms."),
    ...limitParameters,
  }),
  responses: { 200: { description: "Both sides.", content: { "application/json": ReplayAnswer } } },
  async handle(context, { from, to, ...asked }) {
    const { nowMs, settings, instance, states, series } = context;
    const entry = await findCluster(context);
    if (entry === undefined) return problem("not-found", "no such cluster is known", instance);
    const span = resolveSpan(from, to, nowMs);
    if ("fault" in span) return invalidParameters([span.fault], instance);
    const policy = policyFor(asked, settings, entry.cluster.tags);
    if ("fault" in policy) return invalidParameters([policy.fault], instance);

    const state = await states.load(entry.shard, entry.cluster.ref.key);
    const readMs = state?.throughMs ?? span.fromMs;
    const judged = {
      fromMs: floorMinute(Math.max(span.fromMs, nowMs - settings.retentionRawMs)),
      toMs: floorMinute(Math.min(span.toMs, readMs)),
    };
    const tooLong = faultOfLength(judged, entry);
    if (tooLong !== undefined) return invalidParameters([tooLong], instance);

    const [replayed, raised] = await Promise.all([
      replayHistory(series, { entry, state, policy, ...judged }),
      readRaised(context, entry, state, judged),
    ]);
    const { key: _, ...cluster } = entry.cluster.ref;
    const unread = (state?.backfill ?? []).filter(
      (range) => range.fromMs < judged.toMs && range.toMs > judged.fromMs,
    );
    const answer: ReplayAnswer = {
      cluster,
      from: toWireTime(span.fromMs),
      to: toWireTime(Math.max(judged.toMs, span.fromMs)),
      judgedFrom: toWireTimeOrNull(replayed.judgedFromMs),
      judgedMinutes: replayed.judgedMinutes,
      checks: [...REPLAYED_CHECKS],
      limits: describeLimits(policy),
      replayed: describeSide(replayed, judged),
      raised: { ...describeSide(raised, judged), recordedFrom: toWireTime(raised.recordedFromMs) },
      incomplete: replayed.faults.length + raised.faults.length > 0,
      faults: [...replayed.faults, ...raised.faults],
      note: noteOf(span, judged, unread.length > 0),
    };
    return jsonResponse(answer);
  },
});

function faultOfLength({ fromMs, toMs }: Span, { cluster }: InventoryEntry): ParameterFault | undefined {
  const nodes = cluster.loadBalancer?.members.length ?? 0;
  const most = Math.floor(MOST_NODE_MINUTES / Math.max(nodes, LEAST_NODES));
  if ((toMs - fromMs) / MINUTE_MS <= most) return undefined;
  const hours = Math.floor((most * MINUTE_MS) / HOUR_MS);
  const longest = hours >= 48 ? `${Math.floor(hours / 24)}d` : `${hours}h`;
  return {
    name: "from",
    value: toWireTime(fromMs),
    expected: `at most ${longest} before to=${toWireTime(toMs)}: so much of a cluster of ${nodes} nodes can be judged at once`,
  };
}

function describeLimits({
  limits,
  forMs,
  keepFiringForMs,
  repeatIntervalMs,
}: ReplayPolicy): ReplayAnswer["limits"] {
  return {
    warnRatio: limits.warnRatio,
    failRatio: limits.failRatio,
    failedRatio: limits.failedRatio,
    skewFactor: limits.skewFactor,
    staleAfterSeconds: limits.staleAfterMs / 1_000,
    forSeconds: forMs / 1_000,
    keepFiringForSeconds: keepFiringForMs / 1_000,
    repeatIntervalSeconds: repeatIntervalMs / 1_000,
  };
}

function describeSide(
  {
    alerts,
    incidents,
  }: { readonly alerts: readonly AlertSpan[]; readonly incidents: readonly IncidentSpan[] },
  { fromMs, toMs }: Span,
): ReplayAnswer["replayed"] {
  return {
    alerts: alerts
      .slice(0, MOST_ALERTS)
      .map(({ check, subject, severity, firedAtMs, resolvedAtMs, summary }) => ({
        check,
        subject: { ...subject },
        severity,
        firedAt: toWireTime(firedAtMs),
        resolvedAt: toWireTimeOrNull(resolvedAtMs),
        summary,
      })),
    incidents: incidents.map(({ openedAtMs, resolvedAtMs, severity, messages }) => ({
      openedAt: toWireTime(openedAtMs),
      resolvedAt: toWireTimeOrNull(resolvedAtMs),
      severity,
      messages,
    })),
    summary: {
      alerts: alerts.length,
      criticalAlerts: alerts.filter(({ severity }) => severity === "critical").length,
      firingMinutes: firingMinutes(alerts, fromMs, toMs),
      incidents: incidents.length,
      messages: incidents.reduce((sum, { messages }) => sum + messages, 0),
    },
  };
}

function noteOf(span: Span, judged: Span, importing: boolean): string | null {
  const notes = [
    judged.fromMs > span.fromMs + MINUTE_MS ? "samples of the first part are not kept any more" : null,
    importing ? "a part of the span is still to be read from Azure, and counts as missing" : null,
  ].filter((note) => note !== null);
  return notes.length === 0 ? null : notes.join("; ");
}
