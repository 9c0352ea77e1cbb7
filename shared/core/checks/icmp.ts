import { formatCount } from "../format.ts";
import { utcText } from "../notify/time-text.ts";
import type { Check, CheckResult, Evidence, Facts } from "./check.ts";
import { notApplicable, pass } from "./result.ts";

const ID = "icmp";
const MOST_EVIDENCE = 10;

/** Can ping say anything on this path? Never a finding: it keeps people from reading a failed ping as one. */
export const icmp: Check = {
  id: ID,
  question: "Can ping say anything on this path?",
  judgesTraffic: false,
  judge,
};

function judge(facts: Facts): CheckResult {
  const { cluster } = facts;
  if (cluster.powerState === "stopped") return notApplicable(ID, "the cluster is stopped");
  const carrying = kindsOf(facts, true);
  const dropping = kindsOf(facts, false);
  const test = "test with TCP (nc -vz HOST 443)";
  return pass(ID, summaryOf(carrying, dropping, test), {
    evidence: [...pathEvidence(facts), ...deniedIcmp(facts)],
  });
}

function summaryOf(carrying: readonly string[], dropping: readonly string[], test: string): string {
  if (carrying.length === 0 && dropping.length === 0) {
    return `no egress path is known: a failed ping is no evidence; ${test}`;
  }
  if (carrying.length === 0) {
    return `ping to the internet does not work through ${dropping.join(", ")}: a failed ping is no evidence; ${test}`;
  }
  const rest =
    dropping.length === 0 ? "" : `, not through ${dropping.join(", ")}, where a failed ping is no evidence`;
  return `ping can work through ${carrying.join(", ")}${rest}; whether a host answers is its own affair: ${test}`;
}

/** Kinds of path in the words of a sentence. Only public addresses of nodes and other appliances carry ICMP to the internet. */
function kindsOf({ cluster }: Facts, carries: boolean): readonly string[] {
  const kinds = cluster.paths
    .filter((path) => path.kind !== "unknown" && path.protocols.icmp === carries)
    .map((path) => path.kind);
  return [...new Set(kinds)].map((kind) => WORDS[kind]);
}

const WORDS = {
  loadBalancer: "the load balancer",
  natGateway: "the NAT gateway",
  firewall: "Azure Firewall",
  virtualAppliance: "the appliance, if its rules allow it",
  nodePublicIp: "public addresses of the nodes",
  egressGateway: "the egress gateway",
  none: "a subnet without egress",
  unknown: "a path that is not known",
} as const;

function pathEvidence({ cluster }: Facts): Evidence[] {
  return cluster.paths.map((path) => ({
    name: path.pools.length === 0 ? path.kind : `${path.kind} (${path.pools.join(", ")})`,
    value: path.protocols.icmp ? "carries ICMP" : "does not carry ICMP",
  }));
}

function deniedIcmp({ denials }: Facts): Evidence[] {
  return denials.denials
    .filter((denial) => denial.protocol.startsWith("icmp"))
    .slice(0, MOST_EVIDENCE)
    .map(({ destination, recent, day, lastSeenMs }) => ({
      name: `denied ICMP to ${destination}`,
      value: `${formatCount([...recent, ...day].reduce((sum, [, count]) => sum + count, 0))} in a day, last at ${utcText(lastSeenMs)}`,
    }));
}
