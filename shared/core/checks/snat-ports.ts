import type { PoolMember } from "../egress/topology.ts";
import { formatCount, formatPercent } from "../format.ts";
import type { NodePorts } from "../snat/node-ports.ts";
import { isPlausible } from "../snat/node-ports-sense.ts";
import { MINUTE_MS } from "../time.ts";
import { allocationRemedy } from "./allocation-remedy.ts";
import { hasNoSnatMetrics, notByLoadBalancer } from "./applies.ts";
import type { Check, CheckResult, Evidence, Facts, Finding, Subject } from "./check.ts";
import { recentFailures, standingOf } from "./node-standing.ts";
import { describeUse, describeUsual } from "./node-words.ts";
import { andMore, found, nodeSubject, notApplicable, pass, unknown, withOthers } from "./result.ts";

const ID = "snat-ports";

/** A node that joined less than this ago may not have metrics yet. */
const NEW_MEMBER_GRACE_MS = 10 * MINUTE_MS;

const NO_METRICS =
  "cannot tell: a Basic load balancer has no SNAT metrics; migrate the cluster to a Standard one";

/** Is a node near, or at, the SNAT ports allocated to it, for each protocol? */
export const snatPorts: Check = {
  id: ID,
  question: "Does every node have SNAT ports left, for each protocol?",
  judgesTraffic: true,
  judge,
};

function judge(facts: Facts): CheckResult {
  const reason = notByLoadBalancer(facts.cluster);
  if (reason !== null) return notApplicable(ID, reason);
  if (hasNoSnatMetrics(facts.cluster)) return unknown(ID, NO_METRICS);

  const judged = facts.ports.filter((node) => isJudged(facts, node));
  const untold = untoldSubjects(facts);
  const worst = judged.toSorted((a, b) => (b.ratio ?? 0) - (a.ratio ?? 0));
  const findings = worst.flatMap((node) => finding(facts, node));
  const top = worst[0];

  if (findings.length > 0 && top !== undefined) {
    const others = new Set(findings.map((each) => each.subject.backendIp)).size - 1;
    return found(ID, andMore(describe(facts, top), others), findings, {
      evidence: evidenceOf(facts, top, judged.length),
      untold,
      remedy: allocationRemedy(facts.cluster, top.used ?? 0, facts.limits.warnRatio * 0.8),
    });
  }
  const unaccounted = unaccountedMembers(facts);
  if (top !== undefined && untold.length === 0 && unaccounted > 0) {
    const of = facts.cluster.loadBalancer?.members.length ?? 0;
    return unknown(ID, `cannot tell: no figures for ${unaccounted} of ${of} nodes`, {
      evidence: evidenceOf(facts, top, judged.length),
    });
  }
  if (top === undefined || untold.length > 0) {
    return unknown(ID, untoldSummary(facts, untold), {
      untold,
      evidence: top === undefined ? [] : evidenceOf(facts, top, judged.length),
    });
  }
  return pass(ID, `highest: ${describe(facts, top)}`, { evidence: evidenceOf(facts, top, judged.length) });
}

function finding(facts: Facts, node: NodePorts): Finding[] {
  const { severity, failing, usual, forMs } = standingOf(facts, ID, node);
  if (severity === null) return [];
  const failures = failing > 0 ? `; ${formatCount(failing)} connections failed in the last 3 minutes` : "";
  return [
    {
      subject: nodeSubject(facts, node.backendIp, node.protocol),
      severity,
      summary: describe(facts, node) + failures + describeUsual(usual),
      forMs,
    },
  ];
}

function describe(facts: Facts, node: NodePorts): string {
  return describeUse(facts, node, `, ${formatPercent(node.ratio ?? 0)}`);
}

/** Figures that contradict each other are none, but where connections fail beside them. */
function isJudged(facts: Facts, node: NodePorts): boolean {
  if (node.ratio === undefined) return false;
  return isPlausible(node) || (node.ratio >= 1 && recentFailures(facts, node.backendIp) > 0);
}

/** Members without numbers, and backends whose numbers are incomplete. TCP stands for a member that has no series at all. */
function untoldSubjects(facts: Facts): Subject[] {
  const incomplete = facts.ports
    .filter((node) => !isJudged(facts, node))
    .map((node) => nodeSubject(facts, node.backendIp, node.protocol));
  const seen = new Set(facts.ports.map((node) => node.backendIp));
  const missing = (facts.cluster.loadBalancer?.members ?? [])
    .filter((member) => member.backendIp !== null && !seen.has(member.backendIp))
    .filter((member) => seen.size === 0 || !hasJustJoined(facts, member))
    .flatMap((member) =>
      member.backendIp === null
        ? []
        : (["tcp", "udp"] as const).map((protocol) => nodeSubject(facts, member.backendIp ?? "", protocol)),
    );
  return [...incomplete, ...missing];
}

/** Members that the first discovery of a cluster found are of any age: only one that came after others is known to be new. */
function hasJustJoined(facts: Facts, { firstSeenMs }: PoolMember): boolean {
  const members = facts.cluster.loadBalancer?.members ?? [];
  return (
    firstSeenMs > facts.minuteMs - NEW_MEMBER_GRACE_MS &&
    members.some((other) => other.firstSeenMs < firstSeenMs)
  );
}

/**
 * Nodes without figures where addresses could not be read, so that nobody can say which: members that no backend of the
 * metrics accounts for.
 */
function unaccountedMembers(facts: Facts): number {
  const members = facts.cluster.loadBalancer?.members ?? [];
  const known = new Set<string | null>(members.map((member) => member.backendIp));
  const nameless = members.filter((member) => member.backendIp === null).length;
  const strangers = new Set(facts.ports.map((node) => node.backendIp).filter((ip) => !known.has(ip))).size;
  return Math.max(0, nameless - strangers);
}

function untoldSummary(facts: Facts, untold: readonly Subject[]): string {
  const problem = facts.problems.find((each) => each.source === "snatPorts");
  if (problem !== undefined) return `cannot tell: ${problem.message}`;
  const nodes = [...new Set(untold.map((subject) => subject.node ?? subject.backendIp ?? ""))];
  if (nodes.length === 0) return "cannot tell: Azure Monitor has no port figures for this load balancer";
  return `cannot tell: no complete port figures for ${withOthers(nodes[0] ?? "", nodes.length - 1)} within ${facts.limits.staleAfterMs / MINUTE_MS} minutes`;
}

function evidenceOf(facts: Facts, node: NodePorts, judgedCount: number): Evidence[] {
  const fullest = node.frontends
    .filter(({ used, allocated }) => used !== undefined && allocated !== undefined && allocated > 0)
    .toSorted((a, b) => (b.used ?? 0) / (b.allocated ?? 1) - (a.used ?? 0) / (a.allocated ?? 1))[0];
  const evidence: Evidence[] = [
    { name: "usedPorts", value: node.used ?? 0, unit: "ports" },
    { name: "allocatedPorts", value: node.allocated ?? 0, unit: "ports" },
    { name: "usedRatio", value: node.ratio ?? 0, limit: facts.limits.warnRatio },
    { name: "nodesAndProtocolsJudged", value: judgedCount },
  ];
  if (node.frontends.length > 1 && fullest !== undefined) {
    evidence.push({
      name: "fullestFrontend",
      value: `${fullest.frontendIp}: ${formatCount(fullest.used ?? 0)} of ${formatCount(fullest.allocated ?? 0)}`,
    });
  }
  if (facts.leaving.size > 0) evidence.push({ name: "backendsLeaving", value: facts.leaving.size });
  return evidence;
}
