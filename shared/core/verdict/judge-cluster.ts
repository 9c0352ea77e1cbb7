import type { CheckResult, Facts } from "../checks/check.ts";
import { CHECKS, runChecks } from "../checks/registry.ts";
import { clusterFirewalls } from "../firewall/cluster-firewalls.ts";
import { clusterGateways } from "../nat/cluster-gateways.ts";
import { sameValue } from "../same-value.ts";
import { newestDeviceMinute } from "../series/device-series.ts";
import { earliestExhaustionSeconds } from "../snat/forecast-devices.ts";
import { nodeExhaustionSeconds } from "../snat/forecast-nodes.ts";
import { failedAt } from "../snat/node-ports.ts";
import { MINUTE_MS } from "../time.ts";
import type { NodeReading, Status, Verdict } from "./verdict.ts";

const TRAFFIC_CHECKS: ReadonlySet<string> = new Set(
  CHECKS.filter((check) => check.judgesTraffic).map((check) => check.id),
);

/**
 * The verdict of one cluster at one minute.
 *
 * @param previous the last verdict: a check whose outcome did not change keeps its `since`
 * @param evaluatedAtMs now, on the app's clock
 */
export function judgeCluster(facts: Facts, previous: Verdict | null, evaluatedAtMs: number): Verdict {
  const results = runChecks(facts);
  const before = new Map(previous?.checks.map((check) => [check.id, check]));
  const checks = results.map((result) => {
    const known = before.get(result.id);
    const sinceMs = known?.outcome === result.outcome ? known.sinceMs : facts.minuteMs;
    const check = { ...result, sinceMs };
    // Most checks say the same again: the object that is there already need not be made, kept and stored once more.
    return known !== undefined && sameValue(known, check) ? known : check;
  });
  const status = statusOf(results);
  const ratios = facts.ports.flatMap((node) => (node.ratio === undefined ? [] : [node.ratio]));
  const newest = newestDataMinute(facts);
  return {
    status,
    headline: headlineOf(status, results),
    minuteMs: facts.minuteMs,
    evaluatedAtMs,
    dataThroughMs: newest === undefined ? (previous?.dataThroughMs ?? null) : newest + MINUTE_MS,
    worstUsedRatio: ratios.length === 0 ? null : Math.max(...ratios),
    exhaustionInSeconds: earliestExhaustionSeconds(facts),
    checks,
    nodes: nodeReadings(facts),
  };
}

/** The newest minute with figures of a node's ports or of a device on the path; `undefined` where none is recent. */
function newestDataMinute({ cluster, ports, samples, minuteMs, limits }: Facts): number | undefined {
  const minutes = ports.filter((node) => node.used !== undefined).map((node) => node.minuteMs);
  for (const { key } of [...clusterGateways(cluster), ...clusterFirewalls(cluster)]) {
    minutes.push(newestDeviceMinute(samples, key, minuteMs - limits.staleAfterMs, minuteMs) ?? -Infinity);
  }
  const newest = minutes.reduce((a, b) => Math.max(a, b), -Infinity);
  return newest === -Infinity ? undefined : newest;
}

/** True if the cluster's status is unknown where this check cannot tell. */
export function judgesTraffic(check: string): boolean {
  return TRAFFIC_CHECKS.has(check);
}

/** `critical` if any check fails; else `unknown` if one that judges traffic cannot tell; else `warning`; else `healthy`. */
export function statusOf(results: readonly Pick<CheckResult, "id" | "outcome">[]): Status {
  if (results.some((result) => result.outcome === "fail")) return "critical";
  if (results.some((result) => result.outcome === "unknown" && TRAFFIC_CHECKS.has(result.id)))
    return "unknown";
  if (results.some((result) => result.outcome === "warn")) return "warning";
  return "healthy";
}

/** The sentence of the check that decides the status; a cause goes before what it explains. */
function leadingResult(status: Status, results: readonly CheckResult[]): CheckResult | undefined {
  const wanted = { critical: "fail", unknown: "unknown", warning: "warn", healthy: "pass" }[status];
  const deciding = results.filter(
    (result) => result.outcome === wanted && (status !== "unknown" || TRAFFIC_CHECKS.has(result.id)),
  );
  if (status === "unknown") {
    // Freshness names the reason; the checks that starve for it only say that they cannot tell.
    return deciding.find((result) => result.id === "data-freshness") ?? deciding[0];
  }
  // A healthy cluster is introduced by what is known of its traffic.
  const telling = (result: CheckResult) =>
    status === "healthy" ? TRAFFIC_CHECKS.has(result.id) : result.explainedBy === null;
  return deciding.find(telling) ?? deciding[0];
}

function headlineOf(status: Status, results: readonly CheckResult[]): string {
  const leading = leadingResult(status, results);
  if (leading === undefined) return "no check applies to this cluster";
  return leading.summary;
}

function nodeReadings(facts: Facts): NodeReading[] {
  const rows: NodeReading[] = [];
  for (const node of facts.ports) {
    const failed = failedAt(facts.samples, node.backendIp, node.minuteMs);
    const exhaustionInSeconds = nodeExhaustionSeconds(facts, node);
    for (const frontend of node.frontends) {
      rows.push({
        backendIp: node.backendIp,
        name: facts.names.get(node.backendIp) ?? null,
        frontendIp: frontend.frontendIp,
        protocol: node.protocol,
        usedPorts: frontend.used ?? null,
        allocatedPorts: frontend.allocated ?? null,
        usedRatio: node.ratio ?? null,
        failedConnections: failed ?? null,
        exhaustionInSeconds,
      });
    }
  }
  return rows;
}
