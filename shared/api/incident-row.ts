import type { Incident, IncidentMessage } from "#core/alert/incident.ts";
import { worstSeverity } from "#core/alert/picture.ts";
import type { ClusterRef } from "#core/egress/topology.ts";
import type { OutboxRow } from "#ports/outbox.ts";
import type { IncidentRow } from "./answers/incidents.ts";
import { toWireTime, toWireTimeOrNull } from "./wire-time.ts";

/** An incident that is open now, and its cluster. */
export interface OpenIncident {
  readonly ref: ClusterRef;
  readonly incident: Incident;
}

/**
 * One incident as the API tells it; `undefined` where nothing is known of it.
 *
 * @param open as the cluster's state has it now; `undefined` once it has ended
 * @param rows of its messages, one for each channel and message
 */
export function toIncidentRow(
  id: string,
  open: OpenIncident | undefined,
  rows: readonly OutboxRow[],
): IncidentRow | undefined {
  const bySequence = [...Map.groupBy(rows, ({ sequence }) => sequence)].sort(([a], [b]) => a - b);
  const threads = bySequence.flatMap(([, sent]) =>
    sent[0] === undefined ? [] : [{ message: sent[0].message, sent }],
  );
  const messages = threads.map(({ message }) => message);
  const ref = open?.ref ?? messages[0]?.cluster;
  const openedAtMs = open?.incident.openedAtMs ?? messages[0]?.openedAtMs;
  if (ref === undefined || openedAtMs === undefined) return undefined;
  const { key: _, ...cluster } = ref;
  const ending = messages.find(({ kind }) => kind === "resolved");
  return {
    id,
    cluster,
    // The message of its end is on its way while the state is read.
    state: open === undefined || ending !== undefined ? "resolved" : "open",
    severity: worstSeverity([...messages, ...(open === undefined ? [] : [open.incident])]),
    headline: messages.findLast(({ kind }) => kind !== "resolved")?.headline ?? "",
    openedAt: toWireTime(openedAtMs),
    resolvedAt: toWireTimeOrNull(ending?.atMs ?? null),
    messages: threads.map(({ message, sent }) => toMessageRow(message, sent)),
  };
}

function toMessageRow(message: IncidentMessage, sent: readonly OutboxRow[]): IncidentRow["messages"][number] {
  const { sequence, kind, reason, atMs, severity, headline } = message;
  const deliveries = sent.map(({ channel, state, attempts, lastError, settledAtMs }) => ({
    channel,
    state,
    attempts,
    lastError,
    settledAt: toWireTimeOrNull(settledAtMs),
  }));
  const byChannel = deliveries.sort((a, b) => a.channel.localeCompare(b.channel));
  return { sequence, kind, reason, at: toWireTime(atMs), severity, headline, deliveries: byChannel };
}
