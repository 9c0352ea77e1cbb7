import * as z from "zod";
import { type ChangeValue, type ClusterEvent, EVENT_KINDS } from "#core/events/event.ts";
import { DAY_MS } from "#core/time.ts";
import { EventsAnswer } from "./answers/events.ts";
import { findCluster } from "./find-cluster.ts";
import { instantParameter, resolveSpan } from "./history/instant.ts";
import { oldestStoredMs } from "./history/kept.ts";
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
/** Nothing is stored of later than this from now, whatever clock wrote it. */
const AHEAD_MS = DAY_MS;

export const eventsRoute = defineRoute({
  summary:
    "What happened to a cluster: verdict changes, alerts, topology changes and notifications on one time line.",
  query,
  responses: {
    200: {
      description: "The time line; of more than 5,000 events the newest.",
      content: { "application/json": EventsAnswer },
    },
  },
  async handle(context, { from, to, kind }) {
    const { nowMs, settings, instance } = context;
    const entry = await findCluster(context);
    if (entry === undefined) return problem("not-found", "no such cluster is known", instance);

    const span = resolveSpan(from, to, nowMs);
    if ("fault" in span) return invalidParameters([span.fault], instance);
    // A span of decades must not ask for every month in it.
    const fromMs = Math.max(span.fromMs, oldestStoredMs("1h", settings, nowMs));
    const toMs = Math.min(span.toMs, nowMs + AHEAD_MS);
    const { events, faults } =
      fromMs < toMs
        ? await context.events.read(entry.cluster.ref.key, {
            fromMs,
            toMs,
            most: MOST_EVENTS + 1,
            newest: true,
            ...(kind && { kinds: kind }),
          })
        : { events: [], faults: [] };
    const isCut = events.length + faults.length > MOST_EVENTS;
    const told = isCut ? events.slice(-MOST_EVENTS) : events;
    const missing = isCut ? [cutSentence(told, toMs)] : [];
    const answer: EventsAnswer = {
      from: toWireTime(span.fromMs),
      to: toWireTime(span.toMs),
      events: told.map(toRow),
      incomplete: faults.length + missing.length > 0,
      faults: [...faults, ...missing],
    };
    return jsonResponse(answer);
  },
});

/** How to come by those that were left out. */
function cutSentence(told: readonly ClusterEvent[], toMs: number): string {
  const most = `there are more than ${MOST_EVENTS} events, and these are the newest`;
  // Of the oldest instant some may be missing, so it is asked for again.
  const furtherMs = (told[0]?.atMs ?? toMs) + 1;
  return furtherMs >= toMs
    ? `${most}; fewer kinds go further back`
    : `${most}; to=${toWireTime(furtherMs)} or fewer kinds go further back`;
}

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
