import type { Cluster } from "../egress/topology.ts";
import { formatPercent } from "../format.ts";
import type { MetricName, Series } from "../series/sample-block.ts";
import { valueAt } from "../series/sample-block.ts";
import { MINUTE_MS } from "../time.ts";
import { notByLoadBalancer } from "./applies.ts";
import type { Check, CheckResult, Evidence, Facts, Finding } from "./check.ts";
import { andMore, bySeverity, found, nodeSubject, notApplicable, pass, unknown } from "./result.ts";

const ID = "load-balancer-datapath";
const WINDOW_MINUTES = 5;

/** Source: "Standard load balancer diagnostics", resource health: degraded below 90 %, unavailable below 25 %. */
const DEGRADED_BELOW = 0.9;
const UNAVAILABLE_BELOW = 0.25;

/** A probe that answers less often than this is down; between, it flaps. */
const PROBE_DOWN_BELOW = 0.5;

/** Is the load balancer's data path available, and do the backends answer their health probes? */
export const loadBalancerDatapath: Check = {
  id: ID,
  question: "Is the load balancer's data path available, and do backends answer their health probes?",
  judgesTraffic: false,
  judge,
};

function judge(facts: Facts): CheckResult {
  const reason = notByLoadBalancer(facts.cluster);
  if (reason !== null) return notApplicable(ID, reason);

  const paths = means(facts, "vipAvailability");
  const probes = means(facts, "dipAvailability").filter(
    ({ series }) => series.labels.backendIp === undefined || !facts.leaving.has(series.labels.backendIp),
  );
  const pathFindings = paths.flatMap(({ series, mean }) => dataPathFinding(facts, series, mean));
  const probe = judgeProbes(facts, probes);
  const findings = [...pathFindings, ...probe.findings].toSorted(bySeverity);
  const evidence: Evidence[] = [
    ...paths.map(({ series, mean }) => ({
      name: `dataPath ${series.labels.frontendIp ?? ""}`.trim(),
      value: mean,
      limit: DEGRADED_BELOW,
    })),
    ...probe.evidence,
  ];
  const first = findings[0];
  if (first !== undefined) {
    return found(ID, andMore(first.summary, findings.length - 1), findings, {
      evidence,
      remedy: {
        text: "Look at the load balancer's resource health, and at the pods and node port behind the probe.",
        commands: [
          `az rest --method get --url "https://management.azure.com${facts.cluster.loadBalancer?.id ?? ""}/providers/Microsoft.ResourceHealth/availabilityStatuses/current?api-version=2023-07-01-preview"`,
        ],
      },
    });
  }
  if (paths.length === 0) {
    const problem = facts.problems.find((each) => each.source === "dataPath");
    if (problem !== undefined) return unknown(ID, `cannot tell: ${problem.message}`, { evidence });
    if ((facts.cluster.loadBalancer?.rules.length ?? 0) === 0) {
      return notApplicable(ID, "no load-balancing rule: Azure measures no data path");
    }
    return unknown(ID, "cannot tell: Azure Monitor has no data path availability for the last 5 minutes", {
      evidence,
    });
  }
  const lowest = Math.min(...paths.map(({ mean }) => mean));
  return pass(ID, `data path availability ${formatPercent(lowest)}${probe.note}`, { evidence });
}

interface Mean {
  readonly series: Series;
  readonly mean: number;
}

/** Means over the window of each series of a metric that has any value in it. */
function means(facts: Facts, metric: MetricName): Mean[] {
  const result: Mean[] = [];
  for (const series of facts.samples.series.values()) {
    if (series.metric !== metric) continue;
    let sum = 0;
    let count = 0;
    for (let i = 0; i < WINDOW_MINUTES; i += 1) {
      const value = valueAt(facts.samples, series, facts.minuteMs - i * MINUTE_MS);
      if (value === undefined) continue;
      sum += value;
      count += 1;
    }
    if (count > 0) result.push({ series, mean: sum / count });
  }
  return result;
}

function dataPathFinding(facts: Facts, series: Series, mean: number): Finding[] {
  if (mean >= DEGRADED_BELOW) return [];
  const { frontendIp } = series.labels;
  return [
    {
      subject: {
        ...(frontendIp === undefined ? {} : { frontendIp }),
        ...(facts.cluster.loadBalancer === null ? {} : { resourceId: facts.cluster.loadBalancer.id }),
      },
      severity: mean < UNAVAILABLE_BELOW ? "fail" : "warn",
      summary: `data path availability of ${frontendIp ?? "the load balancer"} is ${formatPercent(mean)} over 5 minutes`,
    },
  ];
}

function judgeProbes(
  facts: Facts,
  probes: readonly Mean[],
): { findings: Finding[]; evidence: Evidence[]; note: string } {
  const byPort = Map.groupBy(probes, ({ series }) => series.labels.port ?? "");
  const findings: Finding[] = [];
  const evidence: Evidence[] = [];
  let note = "";
  for (const [port, rows] of byPort) {
    const down = rows.filter(({ mean }) => mean < PROBE_DOWN_BELOW);
    evidence.push({
      name: `backendsUp port ${port}`,
      value: rows.length - down.length,
      unit: `of ${rows.length}`,
    });
    if (down.length === 0) continue;
    if (down.length < rows.length && localPolicy(facts.cluster, port)) {
      note = `; ${down.length} of ${rows.length} backends of port ${port} do not answer, which is the expected picture of externalTrafficPolicy Local (inferred from its HTTP /healthz probe on a node port)`;
      continue;
    }
    const all = down.length === rows.length;
    for (const { series } of down) {
      const backendIp = series.labels.backendIp ?? "";
      findings.push({
        subject: nodeSubject(facts, backendIp),
        severity: all ? "fail" : "warn",
        summary: all
          ? `no backend answers the health probe of port ${port}`
          : `${down.length} of ${rows.length} backends do not answer the health probe of port ${port}`,
      });
    }
  }
  return { findings, evidence, note };
}

/** ARM does not tell the policy: an HTTP `/healthz` probe on a node port (30000 to 32767) is how AKS sets it up. */
function localPolicy(cluster: Cluster, port: string): boolean {
  return (cluster.loadBalancer?.rules ?? []).some(
    ({ backendPort, probe }) =>
      probe !== null &&
      (String(backendPort) === port || String(probe.port) === port) &&
      probe.protocol.toLowerCase().startsWith("http") &&
      (probe.path ?? "").toLowerCase().includes("healthz") &&
      probe.port >= 30_000 &&
      probe.port <= 32_767,
  );
}
