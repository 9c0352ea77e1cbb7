// Fills the rows of a table from what its senders log.

import type { FirewallModel, World } from "../world/model.ts";
import { type Stream, scanStream, streamsOf, type Traffic } from "./events.ts";
import type { Span } from "./kql/span.ts";
import type { Column, Sink, Value } from "./kql/values.ts";
import { legacyOf } from "./legacy.ts";
import type { WorkspaceModel } from "./model.ts";
import { LEGACY_TABLE, rowOf, stamper } from "./schema.ts";
import { structuredOf } from "./structured.ts";

/** Shards of a partial workspace out of ten that do not answer. */
const LOST_SHARDS = 3;

/** One reading of one table. */
export interface Scan {
  readonly world: World;
  readonly workspace: WorkspaceModel;
  readonly name: string;
  readonly columns: readonly Column[];
  readonly span: Span;
  readonly nowMs: number;
  readonly sink: Sink;
  readonly partial: boolean;
}

/** The rows that a firewall sends to the table. @returns false if no more are wanted */
export function scanFirewall(firewall: FirewallModel, scan: Scan): boolean {
  const { logs } = firewall.spec;
  if (logs === undefined || logs.mode === "none") return true;
  const sent = (category: string): boolean =>
    logs.categories === "allLogs" || logs.categories.includes(category);
  const streams = streamsOf(scan.world, firewall);
  if (logs.mode === "resourceSpecific") {
    return streams.every((stream) => scanStructured(firewall, stream, sent, scan));
  }
  if (scan.name !== LEGACY_TABLE) return true;
  return (
    streams.every((stream) => scanLegacy(firewall, stream, sent, scan)) &&
    scanStrange(firewall, streams, logs.strangeLines ?? [], scan)
  );
}

function scanStructured(
  firewall: FirewallModel,
  stream: Stream,
  sent: (category: string) => boolean,
  scan: Scan,
): boolean {
  const { table, category, cells } = structuredOf(stream);
  if (table !== scan.name || !sent(category)) return true;
  return scanRows(stream, scan, { ...resourceCells(firewall.id, scan), ...cells });
}

/** Makes the rows of a stream: most cells once, the rest for each. */
function scanRows(
  stream: Stream,
  scan: Scan,
  cells: Readonly<Record<string, Value>>,
  finish?: (row: Value[], address: string, port: number, draw: number) => void,
): boolean {
  const { columns, span, world, nowMs, partial, sink } = scan;
  const stamp = stamper(columns, rowOf(columns, cells));
  const { sources, traffic } = stream;
  return scanStream(stream, span, world, nowMs, (timeMs, ingestedMs, draw) => {
    if (partial && draw % 10 < LOST_SHARDS) return true;
    const address = sources[draw % sources.length] ?? "";
    const port = 1024 + ((draw >>> 8) % 64_000);
    const row = stamp(timeMs, ingestedMs, address, traffic.kind === "icmp" ? null : port);
    finish?.(row, address, port, draw);
    return sink(row);
  });
}

function scanLegacy(
  firewall: FirewallModel,
  stream: Stream,
  sent: (category: string) => boolean,
  scan: Scan,
): boolean {
  const line = legacyOf(stream);
  if (line === undefined || !sent(line.category)) return true;
  const cells = legacyCells(firewall, line.category, line.operation, scan);
  const place = scan.columns.findIndex(({ name }) => name === "msg_s");
  return scanRows(stream, scan, cells, (row, address, port, draw) => {
    row[place] = line.text(address, port, draw);
  });
}

/** One line a minute that no parser was written for. */
function scanStrange(
  firewall: FirewallModel,
  [first]: readonly Stream[],
  lines: readonly string[],
  scan: Scan,
): boolean {
  if (first === undefined || lines.length === 0) return true;
  const stream = { ...first, seed: firewall.seed, traffic: { ...first.traffic, ...ONCE } };
  const cells = legacyCells(firewall, "AzureFirewallNetworkRule", "AzureFirewallNetworkRuleLog", scan);
  const place = scan.columns.findIndex(({ name }) => name === "msg_s");
  const time = scan.columns.findIndex(({ name }) => name === "TimeGenerated");
  return scanRows(stream, scan, cells, (row) => {
    row[place] = lines[Math.floor(Number(row[time]) / 60_000) % lines.length] ?? "";
  });
}

const ONCE = { perMinute: () => 1 };

const AUDIT: Traffic = {
  ...ONCE,
  action: "Allow",
  kind: "network",
  destination: "",
  port: 443,
  protocol: "TCP",
};

/** The audit log of a cluster, in the same table: what a query without a filter by category runs into. */
export function scanAudit(scan: Scan): boolean {
  const [cluster] = scan.world.clusters;
  if (cluster === undefined) return true;
  const stream = {
    traffic: AUDIT,
    seed: cluster.seed,
    lagSeed: cluster.seed,
    location: cluster.spec.location,
    sources: [""],
  };
  return scanRows(stream, scan, {
    ...resourceCells(cluster.id, scan),
    ResourceId: cluster.id.toUpperCase(),
    Category: "kube-audit",
    ResourceProvider: "MICROSOFT.CONTAINERSERVICE",
    ResourceType: "MANAGEDCLUSTERS",
    Resource: cluster.spec.name.toUpperCase(),
    OperationName: "Microsoft.ContainerService/managedClusters/diagnosticLogs/Read",
    log_s: '{"kind":"Event","verb":"get"}',
  });
}

function resourceCells(id: string, { name, workspace }: Scan): Readonly<Record<string, Value>> {
  return {
    TenantId: workspace.customerId,
    SourceSystem: "Azure",
    Type: name,
    // Never written as ARM writes it.
    _ResourceId: id.toLowerCase(),
    _SubscriptionId: id.split("/")[2] ?? "",
    _BilledSize: 612,
    _IsBillable: "True",
  };
}

function legacyCells(
  { id, spec, subscriptionId }: FirewallModel,
  category: string,
  operation: string,
  scan: Scan,
): Readonly<Record<string, Value>> {
  return {
    ...resourceCells(id, scan),
    ResourceId: id.toUpperCase(),
    Category: category,
    ResourceGroup: spec.resourceGroup.toUpperCase(),
    SubscriptionId: subscriptionId,
    ResourceProvider: "MICROSOFT.NETWORK",
    Resource: spec.name.toUpperCase(),
    ResourceType: "AZUREFIREWALLS",
    OperationName: operation,
  };
}
