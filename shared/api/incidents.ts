import * as z from "zod";
import { namesCluster } from "#core/alert/silence.ts";
import type { ClusterRef } from "#core/egress/topology.ts";
import { DAY_MS } from "#core/time.ts";
import type { OutboxRow } from "#ports/outbox.ts";
import { type IncidentRow, IncidentsAnswer } from "./answers/incidents.ts";
import { instantParameter, resolveInstant } from "./history/instant.ts";
import { jsonResponse } from "./http.ts";
import { type OpenIncident, toIncidentRow } from "./incident-row.ts";
import { oneOf } from "./parameters.ts";
import { invalidParameters } from "./problem.ts";
import { type ApiContext, defineRoute } from "./route.ts";
import { toWireTime } from "./wire-time.ts";

const DEFAULT_SPAN_MS = 7 * DAY_MS;

export const incidentsRoute = defineRoute({
  summary: "Incidents that were open between two instants, with what was told of them and where it arrived.",
  query: z.object({
    cluster: z.string("a cluster").optional().describe("Pattern of a cluster's name, or its ARM id."),
    from: instantParameter
      .optional()
      .describe("Default: seven days before `to`. Messages are kept for 90 days."),
    to: instantParameter.optional().describe("Default: now."),
    state: oneOf(["open", "resolved", "all"]).optional().describe("Default: all."),
  }),
  responses: { 200: { description: "The incidents.", content: { "application/json": IncidentsAnswer } } },
  async handle(context, query) {
    const { nowMs, instance } = context;
    const toMs = query.to === undefined ? nowMs : resolveInstant(query.to, nowMs);
    const fromMs = query.from === undefined ? toMs - DEFAULT_SPAN_MS : resolveInstant(query.from, nowMs);
    if (fromMs >= toMs) {
      const fault = {
        name: "from",
        value: toWireTime(fromMs),
        expected: `a time before ${toWireTime(toMs)}`,
      };
      return invalidParameters([fault], instance);
    }
    const { cluster, state = "all" } = query;
    const wants = (ref: ClusterRef) => cluster === undefined || namesCluster(cluster, ref);
    const open = (await openIncidents(context)).filter(({ ref }) => wants(ref));
    const rows = (await rowsOfIncidents(context, open, fromMs)).filter(({ message }) =>
      wants(message.cluster),
    );
    const incidents = joinIncidents(open, rows)
      .filter((incident) => state === "all" || incident.state === state)
      .filter(({ openedAt, resolvedAt }) => {
        return Date.parse(openedAt) < toMs && (resolvedAt === null || Date.parse(resolvedAt) >= fromMs);
      });
    const answer: IncidentsAnswer = { incidents: incidents.sort(compareIncidents) };
    return jsonResponse(answer);
  },
});

async function openIncidents({ inventory, states }: ApiContext): Promise<OpenIncident[]> {
  const [entries, summaries] = await Promise.all([inventory.list(), states.summaries()]);
  const refs = new Map(entries.map(({ cluster: { ref } }) => [ref.key, ref]));
  return summaries.flatMap(({ clusterKey, incident }) => {
    const ref = refs.get(clusterKey);
    return ref === undefined || incident === null ? [] : [{ ref, incident }];
  });
}

/** The whole threads of the incidents that were open since `fromMs`: one that began before it is read from its beginning. */
async function rowsOfIncidents(
  { outbox }: ApiContext,
  open: readonly OpenIncident[],
  fromMs: number,
): Promise<readonly OutboxRow[]> {
  if (outbox === undefined) return [];
  const rows = await outbox.listSince(fromMs);
  const openings = [
    ...rows.map(({ message }) => message.openedAtMs),
    ...open.map(({ incident }) => incident.openedAtMs),
  ];
  const earliestMs = openings.reduce((a, b) => Math.min(a, b), fromMs);
  if (earliestMs >= fromMs) return rows;
  const ids = new Set([
    ...rows.map(({ incidentId }) => incidentId),
    ...open.map(({ incident }) => incident.id),
  ]);
  return (await outbox.listSince(earliestMs)).filter(({ incidentId }) => ids.has(incidentId));
}

function joinIncidents(open: readonly OpenIncident[], rows: readonly OutboxRow[]): IncidentRow[] {
  const current = new Map(open.map((each) => [each.incident.id, each]));
  const threads = Map.groupBy(rows, ({ incidentId }) => incidentId);
  return [...new Set([...current.keys(), ...threads.keys()])].flatMap(
    (id) => toIncidentRow(id, current.get(id), threads.get(id) ?? []) ?? [],
  );
}

function compareIncidents(a: IncidentRow, b: IncidentRow): number {
  return (
    Number(b.state === "open") - Number(a.state === "open") ||
    b.openedAt.localeCompare(a.openedAt) ||
    a.id.localeCompare(b.id)
  );
}
