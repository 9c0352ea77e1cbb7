import { type NodeReading, STATUS_ORDER } from "#core/verdict/verdict.ts";
import type { DiscoveryRecord } from "#ports/inventory-store.ts";
import type { OutboxRow } from "#ports/outbox.ts";
import type { MetricFamily, MetricSample } from "./exposition.ts";
import type { FleetMember } from "./fleet.ts";
import type { MonitorState } from "./monitor.ts";
import { isCurrent } from "./standing.ts";

/** One row of a verdict's nodes, with the cluster it belongs to. */
export interface NodeOfCluster {
  readonly member: FleetMember;
  readonly node: NodeReading;
}

/** Values of every status, so that a rule sees a status end as well as begin. */
export function clusterFamilies(fleet: readonly FleetMember[], nowMs: number): MetricFamily[] {
  const current = fleet.filter(({ summary }) => isCurrent(summary?.evaluatedAtMs ?? null, nowMs));
  return [
    {
      name: "snatwatch_cluster_status",
      help: "1 for the status that the cluster has, 0 for the others.",
      samples: fleet.flatMap((member) =>
        STATUS_ORDER.map((status) => ({
          labels: { ...clusterLabels(member), status },
          value: member.standing.status === status ? 1 : 0,
        })),
      ),
    },
    {
      name: "snatwatch_cluster_worst_used_ratio",
      help: "Used / allocated SNAT ports of the fullest node.",
      samples: perCluster(current, ({ summary }) => summary?.worstUsedRatio),
    },
    {
      name: "snatwatch_cluster_exhaustion_seconds",
      help: "Forecast time until SNAT ports run out.",
      samples: perCluster(current, ({ summary }) => summary?.exhaustionInSeconds),
    },
    {
      name: "snatwatch_cluster_evaluated_timestamp_seconds",
      help: "When the cluster was last evaluated.",
      samples: perCluster(fleet, ({ summary }) => toSeconds(summary?.evaluatedAtMs)),
    },
    {
      name: "snatwatch_cluster_data_through_timestamp_seconds",
      help: "End of the newest minute with port data.",
      samples: perCluster(fleet, ({ summary }) => toSeconds(summary?.dataThroughMs)),
    },
  ];
}

/** @param leftOut nodes that are not among `nodes`, because there are too many for one scrape */
export function nodeFamilies(nodes: readonly NodeOfCluster[], leftOut: number): MetricFamily[] {
  return [
    {
      name: "snatwatch_node_used_ports",
      help: "Used SNAT ports of a node on one frontend and protocol.",
      samples: perNode(nodes, ({ node }) => node.usedPorts),
    },
    {
      name: "snatwatch_node_allocated_ports",
      help: "Allocated SNAT ports of a node on one frontend and protocol.",
      samples: perNode(nodes, ({ node }) => node.allocatedPorts),
    },
    {
      name: "snatwatch_node_rows_left_out",
      help: "Rows of nodes that are not told, because there are too many; the fullest are told.",
      samples: [{ labels: {}, value: leftOut }],
    },
  ];
}

export function monitorFamilies(
  monitor: MonitorState,
  discovery: DiscoveryRecord | null,
  version: string,
): MetricFamily[] {
  return [
    single("snatwatch_build_info", "Version of the app.", 1, { version }),
    single(
      "snatwatch_monitor_stale",
      "1 if the collector has stopped or is far behind.",
      monitor.status === "stale" ? 1 : 0,
    ),
    single(
      "snatwatch_collector_lag_seconds",
      "Now minus the newest minute that was read.",
      monitor.lagSeconds,
    ),
    single(
      "snatwatch_backfill_seconds",
      "Length of the past that is still to be read, over all clusters.",
      monitor.backfillMinutes * 60,
    ),
    single(
      "snatwatch_import_progress_ratio",
      "Share of the import of history that is done, over all clusters that have been evaluated; 1 when nothing is left.",
      monitor.importProgress,
    ),
    single("snatwatch_dead_deliveries", "Messages that were given up within a day.", monitor.deadDeliveries),
    single(
      "snatwatch_deliveries_counted_timestamp_seconds",
      "When the sweep last looked after deliveries and counted them.",
      toSeconds(monitor.deliveriesCountedAtMs),
    ),
    single(
      "snatwatch_last_discovery_timestamp_seconds",
      "When clusters were last searched for.",
      toSeconds(discovery?.finishedAtMs),
    ),
    single(
      "snatwatch_discovery_failures",
      "Subscriptions that the last discovery could not read.",
      discovery?.failures.length,
    ),
  ];
}

export function deliveryFamilies(
  fleet: readonly FleetMember[],
  outbox: readonly OutboxRow[] | undefined,
): MetricFamily[] {
  const alerts = fleet.flatMap(({ summary }) => summary?.alerts ?? []);
  const states = ["pending", "firing", "resolved"] as const;
  const severities = ["critical", "warning"] as const;
  const rowStates = ["pending", "sending", "delivered", "dead", "superseded"] as const;
  return [
    {
      name: "snatwatch_alerts",
      help: "Alerts of all clusters; resolved ones of the last day.",
      samples: states.flatMap((state) =>
        severities.map((severity) => ({
          labels: { state, severity },
          value: alerts.filter((alert) => alert.phase === state && alert.severity === severity).length,
        })),
      ),
    },
    {
      name: "snatwatch_outbox_rows",
      help: "Messages by state of delivery; settled ones of the last day.",
      samples:
        outbox === undefined
          ? []
          : rowStates.map((state) => ({
              labels: { state },
              value: outbox.filter((row) => row.state === state).length,
            })),
    },
  ];
}

function clusterLabels({ entry: { cluster } }: FleetMember): Record<string, string> {
  const { name, subscriptionId, resourceGroup } = cluster.ref;
  return { cluster: name, subscription: subscriptionId, resource_group: resourceGroup };
}

/** A value that is not known has no sample: 0 would be a claim. */
function perCluster(
  fleet: readonly FleetMember[],
  read: (member: FleetMember) => number | null | undefined,
): MetricSample[] {
  return fleet.flatMap((member) => {
    const value = read(member) ?? null;
    return value === null ? [] : [{ labels: clusterLabels(member), value }];
  });
}

function perNode(
  nodes: readonly NodeOfCluster[],
  read: (node: NodeOfCluster) => number | null,
): MetricSample[] {
  return nodes.flatMap((row) => {
    const value = read(row);
    if (value === null) return [];
    const { name, backendIp, frontendIp, protocol } = row.node;
    const labels = { node: name ?? "", backend_ip: backendIp, frontend_ip: frontendIp, protocol };
    return [{ labels: { ...clusterLabels(row.member), ...labels }, value }];
  });
}

function single(
  name: string,
  help: string,
  value: number | null | undefined,
  labels: Readonly<Record<string, string>> = {},
): MetricFamily {
  return { name, help, samples: value === null || value === undefined ? [] : [{ labels, value }] };
}

function toSeconds(ms: number | null | undefined): number | null {
  return ms === null || ms === undefined ? null : ms / 1_000;
}
