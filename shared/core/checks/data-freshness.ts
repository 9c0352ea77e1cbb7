import type { Cluster } from "../egress/topology.ts";
import type { SourceProblem } from "../failure.ts";
import { clusterFirewalls } from "../firewall/cluster-firewalls.ts";
import { clusterGateways } from "../nat/cluster-gateways.ts";
import { newestDeviceMinute } from "../series/device-series.ts";
import { MINUTE_MS } from "../time.ts";
import { hasNoSnatMetrics, notByLoadBalancer } from "./applies.ts";
import type { Check, CheckResult, Facts } from "./check.ts";
import { pass, unknown } from "./result.ts";

const ID = "data-freshness";

/** Is the data recent and whole? */
export const dataFreshness: Check = {
  id: ID,
  question: "Is the data recent and whole?",
  judgesTraffic: true,
  // Azure is late now and then.
  leastForMs: 10 * MINUTE_MS,
  judge,
};

/** Outbound types that promise no egress. */
const ISOLATED: ReadonlySet<string> = new Set(["none", "block"]);

function withoutDevice(cluster: Cluster): boolean {
  return cluster.paths.length > 0 && cluster.paths.every((path) => path.kind === "none");
}

function judge(facts: Facts): CheckResult {
  const { cluster, limits } = facts;
  const problems = [...facts.problems, ...cluster.problems];
  const evidence = [...problems, ...missingLogs(cluster)].map(({ source, reason, message }) => ({
    name: `${source} ${reason}`,
    value: message,
  }));
  const grave = problems.filter((problem) => !problem.minor);
  const first = grave[0];
  if (first !== undefined) {
    const more = grave.length > 1 ? ` (and ${grave.length - 1} more)` : "";
    return unknown(ID, `${first.message}${more}`, { evidence });
  }
  const blind = cluster.paths.find((path) => path.kind === "unknown");
  if (blind !== undefined && cluster.powerState !== "stopped") {
    const pools = blind.pools.length > 0 ? ` of ${blind.pools.join(", ")}` : "";
    return unknown(ID, `the egress path${pools} is not known: ${blind.reason}`, { evidence });
  }
  const promised = cluster.outboundType ?? "loadBalancer";
  if (cluster.powerState !== "stopped" && withoutDevice(cluster) && !ISOLATED.has(promised.toLowerCase())) {
    return unknown(ID, `no device for egress was found, although the outbound type is ${promised}`, {
      evidence,
    });
  }
  const sources = measuredSources(facts);
  if (sources.length === 0) return pass(ID, `nothing to collect: ${whyNothing(cluster)}`, { evidence });

  const stale = limits.staleAfterMs / MINUTE_MS;
  const silent = sources.find(({ newest }) => newest === undefined);
  if (silent !== undefined) {
    const summary = `Azure Monitor has had no ${silent.figures} for more than ${stale} minutes`;
    return unknown(ID, summary, { evidence });
  }
  const ages = sources.map(({ newest = 0 }) => (facts.minuteMs - newest) / MINUTE_MS);
  const oldest = Math.max(...ages);
  const age = { name: "newestMinuteAge", value: oldest, unit: "minutes", limit: stale };
  const fresh =
    oldest === 0
      ? "every source answered for the newest minute"
      : `the newest figures are ${oldest} minutes late`;
  const without = missingLogs(cluster).length > 0 ? "; without deny logs, see required-endpoints" : "";
  return pass(ID, fresh + without, { evidence: [age, ...evidence] });
}

/** Firewall logs that go nowhere: a gap that somebody chose, so that it is told and makes nothing unknown but their own checks. */
function missingLogs({ network, powerState }: Cluster): SourceProblem[] {
  if (powerState === "stopped") return [];
  return network.firewalls.flatMap(({ logProblem }) => logProblem ?? []);
}

/** Something on the cluster's paths that Azure Monitor measures. */
interface MeasuredSource {
  /** `port figures`, `figures of gateway1`. */
  readonly figures: string;
  /** The newest minute with figures; `undefined` beyond the limit of staleness. */
  readonly newest: number | undefined;
}

function measuredSources(facts: Facts): MeasuredSource[] {
  const { cluster } = facts;
  const devices = [...clusterGateways(cluster), ...clusterFirewalls(cluster)];
  const sources =
    cluster.powerState === "stopped" ? [] : devices.map((device) => deviceSource(facts, device));
  if (notByLoadBalancer(cluster) === null && !hasNoSnatMetrics(cluster)) {
    sources.unshift({ figures: "port figures", newest: newestPortMinute(facts) });
  }
  return sources;
}

/** Paths that Azure measures nothing of. */
const UNMEASURED: Readonly<Record<string, string>> = {
  nodePublicIp: "ports of the nodes' own addresses are not measured",
  virtualAppliance: "a network appliance is not measured by Azure",
  egressGateway: "a static egress gateway has no metrics",
  none: "the cluster has no way to the internet",
};

function whyNothing(cluster: Cluster): string {
  if (cluster.powerState === "stopped") return "the cluster is stopped";
  if (hasNoSnatMetrics(cluster)) return "a Basic load balancer";
  const reasons = new Set(cluster.paths.flatMap(({ kind }) => UNMEASURED[kind] ?? []));
  return reasons.size > 0 ? [...reasons].join("; ") : (notByLoadBalancer(cluster) ?? "no device is measured");
}

/** The newest minute for which some node has both numbers; `undefined` beyond the limit of staleness. */
function newestPortMinute(facts: Facts): number | undefined {
  const minutes = facts.ports.filter((node) => node.ratio !== undefined).map((node) => node.minuteMs);
  return minutes.length === 0 ? undefined : Math.max(...minutes);
}

function deviceSource(facts: Facts, { key, name }: { key: string; name: string }): MeasuredSource {
  const { samples, minuteMs, limits } = facts;
  const newest = newestDeviceMinute(samples, key, minuteMs - limits.staleAfterMs, minuteMs);
  return { figures: `figures of ${name}`, newest };
}
