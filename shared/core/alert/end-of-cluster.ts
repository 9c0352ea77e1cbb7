import type { ClusterRef } from "../egress/topology.ts";
import type { Incident, IncidentMessage } from "./incident.ts";
import { endingOf } from "./notification-decision.ts";

/** The message that takes back what was told of a cluster that has been deleted: it has no egress to worry about. */
export function endOfCluster(incident: Incident, ref: ClusterRef, minuteMs: number): IncidentMessage {
  const { kind, reason, incident: ended } = endingOf(incident, minuteMs, "cluster-gone");
  return {
    incidentId: ended.id,
    sequence: ended.sequence,
    kind,
    reason,
    cluster: ref,
    severity: ended.severity,
    headline: "the cluster is no longer there",
    openedAtMs: ended.openedAtMs,
    atMs: minuteMs,
    alerts: [],
    cause: null,
    remedy: null,
    leadingCheck: "data-freshness",
    notes: ["the cluster was deleted, excluded, or moved out of sight"],
    exhaustionInSeconds: null,
    ...(ended.raisedAt === undefined ? {} : { raisedAt: ended.raisedAt }),
  };
}
