import type { InventoryEntry } from "../egress/inventory.ts";
import type { Cluster } from "../egress/topology.ts";
import { cut } from "../notify/plain-text.ts";
import type { Difference } from "./difference.ts";
import {
  DETAIL_MAX,
  type EventSeverity,
  TITLE_MAX,
  type TopologyChange,
  type TopologyEvent,
} from "./event.ts";
import { describePath, networkDifferences } from "./network-differences.ts";
import { poolDifferences } from "./pool-differences.ts";

/**
 * What a discovery changed in one cluster, as events.
 *
 * Only what both looks know is compared: what could not be read is no change now, nor when it can be read again. Paths are the
 * exception: one that can be seen again is told, for another than before may have come meanwhile. Order and case are no change.
 *
 * @param before `undefined`: never seen before
 */
export function topologyEvents(
  before: InventoryEntry | undefined,
  after: InventoryEntry,
  atMs: number,
): TopologyEvent[] {
  return differences(before, after).map(
    ({ change, subject = null, before: was, after: is, title, detail = null, severity = "info" }) => ({
      kind: "topology",
      atMs,
      id: `${change}|${subject?.toLowerCase() ?? ""}`,
      title: cut(title, TITLE_MAX),
      detail: detail === null ? null : cut(detail, DETAIL_MAX),
      severity,
      check: null,
      incident: null,
      channel: null,
      topology: { change, subject, before: was, after: is },
    }),
  );
}

function differences(before: InventoryEntry | undefined, after: InventoryEntry): Difference[] {
  if (before === undefined) return [presence("clusterAppeared", "the cluster is watched from now on", after)];
  const [wasGone, isGone] = [before.goneSinceMs !== null, after.goneSinceMs !== null];
  if (isGone) {
    const detail = "deleted, excluded, or moved out of sight";
    return wasGone ? [] : [presence("clusterGone", "the cluster is gone", after, "warning", detail)];
  }
  // Another one may have taken its name: its parts are not compared.
  if (wasGone) return [presence("clusterBack", "the cluster is back", after)];
  const [old, now] = [before.cluster, after.cluster];
  return [...networkDifferences(old, now), ...poolDifferences(old, now), ...clusterDifferences(old, now)];
}

function presence(
  change: TopologyChange,
  title: string,
  { cluster }: InventoryEntry,
  severity: EventSeverity = "info",
  detail = describeCluster(cluster),
): Difference {
  const [absent, present] = [null, "present"];
  const gone = change === "clusterGone";
  return { change, before: gone ? present : absent, after: gone ? absent : present, title, detail, severity };
}

function describeCluster({ paths, kubernetesVersion, pools }: Cluster): string {
  const nodes = pools.reduce((sum, { count }) => sum + count, 0);
  const version = kubernetesVersion === null ? "" : `, Kubernetes ${kubernetesVersion}`;
  const leaves =
    paths.length === 0 ? "no egress path known" : `leaves by ${paths.map(describePath).join(", ")}`;
  return `${nodes} ${nodes === 1 ? "node" : "nodes"}${version}; ${leaves}`;
}

/** What Azure says of the cluster itself. */
function clusterDifferences(old: Cluster, now: Cluster): Difference[] {
  const found: Difference[] = [];
  const compare = (change: TopologyChange, what: string, before: string | null, after: string | null) => {
    if (before === null || after === null || before.toLowerCase() === after.toLowerCase()) return;
    const severity = after.toLowerCase() === "failed" ? "warning" : "info";
    found.push({ change, before, after, title: `${what}: ${before} before, ${after} now`, severity });
  };
  compare("outboundType", "outbound type", old.outboundType, now.outboundType);
  compare("kubernetesVersion", "Kubernetes version", old.kubernetesVersion, now.kubernetesVersion);
  compare("powerState", "power state", knownPower(old), knownPower(now));
  compare(
    "provisioningState",
    "provisioning state",
    old.provisioningState || null,
    now.provisioningState || null,
  );
  return found;
}

function knownPower({ powerState }: Cluster): string | null {
  return powerState === "unknown" ? null : powerState;
}
