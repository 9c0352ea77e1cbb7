import { formatCount } from "../format.ts";
import type { NodePorts } from "../snat/node-ports.ts";
import { usedTrend } from "../snat/node-ports.ts";
import { MINUTE_MS } from "../time.ts";
import { notByLoadBalancer } from "./applies.ts";
import type { Check, CheckResult, Facts } from "./check.ts";
import { found, nodeLabel, nodeSubject, notApplicable, pass, unknown } from "./result.ts";

const ID = "snat-skew";

/** With fewer nodes there is no "usual" to compare with. */
const LEAST_NODES = 3;

/** A node below this part of its allocation is no concern, however idle the others are. */
const LEAST_RATIO = 0.25;

/** The share of the last 15 minutes in which the node must have stood out: a burst is not a skew. */
const WINDOW_MINUTES = 15;
const PERSISTENT_SHARE = 0.8;

/** Is one node carrying far more than its share? */
export const snatSkew: Check = {
  id: ID,
  question: "Is the outbound load spread over the nodes?",
  judgesTraffic: false,
  // Uneven is not broken: worth a look when it lasts, and a node that fills up is told by snat-ports long before.
  leastForMs: 30 * MINUTE_MS,
  judge,
};

function judge(facts: Facts, earlier: ReadonlyMap<string, CheckResult>): CheckResult {
  const reason = notByLoadBalancer(facts.cluster);
  if (reason !== null) return notApplicable(ID, reason);

  const nodes = facts.ports.filter((node) => node.protocol === "tcp" && node.used !== undefined);
  if (nodes.length === 0) return unknown(ID, "cannot tell: no port figures to compare");
  if (nodes.length < LEAST_NODES) return notApplicable(ID, `only ${nodes.length} nodes to compare`);

  const median = medianOf(nodes.map((node) => node.used ?? 0));
  const limit = Math.max(median, 1) * facts.limits.skewFactor;
  const top = nodes.toSorted((a, b) => (b.used ?? 0) - (a.used ?? 0))[0];
  if (top === undefined) return pass(ID, "no node stands out");
  const evidence = [
    { name: "highestUsedPorts", value: top.used ?? 0, unit: "ports", limit },
    { name: "medianUsedPorts", value: median, unit: "ports" },
  ];
  const standing = nodes.filter(
    (node) => (node.used ?? 0) >= limit && (node.ratio ?? 0) >= LEAST_RATIO && lasting(facts, node, limit),
  );
  if (standing.length === 0) return pass(ID, "no node stands out for long", { evidence });

  return found(
    ID,
    `${nodeLabel(facts, top.backendIp)} uses ${formatCount(top.used ?? 0)} ports, the median node ${formatCount(median)}`,
    standing.map((node) => ({
      subject: nodeSubject(facts, node.backendIp, node.protocol),
      severity: "warn" as const,
      summary: `${nodeLabel(facts, node.backendIp)} uses ${formatCount(node.used ?? 0)} ports, the median node ${formatCount(median)}`,
    })),
    {
      evidence,
      // A node that nears its allocation is told as that; its share of the load is part of the same story.
      explainedBy: explainedByPorts(standing, earlier.get("snat-ports")) ? "snat-ports" : null,
      remedy: {
        text: "Find the pods on that node that open the most outbound connections; spread them (topologySpreadConstraints, anti-affinity) or have them reuse connections.",
        commands: [
          `kubectl get pods --all-namespaces --field-selector spec.nodeName=${facts.names.get(top.backendIp) ?? "NODE"}`,
        ],
      },
    },
  );
}

function lasting(facts: Facts, node: NodePorts, limit: number): boolean {
  const from = facts.minuteMs - (WINDOW_MINUTES - 1) * MINUTE_MS;
  const trend = usedTrend(facts.samples, node.backendIp, node.protocol, from, facts.minuteMs + MINUTE_MS);
  const known = trend.filter((used) => used !== undefined);
  const above = known.filter((used) => used >= limit).length;
  return known.length >= WINDOW_MINUTES / 3 && above >= known.length * PERSISTENT_SHARE;
}

function explainedByPorts(standing: readonly NodePorts[], ports: CheckResult | undefined): boolean {
  const told = new Set(ports?.findings.map((finding) => finding.subject.backendIp));
  return standing.every((node) => told.has(node.backendIp));
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
