import type { IncidentMessage, MessageAlert } from "#core/alert/incident.ts";
import type { ClusterRef } from "#core/egress/topology.ts";

export const MINUTE = 60_000;

/** 2026-11-21 10:05 UTC. */
export const OPENED_AT = 1_795_255_500_000;

const ID =
  "/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590/resourceGroups/rg-prod_weu/providers/Microsoft.ContainerService/managedClusters/aks-prod-weu";

export function clusterRef(changes: Partial<ClusterRef> = {}): ClusterRef {
  return {
    id: ID,
    key: ID.toLowerCase(),
    name: "aks-prod-weu",
    subscriptionId: "0b1f6471-1bf0-4dda-aec3-cb9272f09590",
    resourceGroup: "rg-prod_weu",
    location: "westeurope",
    ...changes,
  };
}

export function alert(changes: Partial<MessageAlert> = {}): MessageAlert {
  return {
    check: "snat-ports",
    severity: "critical",
    summary: "node aks-pool1-31415926-vmss000003 uses 1,013 of 1,024 SNAT ports (TCP)",
    node: "aks-pool1-31415926-vmss000003",
    backendIp: "10.224.0.7",
    protocol: "tcp",
    usedPorts: 1_013,
    allocatedPorts: 1_024,
    trend: [120, 130, 180, 240, null, 320, 410, 520, 610, 700, 790, 860, 930, 980, 1_013],
    ...changes,
  };
}

const NEIGHBOUR = alert({
  severity: "warning",
  summary: "node aks-pool1-31415926-vmss000001 uses 812 of 1,024 SNAT ports (TCP), full in about 14 min",
  node: "aks-pool1-31415926-vmss000001",
  backendIp: "10.224.0.5",
  usedPorts: 812,
  trend: [400, 410, 430, 450, 480, 520, 540, 590, 620, 660, 700, 730, 760, 790, 812],
});

const DENIED = alert({
  check: "required-endpoints",
  severity: "warning",
  summary: "firewall fw_hub-weu denied *.hcp.westeurope.azmk8s.io:443 for 12 sources <10.224.0.0/16> & more",
  node: null,
  backendIp: null,
  protocol: null,
  usedPorts: null,
  allocatedPorts: null,
  trend: [],
});

export function message(changes: Partial<IncidentMessage> = {}): IncidentMessage {
  return {
    incidentId: "aks-prod-weu-4f2a-29920925",
    sequence: 1,
    kind: "opened",
    reason: "first",
    cluster: clusterRef(),
    severity: "critical",
    headline: "node aks-pool1-31415926-vmss000003 uses 1,013 of 1,024 SNAT ports (TCP)",
    openedAtMs: OPENED_AT,
    atMs: OPENED_AT + 2 * MINUTE,
    alerts: [alert(), NEIGHBOUR],
    cause: null,
    remedy: {
      text: "Give each node more ports, or add an outbound IP: 2 addresses carry 62 nodes with 2,048 ports.",
      commands: [
        "az aks update --subscription 0b1f6471-1bf0-4dda-aec3-cb9272f09590 --resource-group rg-prod_weu --name aks-prod-weu --load-balancer-managed-outbound-ip-count 2 --load-balancer-outbound-ports 2048",
      ],
    },
    leadingCheck: "snat-ports",
    ...changes,
  };
}

/** One message of each kind, as one incident tells them. */
export const STORY: readonly IncidentMessage[] = [
  message({
    severity: "warning",
    headline: "node aks-pool1-31415926-vmss000001 uses 812 of 1,024 SNAT ports (TCP), full in about 14 min",
    alerts: [NEIGHBOUR],
  }),
  message({
    sequence: 2,
    kind: "escalated",
    reason: "severity-rose",
    atMs: OPENED_AT + 9 * MINUTE,
    cause:
      "allocation-tier: the cluster grew from 50 to 51 nodes, and each node's ports fell from 1,024 to 512",
  }),
  message({
    sequence: 3,
    kind: "updated",
    reason: "new-alerts",
    atMs: OPENED_AT + 21 * MINUTE,
    alerts: [alert(), NEIGHBOUR, DENIED],
    exhaustionInSeconds: 840,
    evidence: [
      { name: "worst node", value: "aks-pool1-31415926-vmss000003" },
      { name: "used of allocated", value: 0.989, unit: "ratio", limit: 0.9 },
    ],
    notes: ["the cluster is being upgraded, since 2026-11-21 10:20 UTC", "1 alert that fires is silenced"],
  }),
  message({
    sequence: 4,
    kind: "reminded",
    reason: "repeat-interval",
    atMs: OPENED_AT + 245 * MINUTE,
  }),
  message({
    sequence: 5,
    kind: "silenced",
    reason: "silence-began",
    atMs: OPENED_AT + 250 * MINUTE,
    remedy: null,
    silence: {
      createdBy: "jane@example.com",
      comment: "new outbound IP ordered, CHG-4711",
      endMs: OPENED_AT + 370 * MINUTE,
    },
  }),
  message({
    sequence: 6,
    kind: "resolved",
    reason: "all-resolved",
    atMs: OPENED_AT + 262 * MINUTE,
    headline: "all clear",
    alerts: [alert({ usedPorts: null, allocatedPorts: null, trend: [] }), NEIGHBOUR],
  }),
];

/** What follows where a silence ends and it still fires: told again, and in the end over. */
export const AFTER_SILENCE: readonly IncidentMessage[] = [
  message({
    sequence: 6,
    kind: "updated",
    reason: "silence-ended",
    atMs: OPENED_AT + 370 * MINUTE,
    raisedAt: [1, 6],
  }),
  message({
    sequence: 7,
    kind: "resolved",
    reason: "all-resolved",
    atMs: OPENED_AT + 400 * MINUTE,
    raisedAt: [1, 6],
  }),
];

/** The largest incident there is: a thousand nodes, each name as long as Azure and Kubernetes let it be. */
export function hugeMessage(changes: Partial<IncidentMessage> = {}): IncidentMessage {
  const node = (at: number) => `aks-${"n".repeat(240)}${String(at).padStart(6, "0")}`;
  const cluster = clusterRef({
    name: `a${"-_".repeat(31)}`,
    resourceGroup: "r_(.)".repeat(18),
    key: `/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590/resourcegroups/${"r_(.)".repeat(18)}/providers/microsoft.containerservice/managedclusters/a${"-_".repeat(31)}`,
  });
  return message({
    cluster,
    headline: `node ${node(0)} uses 1,024 of 1,024 SNAT ports (TCP), and 999 more`,
    alerts: Array.from({ length: 1_000 }, (_, at) =>
      alert({
        node: node(at),
        severity: at < 980 ? "critical" : "warning",
        summary: `node ${node(at)} uses 1,024 of 1,024 SNAT ports (TCP) ${"& <more> ".repeat(40)}`,
        trend: Array.from({ length: 15 }, () => 1_024),
      }),
    ),
    cause: "& <cause> ".repeat(100),
    remedy: {
      text: "_*[do]*_ ".repeat(200),
      commands: Array.from({ length: 20 }, () => `az network lb update --name '${"&<>".repeat(60)}'`),
    },
    ...changes,
  });
}
