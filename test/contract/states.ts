import type { Alert } from "#core/alert/alert.ts";
import { type ClusterState, newClusterState } from "#core/collection/cluster-state.ts";
import type { Status, Verdict } from "#core/verdict/verdict.ts";
import { MONDAY_MS } from "./samples.ts";

/** A verdict of a cluster with some nodes. */
export function verdict(status: Status, nodes = 3): Verdict {
  return {
    status,
    headline: `node 0 uses 900 of 1,024 ports, "${status}"`,
    minuteMs: MONDAY_MS,
    evaluatedAtMs: MONDAY_MS + 180_123,
    dataThroughMs: MONDAY_MS + 60_000,
    worstUsedRatio: 0.1 + 0.2,
    exhaustionInSeconds: null,
    checks: [],
    nodes: Array.from({ length: nodes }, (_, node) => ({
      backendIp: `10.0.0.${node}`,
      name: `aks-pool1-12345678-vmss${String(node).padStart(6, "0")}`,
      frontendIp: "20.1.2.3",
      protocol: "tcp",
      usedPorts: (node * 7919) % 1024,
      allocatedPorts: 1024,
      usedRatio: ((node * 7919) % 1024) / 1024,
      failedConnections: 0,
      exhaustionInSeconds: null,
    })),
  };
}

/** Firing alerts with subjects in more than ASCII. */
export function alerts(count: number): Alert[] {
  return Array.from({ length: count }, (_, node) => ({
    key: `snat-ports|node-${node}|tcp`,
    check: "snat-ports",
    subject: { node: `node-${node}`, protocol: "tcp" },
    phase: "firing",
    severity: "critical",
    activeAtMs: MONDAY_MS,
    firedAtMs: MONDAY_MS,
    clearSinceMs: null,
    lowerSinceMs: null,
    resolvedAtMs: null,
    summary: `node-${node} uses ${node * 13} of 1,024 ports – 98 % über ${Math.sin(node)}`,
    explainedBy: null,
  }));
}

export function state(clusterKey: string, changes: Partial<ClusterState> = {}): ClusterState {
  return { ...newClusterState(clusterKey), ...changes };
}
