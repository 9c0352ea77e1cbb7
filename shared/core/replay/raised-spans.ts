import type { Alert } from "../alert/alert.ts";
import { worstSeverity } from "../alert/picture.ts";
import type { AlertEvent, ClusterEvent, NotificationEvent } from "../events/event.ts";
import type { AlertSpan, IncidentSpan } from "./told-spans.ts";

/** What live operation raised, as its time line has it. */
export interface RaisedSpans {
  /** In the order in which they fired. */
  readonly alerts: readonly AlertSpan[];
  /** In the order in which they opened. */
  readonly incidents: readonly IncidentSpan[];
}

interface Raised extends AlertSpan {
  readonly key: string;
  readonly incident: string | null;
}

/**
 * Joins the events of a cluster to spans. An alert that fired before the first of them begins with its breach.
 *
 * @param events in the order of time
 * @param firing alerts that fire now: one that has done so since before the first event has none
 * @param checks those of interest
 */
export function raisedSpans(
  events: readonly ClusterEvent[],
  firing: readonly Alert[],
  checks: ReadonlySet<string>,
): RaisedSpans {
  const open = new Map<string, Raised>();
  const over: Raised[] = [];
  for (const event of events) {
    if (event.kind !== "alert" || event.check === null || !checks.has(event.check)) continue;
    const raised = follow(open.get(keyOf(event)), event, event.check);
    if (raised.resolvedAtMs === null) open.set(raised.key, raised);
    else {
      open.delete(raised.key);
      over.push(raised);
    }
  }
  const lasting = firing.flatMap((alert) =>
    checks.has(alert.check) && !open.has(alert.key) ? raisedOf(alert) : [],
  );
  const all = [...over, ...open.values(), ...lasting].sort((a, b) => a.firedAtMs - b.firedAtMs);
  return {
    alerts: all.map(({ key: _, incident: __, ...span }) => span),
    incidents: incidentsOf(all, events),
  };
}

/** The id of an event begins with its state, so that every step in the life of an alert has one of its own. */
function keyOf({ id, alert: { state } }: AlertEvent): string {
  return id.slice(state.length + 1);
}

function follow(before: Raised | undefined, event: AlertEvent, check: string): Raised {
  const { atMs, detail, incident, alert } = event;
  const { state, subject, activeAtMs } = alert;
  return {
    key: keyOf(event),
    check,
    subject,
    severity: worstSeverity([alert, ...(before === undefined ? [] : [before])]),
    activeAtMs,
    firedAtMs: before?.firedAtMs ?? (state === "firing" ? atMs : activeAtMs),
    resolvedAtMs: state === "resolved" ? atMs : null,
    summary: detail ?? before?.summary ?? "",
    incident: before?.incident ?? incident,
  };
}

function raisedOf(alert: Alert): Raised[] {
  const { key, check, subject, phase, severity, activeAtMs, firedAtMs, summary } = alert;
  if (phase !== "firing" || firedAtMs === null) return [];
  return [
    { key, check, subject, severity, activeAtMs, firedAtMs, resolvedAtMs: null, summary, incident: null },
  ];
}

function incidentsOf(alerts: readonly Raised[], events: readonly ClusterEvent[]): IncidentSpan[] {
  const told = Map.groupBy(
    events.filter((event): event is NotificationEvent => event.kind === "notification"),
    ({ incident }) => incident,
  );
  const byIncident = Map.groupBy(alerts, ({ incident }) => incident);
  return [...byIncident].flatMap(([id, members]): IncidentSpan[] => {
    if (id === null) return [];
    const ends = members.flatMap(({ resolvedAtMs }) => resolvedAtMs ?? []);
    const sequences = (told.get(id) ?? []).map(({ notification: { sequence } }) => sequence);
    return [
      {
        openedAtMs: Math.min(...members.map(({ firedAtMs }) => firedAtMs)),
        resolvedAtMs: ends.length === members.length ? Math.max(...ends) : null,
        severity: worstSeverity(members),
        messages: new Set(sequences).size,
      },
    ];
  });
}
