import * as z from "zod";
import { DENIAL_SPAN_MS } from "#core/denials/denial.ts";
import type { EgressEndpoint } from "#core/denials/documented-endpoints.ts";
import { matchEndpoint } from "#core/denials/match-endpoint.ts";
import { type DenialTotal, mergeSpans } from "#core/denials/merge-spans.ts";
import { endpointsOf } from "#core/denials/required-endpoints.ts";
import { DAY_MS } from "#core/time.ts";
import { DenialsAnswer } from "./answers/denials.ts";
import { findCluster } from "./find-cluster.ts";
import { instantParameter, resolveSpan } from "./history/instant.ts";
import { jsonResponse } from "./http.ts";
import { wholeNumber } from "./parameters.ts";
import { invalidParameters, problem } from "./problem.ts";
import { defineRoute } from "./route.ts";
import { toWireTime, toWireTimeOrNull } from "./wire-time.ts";

const query = z.object({
  from: instantParameter
    .prefault("-24h")
    .describe("First instant: RFC 3339, epoch seconds, or so long before now."),
  to: instantParameter.prefault("now").describe("End, exclusive; in the same forms."),
  limit: wholeNumber(1, 1_000).default(100).describe("Lines in the answer."),
});

/** Storage drops whole units of time, so a denial can outlive its retention by so much. */
const DROPPED_WITHIN_MS = 8 * DAY_MS;

export const denialsRoute = defineRoute({
  summary: "What firewalls denied a cluster.",
  query,
  responses: { 200: { description: "The denials.", content: { "application/json": DenialsAnswer } } },
  async handle(context, { from, to, limit }) {
    const { nowMs, settings, instance } = context;
    const entry = await findCluster(context);
    if (entry === undefined) return problem("not-found", "no such cluster is known", instance);

    const wanted = resolveSpan(from, to, nowMs);
    if ("fault" in wanted) return invalidParameters([wanted.fault], instance);
    const { shard, cluster } = entry;
    const fromMs = Math.floor(wanted.fromMs / DENIAL_SPAN_MS) * DENIAL_SPAN_MS;
    const toMs = Math.ceil(wanted.toMs / DENIAL_SPAN_MS) * DENIAL_SPAN_MS;
    // Nothing is stored beyond these: a span of decades must not ask for every week in it.
    const oldestMs = Math.floor((nowMs - settings.retentionRawMs - DROPPED_WITHIN_MS) / DAY_MS) * DAY_MS;
    const storedFromMs = Math.max(fromMs, oldestMs);
    const storedToMs = Math.min(toMs, Math.ceil(nowMs / DENIAL_SPAN_MS) * DENIAL_SPAN_MS);
    const [stored, state] = await Promise.all([
      storedFromMs < storedToMs
        ? context.denials.read(shard, cluster.ref.key, storedFromMs, storedToMs)
        : { denials: [], faults: [] },
      context.states.load(shard, cluster.ref.key),
    ]);

    const endpoints = endpointsOf(cluster);
    const lines = mergeSpans(stored.denials)
      .map((total) => ({ total, required: isRequired(total, endpoints) }))
      .toSorted((a, b) => Number(b.required) - Number(a.required) || b.total.count - a.total.count);
    const answer: DenialsAnswer = {
      from: toWireTime(fromMs),
      to: toWireTime(toMs),
      denials: lines.slice(0, limit).map(({ total, required }) => toRow(total, required)),
      lines: lines.length,
      total: lines.reduce((sum, { total }) => sum + total.count, 0),
      logsReadThrough: toWireTimeOrNull(state?.denials.throughMs ?? null),
      complete: stored.faults.length === 0,
      faults: [...stored.faults],
    };
    return jsonResponse(answer);
  },
});

function isRequired(denial: DenialTotal, endpoints: readonly EgressEndpoint[]): boolean {
  return matchEndpoint(denial, endpoints)?.need === "required";
}

function toRow(total: DenialTotal, required: boolean): DenialsAnswer["denials"][number] {
  const { firstSeenMs, lastSeenMs, sources, ...row } = total;
  return {
    ...row,
    sources: [...sources],
    required,
    firstSeen: toWireTime(firstSeenMs),
    lastSeen: toWireTime(lastSeenMs),
  };
}
