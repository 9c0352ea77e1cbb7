import * as z from "zod";
import { type ChangeValue, type ClusterEvent, EVENT_KINDS } from "#core/events/event.ts";
import { DAY_MS } from "#core/time.ts";
import { EventsAnswer } from "./answers/events.ts";
import { findCluster } from "./find-cluster.ts";
import { instantParameter, resolveSpan } from "./history/instant.ts";
import { jsonResponse } from "./http.ts";
import { someOf } from "./parameters.ts";
import { invalidParameters, problem } from "./problem.ts";
import { defineRoute } from "./route.ts";
import { toWireTime } from "./wire-time.ts";

const query = z.object({
  from: instantParameter
    .prefault("-7d")
    .describe("First instant: RFC 3339, epoch seconds, or so long before now."),
  to: instantParameter.prefault("now").describe("End, exclusive; in the same forms."),
  kind: someOf(EVENT_KINDS)
    .optional()
    .describe(`One or more of ${EVENT_KINDS.join(", ")}, separated by commas; default: all.`),
});

/** About 5 MB of JSON. */
const MOST_EVENTS = 5_000;
/** Storage drops whole months, so an event can outlive its retention by so much. */
const DROPPED_WITHIN_MS = 32 * DAY_MS;
/** Nothing is stored of later than this from now, whatever clock wrote it. */
const AHEAD_MS = DAY_MS;

export const eventsRoute = defineRoute({
  summary:
    "What happened to a cluster: verdict changes, alerts, topology changes and notifications on one time line.",
  query,
  responses: { 200: { description: "The time line.", content: { "application/json": EventsAnswer } } },
  async handle(context, { from, to, kind }) {
    const { nowMs, settings, instance } = context;
    const entry = await findCluster(context);
    if (entry === undefined) return problem("not-found", "no such cluster is known", instance);

    const span = resolveSpan(from, to, nowMs);
    if ("fault" in span) return invalidParameters([span.fault], instance);
    // A span of decades must not ask for every month in it.
    const fromMs = Math.max(span.fromMs, nowMs - settings.retentionHourlyMs - DROPPED_WITHIN_MS);
    const toMs = Math.min(span.toMs, nowMs + AHEAD_MS);
    const { events, faults } =
      fromMs < toMs
        ? await context.events.read(entry.cluster.ref.key, {
            fromMs,
            toMs,
            most: MOST_EVENTS + 1,
            ...(kind && { kinds: kind }),
          })
        : { events: [], faults: [] };
    const last = events.at(-1);
    if (last !== undefined && events.length + faults.length > MOST_EVENTS) {
      const expected = `${toWireTime(last.atMs)} or earlier with this from, or fewer kinds: at most ${MOST_EVENTS} events`;
      return invalidParameters([{ name: "to", value: toWireTime(span.toMs), expected }], instance);
    }
    const answer: EventsAnswer = {
      from: toWireTime(span.fromMs),
      to: toWireTime(span.toMs),
      events: events.map(toRow),
      incomplete: faults.length > 0,
      faults: [...faults],
    };
    return jsonResponse(answer);
  },
});

function toRow(event: ClusterEvent): EventsAnswer["events"][number] {
  const { atMs, kind, title, detail, severity, check, incident, channel } = event;
  return {
    time: toWireTime(atMs),
    kind,
    title,
    detail,
    severity,
    check,
    incident,
    channel,
    ...ownPart(event),
  };
}

/** What a machine wants of an event of its kind. */
function ownPart(event: ClusterEvent): Partial<EventsAnswer["events"][number]> {
  switch (event.kind) {
    case "verdict": {
      const { began, ended, ...change } = event.verdict;
      return { verdict: { ...change, began: [...began], ended: [...ended] } };
    }
    case "alert": {
      const { activeAtMs, ...alert } = event.alert;
      return { alert: { ...alert, since: toWireTime(activeAtMs) } };
    }
    case "topology": {
      const { before, after, ...change } = event.topology;
      return { topology: { ...change, before: toWire(before), after: toWire(after) } };
    }
    case "notification":
      return { notification: event.notification };
  }
}

function toWire(value: ChangeValue): string | number | string[] | null {
  return typeof value === "object" && value !== null ? [...value] : value;
}
