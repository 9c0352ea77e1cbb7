import * as z from "zod";
import {
  ENDED_SILENCE_KEPT_MS,
  isActive,
  type Silence,
  type SilenceState,
  silenceEndMs,
} from "#core/alert/silence.ts";
import { SilenceRow, SilencesAnswer } from "./answers/silences.ts";
import { emptyResponse, jsonResponse } from "./http.ts";
import { oneOf } from "./parameters.ts";
import { invalidParameters, problem } from "./problem.ts";
import { defineRoute } from "./route.ts";
import { silenceBody, toSilence } from "./silence-body.ts";
import { toWireTime, toWireTimeOrNull } from "./wire-time.ts";

export const silencesRoute = defineRoute({
  summary: "Silences, the newest first; expired ones for seven days.",
  query: z.object({
    state: oneOf(["active", "expired", "all"]).optional().describe("Default: all."),
  }),
  responses: { 200: { description: "The silences.", content: { "application/json": SilencesAnswer } } },
  async handle({ nowMs, silences }, { state = "all" }) {
    const rows = (await silences.list())
      .filter((silence) => silenceEndMs(silence) > nowMs - ENDED_SILENCE_KEPT_MS)
      .map((silence) => toSilenceRow(silence, nowMs))
      .filter((row) => state === "all" || row.state === state);
    const answer: SilencesAnswer = { silences: rows };
    return jsonResponse(answer);
  },
});

export const createSilenceRoute = defineRoute({
  summary: "Keeps alerts from being told for a while. What was told before is still told as resolved.",
  query: z.object({}),
  body: silenceBody,
  responses: { 201: { description: "The silence.", content: { "application/json": SilenceRow } } },
  async handle(context, _, body) {
    const { checks, instance, nowMs, silences } = context;
    const made = toSilence(body, await checks(), nowMs);
    if (Array.isArray(made)) return invalidParameters(made, instance);
    // There are a few of them, and only this makes more: no timer is needed to keep them so.
    await silences.expire(nowMs - ENDED_SILENCE_KEPT_MS);
    return jsonResponse(toSilenceRow(await silences.add(made), nowMs), 201);
  },
});

export const endSilenceRoute = defineRoute({
  summary: "Ends a silence now. What it covers and still fires is told then.",
  query: z.object({}),
  responses: { 204: { description: "It has ended, now or before.", content: {} } },
  async handle({ instance, nowMs, params, silences }) {
    const known = await silences.end(params["id"] ?? "", nowMs);
    return known ? emptyResponse() : problem("not-found", "no such silence is known", instance);
  },
});

function toSilenceRow(silence: Silence, nowMs: number): SilenceRow {
  const { id, cluster, check, subject, comment, createdBy } = silence;
  const state: SilenceState = isActive(silence, nowMs) ? "active" : "expired";
  return {
    id,
    state,
    ...(cluster === undefined ? {} : { cluster }),
    ...(check === undefined ? {} : { check }),
    ...(subject === undefined ? {} : { subject: { ...subject } }),
    startsAt: toWireTime(silence.startsAtMs),
    until: toWireTime(silence.untilMs),
    endedAt: toWireTimeOrNull(silence.endedAtMs),
    comment,
    createdBy,
    createdAt: toWireTime(silence.createdAtMs),
  };
}
