import type { Cluster } from "../egress/topology.ts";
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
  const evidence = problems.map(({ source, reason, message }) => ({
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
  const elsewhere = notByLoadBalancer(cluster);
  if (elsewhere !== null) return pass(ID, `nothing to collect: ${elsewhere}`, { evidence });
  if (hasNoSnatMetrics(cluster)) return pass(ID, "nothing to collect: a Basic load balancer", { evidence });

  const newest = newestCompleteMinute(facts);
  const stale = limits.staleAfterMs / MINUTE_MS;
  if (newest === undefined) {
    return unknown(ID, `Azure Monitor has had no port figures for more than ${stale} minutes`, { evidence });
  }
  const ageMinutes = (facts.minuteMs - newest) / MINUTE_MS;
  const age = { name: "newestMinuteAge", value: ageMinutes, unit: "minutes", limit: stale };
  return pass(
    ID,
    ageMinutes === 0
      ? "every source answered for the newest minute"
      : `the newest figures are ${ageMinutes} minutes late`,
    {
      evidence: [age, ...evidence],
    },
  );
}

/** The newest minute for which some node has both numbers; `undefined` beyond the limit of staleness. */
function newestCompleteMinute(facts: Facts): number | undefined {
  const minutes = facts.ports.filter((node) => node.ratio !== undefined).map((node) => node.minuteMs);
  return minutes.length === 0 ? undefined : Math.max(...minutes);
}
