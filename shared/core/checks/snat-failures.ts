import { formatCount, formatPercent } from "../format.ts";
import { connectionsAt } from "../snat/node-ports.ts";
import { MINUTE_MS } from "../time.ts";
import { notByLoadBalancer } from "./applies.ts";
import type { Check, CheckResult, Facts, Finding } from "./check.ts";
import { andMore, found, nodeLabel, nodeSubject, notApplicable, pass, unknown } from "./result.ts";

const ID = "snat-failures";
const WINDOW_MINUTES = 5;

/** Minutes of the window with a failure before it counts as persistent: one bad minute is a retry, not an outage. */
const PERSISTENT_MINUTES = 3;

/** Fewer failed connections than this in the window are counted and shown, never told. */
const LEAST_FAILED = 5;

/** A persistent share below the limit but above this part of it is worth a look. */
const WARN_SHARE_OF_LIMIT = 0.2;

interface Failing {
  readonly backendIp: string;
  readonly failed: number;
  readonly attempted: number;
  readonly ratio: number;
  readonly minutes: number;
}

/** Are outbound connections failing, by share and persistence, whether or not ports explain it? */
export const snatFailures: Check = {
  id: ID,
  question: "Do outbound connections succeed?",
  judgesTraffic: true,
  judge,
};

function judge(facts: Facts, earlier: ReadonlyMap<string, CheckResult>): CheckResult {
  const reason = notByLoadBalancer(facts.cluster);
  if (reason !== null) return notApplicable(ID, reason);

  const nodes = backendsWithConnections(facts).map((backendIp) => failuresOf(facts, backendIp));
  const measured = nodes.filter((node) => node !== undefined);
  if (measured.length === 0) {
    const problem = facts.problems.find((each) => each.source === "snatConnections");
    return unknown(
      ID,
      `cannot tell: ${problem?.message ?? "Azure Monitor has no connection counts for this load balancer"}`,
    );
  }

  const failed = measured.reduce((sum, node) => sum + node.failed, 0);
  const attempted = measured.reduce((sum, node) => sum + node.attempted, 0);
  const evidence = [
    { name: "failedConnections", value: failed, unit: "connections in 5 minutes" },
    { name: "attemptedConnections", value: attempted, unit: "connections in 5 minutes" },
    { name: "failedRatio", value: attempted > 0 ? failed / attempted : 0, limit: facts.limits.failedRatio },
  ];
  const worst = measured.toSorted((a, b) => b.ratio - a.ratio);
  const findings = worst.flatMap((node) => finding(facts, node));
  const top = worst[0];
  if (findings.length === 0 || top === undefined) {
    const counted =
      failed > 0
        ? `${formatCount(failed)} of ${formatCount(attempted)} connections failed in 5 minutes: too few to tell`
        : "no connection failed in the last 5 minutes";
    return pass(ID, counted, { evidence });
  }
  const explained = portsExplain(earlier.get("snat-ports"), findings);
  return found(ID, andMore(describe(facts, top), findings.length - 1), findings, {
    evidence,
    explainedBy: explained ? "snat-ports" : null,
    remedy: explained
      ? { text: "The node is out of SNAT ports: see snat-ports.", commands: [] }
      : {
          text: "Ports are left, so they are not the cause: look for a destination that refuses or drops connections, at network security rules, and at the node itself.",
          commands: [],
        },
  });
}

/** Backends of the pool that have a connection series; those leaving are not judged. */
function backendsWithConnections(facts: Facts): string[] {
  const backends = new Set<string>();
  for (const { metric, labels } of facts.samples.series.values()) {
    if (labels.backendIp === undefined || facts.leaving.has(labels.backendIp)) continue;
    if (metric === "succeededConnections" || metric === "failedConnections") backends.add(labels.backendIp);
  }
  return [...backends];
}

function failuresOf(facts: Facts, backendIp: string): Failing | undefined {
  let failed = 0;
  let attempted = 0;
  let minutes = 0;
  let measured = false;
  for (let i = 0; i < WINDOW_MINUTES; i += 1) {
    const at = connectionsAt(facts.samples, backendIp, facts.minuteMs - i * MINUTE_MS);
    if (at.attempted === undefined) continue;
    measured = true;
    attempted += at.attempted;
    failed += at.failed ?? 0;
    if ((at.failed ?? 0) > 0) minutes += 1;
  }
  if (!measured) return undefined;
  return { backendIp, failed, attempted, minutes, ratio: attempted > 0 ? failed / attempted : 0 };
}

function finding(facts: Facts, node: Failing): Finding[] {
  if (node.minutes < PERSISTENT_MINUTES || node.failed < LEAST_FAILED) return [];
  const limit = facts.limits.failedRatio;
  if (node.ratio < limit * WARN_SHARE_OF_LIMIT) return [];
  return [
    {
      subject: nodeSubject(facts, node.backendIp),
      severity: node.ratio >= limit ? "fail" : "warn",
      summary: describe(facts, node),
    },
  ];
}

function describe(facts: Facts, node: Failing): string {
  return `${nodeLabel(facts, node.backendIp)}: ${formatCount(node.failed)} of ${formatCount(node.attempted)} connections failed in 5 minutes (${formatPercent(node.ratio)})`;
}

/** True when every failing node is one that has run out of ports. */
function portsExplain(ports: CheckResult | undefined, findings: readonly Finding[]): boolean {
  const exhausted = new Set(
    (ports?.findings ?? []).filter((each) => each.severity === "fail").map((each) => each.subject.backendIp),
  );
  return findings.every((each) => exhausted.has(each.subject.backendIp));
}
