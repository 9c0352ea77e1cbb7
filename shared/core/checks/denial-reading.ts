import { DENIAL_SPAN_MS } from "../denials/denial.ts";
import type { DenialMemory, RememberedDenial } from "../denials/denial-memory.ts";
import type { FirewallTopology } from "../egress/cluster-network.ts";
import { noPoolLeavesThrough } from "../egress/no-pool-leaves.ts";
import type { Cluster } from "../egress/topology.ts";
import { utcText } from "../notify/time-text.ts";
import { MINUTE_MS } from "../time.ts";
import type { Facts } from "./check.ts";

// What the checks of a firewall's denials have in common: whether they apply, whether the logs tell, and how a denial is named.

/** Denials that are older than this, counted from the newest log read, are over. */
const PRESENT_MS = 15 * MINUTE_MS;

/** Logs come 3 to 10 minutes late (Azure Monitor docs, "Log data ingestion time"); beyond this they are not read any more. */
const STALE_MS = 30 * MINUTE_MS;

/** Log categories without which denials go unseen, resource-specific and legacy names. */
const NEEDED_CATEGORIES = [
  ["AZFWNetworkRule", "AzureFirewallNetworkRule"],
  ["AZFWApplicationRule", "AzureFirewallApplicationRule"],
] as const;

/** Why no firewall log can concern the cluster, or `null` where one does. */
export function notByFirewall(cluster: Cluster): string | null {
  if (cluster.powerState === "stopped") return "the cluster is stopped";
  const kinds = new Set(cluster.paths.map((path) => path.kind));
  if (kinds.has("firewall")) return null;
  if (kinds.has("virtualAppliance")) {
    return "egress passes an appliance that is no Azure Firewall: what it denies stands in its own logs";
  }
  return noPoolLeavesThrough("a firewall", cluster);
}

/** Why denials may be there that nobody has read, one sentence; `null` where the logs were read. */
export function whyUntold({ cluster, problems, denials, minuteMs }: Facts): string | null {
  for (const firewall of cluster.network.firewalls) {
    const reason = whyUnlogged(firewall);
    if (reason !== null) return reason;
  }
  const problem = problems.find(({ source }) => source === "firewallLogs");
  if (problem !== undefined) return problem.message;
  if (denials.throughMs === null) return "the firewall's logs have not been read yet";
  if (minuteMs - denials.throughMs <= STALE_MS) return null;
  return `the firewall's logs were last read up to ${utcText(denials.throughMs)}`;
}

function whyUnlogged({ id, name, logs, logProblem }: FirewallTopology): string | null {
  if (logProblem !== null) return logProblem.message;
  // Not asked for yet: whether its logs were read the memory knows.
  if (logs === null) return null;
  if (logs.length === 0) {
    return `firewall ${name} sends its logs to no workspace: ${switchOn(id)}`;
  }
  const categories = logs.map((log) => log.categories);
  const missing = NEEDED_CATEGORIES.filter((names) => !categories.some((given) => covers(given, names)));
  return missing.length === 0
    ? null
    : `firewall ${name} does not log ${missing.map(([category]) => category).join(" and ")}: ${switchOn(id)}`;
}

function covers(given: readonly string[] | "all", names: readonly string[]): boolean {
  return given === "all" || names.some((name) => given.some((it) => it.toLowerCase() === name.toLowerCase()));
}

function switchOn(firewallId: string): string {
  return `az monitor diagnostic-settings create --name snatwatch --resource '${firewallId}' --workspace "<id of a Log Analytics workspace>" --export-to-resource-specific true --logs '[{"categoryGroup":"allLogs","enabled":true}]'`;
}

/** Up to where denials are known: the end of what was read whole, or of the newest span of an answer that came in part. */
export function knownUntilMs({ denials, throughMs }: DenialMemory): number {
  if (throughMs !== null) return throughMs;
  const newest = denials.map(({ recent }) => recent.at(-1)?.[0] ?? 0);
  return newest.reduce((a, b) => Math.max(a, b), 0) + DENIAL_SPAN_MS;
}

/** How often it was denied in the newest 15 minutes that are known. */
export function presentCount(denial: RememberedDenial, untilMs: number): number {
  return denial.recent
    .filter(([spanMs]) => spanMs >= untilMs - PRESENT_MS)
    .reduce((sum, [, count]) => sum + count, 0);
}

/** `mcr.microsoft.com:443`, `10.0.0.4:123/udp`, `mcr.microsoft.com`, `8.8.8.8 (icmp)`. */
export function destinationText({
  destination,
  port,
  protocol,
}: Pick<RememberedDenial, "destination" | "port" | "protocol">): string {
  const host = destination === "" ? "an unnamed destination" : destination;
  if (port === null) return protocol === "icmp" ? `${host} (icmp)` : host;
  const joined = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
  return protocol === "udp" ? `${joined}/udp` : joined;
}

/** What denied, for the end of a sentence. */
export function deniedBy({ kind, rule }: Pick<RememberedDenial, "kind" | "rule">): string {
  if (kind === "threatIntelligence") return "threat intelligence";
  if (kind === "idps") return "intrusion detection (IDPS)";
  if (rule !== null) return `rule ${rule}`;
  return kind === "dns" ? "the firewall's DNS proxy" : "the default action: no rule matched";
}
