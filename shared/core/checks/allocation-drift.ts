import type { AllocationChange } from "../collection/allocation-memory.ts";
import type { Cluster, LoadBalancerTopology, OutboundRule } from "../egress/topology.ts";
import { formatCount } from "../format.ts";
import { utcText } from "../notify/time-text.ts";
import { ALLOCATION_TIERS } from "../snat/limits.ts";
import { mainOutboundRule } from "../snat/outbound-budget.ts";
import { DAY_MS } from "../time.ts";
import { outboundAddressCount } from "./allocation-remedy.ts";
import { azTarget, notByLoadBalancer } from "./applies.ts";
import type { Check, CheckResult, Evidence, Facts, Finding, Remedy } from "./check.ts";
import { andMore, found, notApplicable, pass, unknown } from "./result.ts";

const ID = "allocation-drift";

/** A change is told for so long. */
const TOLD_FOR_MS = DAY_MS;

/** Were ports, addresses or the idle time-out changed in the last day, or do AKS and the load balancer disagree about them? */
export const allocationDrift: Check = {
  id: ID,
  question: "Were ports, addresses or idle time-out changed since the last time?",
  judgesTraffic: false,
  judge,
};

function judge(facts: Facts): CheckResult {
  const { cluster, allocation, minuteMs } = facts;
  const reason = notByLoadBalancer(cluster);
  if (reason !== null) return notApplicable(ID, reason);
  const balancer = cluster.loadBalancer;
  if (balancer === null) return unknown(ID, "cannot tell: the load balancer could not be read");
  const rule = mainOutboundRule(balancer);
  if (rule === null) return notApplicable(ID, "the load balancer has no outbound rule");

  const recent = allocation.changes
    .filter((change) => change.atMs > minuteMs - TOLD_FOR_MS)
    .toSorted((a, b) => b.atMs - a.atMs);
  const tierSteps = recent.filter((change) => isTierStep(cluster, change));
  const drifts = recent.filter((change) => !tierSteps.includes(change));
  const told = drifts.filter((change) => change.less || change.what === "idleTimeout");
  const edits = directEdits(cluster, rule);
  const evidence = [
    ...recent.map((change) => changeEvidence(change, tierSteps.includes(change))),
    ...edits.map(({ name, summary }) => ({ name, value: summary })),
    ...present(balancer, rule, allocation.allocatedPorts),
  ];

  const summaries = [...edits.map((edit) => edit.summary), ...withoutEchoes(told).map(sentence)];
  const [first] = summaries;
  if (first === undefined) return pass(ID, quietSummary(drifts, tierSteps), { evidence });
  const summary = andMore(first, summaries.length - 1);
  const finding: Finding = { subject: { resourceId: balancer.id }, severity: "warn", summary };
  return found(ID, summary, [finding], { evidence, remedy: remedyOf(cluster, edits, told) });
}

/**
 * True where the ports of a node changed because the pool grew or shrank into another tier of automatic allocation: that is
 * Azure's table at work, and nobody's change.
 */
function isTierStep(cluster: Cluster, change: AllocationChange): boolean {
  const rules = cluster.loadBalancer?.outboundRules ?? [];
  if (change.what !== "allocatedPorts" || rules.some((rule) => rule.allocatedPorts > 0)) return false;
  const addresses = Math.max(1, outboundAddressCount(rules));
  const tiers = new Set(ALLOCATION_TIERS.map((tier) => formatCount(tier.ports * addresses)));
  return tiers.has(change.from) && tiers.has(change.to);
}

/** Rule and metrics tell of one and the same change: where the rule's is known, the metrics' adds nothing. */
function withoutEchoes(changes: readonly AllocationChange[]): readonly AllocationChange[] {
  const configured = changes.some((change) => change.what === "portsPerNode" || change.what === "addresses");
  return configured ? changes.filter((change) => change.what !== "allocatedPorts") : changes;
}

const WORDS: Readonly<Record<AllocationChange["what"], string>> = {
  portsPerNode: "the outbound rule's ports for each node",
  addresses: "the outbound addresses",
  idleTimeout: "the idle time-out",
  allocatedPorts: "the ports that each node has",
};

function sentence(change: AllocationChange): string {
  const verb = change.what === "idleTimeout" || !change.less ? "changed" : "went down";
  return `${WORDS[change.what]} ${verb} from ${change.from} to ${change.to} at ${utcText(change.atMs)}`;
}

function changeEvidence(change: AllocationChange, tierStep: boolean): Evidence {
  return {
    name: tierStep ? "tierStep" : `changed ${change.what}`,
    value: tierStep
      ? `${sentence(change)}: the pool crossed a tier of automatic allocation (see allocation-tier)`
      : sentence(change),
  };
}

function quietSummary(drifts: readonly AllocationChange[], tierSteps: readonly AllocationChange[]): string {
  const newest = drifts[0];
  if (newest !== undefined) return `${sentence(newest)}: nodes have no less than before`;
  return tierSteps.length > 0
    ? "changed only with the tiers of automatic allocation in the last 24 hours"
    : "unchanged in the last 24 hours";
}

interface DirectEdit {
  readonly name: string;
  readonly summary: string;
}

/** Where the load balancer's rule is not what AKS was told: somebody edited it directly. */
function directEdits(cluster: Cluster, rule: OutboundRule): DirectEdit[] {
  const profile = cluster.loadBalancerProfile;
  // While AKS works on the cluster, one of the two is simply not there yet.
  if (profile === null || cluster.provisioningState.toLowerCase() !== "succeeded") return [];
  const edits: DirectEdit[] = [];
  const differ = (name: string, what: string, live: number, told: number, unit: string) => {
    if (live === told) return;
    edits.push({
      name,
      summary: `the outbound rule has ${portsText(live)}${unit} ${what}, AKS was told ${portsText(told)}${unit}: a direct edit, which the next reconcile (upgrade, scale, stop, start) reverts`,
    });
  };
  differ("liveAndToldPorts", "for each node", rule.allocatedPorts, profile.allocatedOutboundPorts, " ports");
  differ(
    "liveAndToldIdleTimeout",
    "as idle time-out",
    rule.idleTimeoutMinutes,
    profile.idleTimeoutMinutes,
    " minutes",
  );
  return edits;
}

/** 0 ports means that Azure's tiers decide; an idle time-out is never 0. */
function portsText(value: number): string {
  return value === 0 ? "automatic" : formatCount(value);
}

function present(
  balancer: LoadBalancerTopology,
  rule: OutboundRule,
  allocatedPorts: number | null,
): Evidence[] {
  return [
    { name: "portsPerNode", value: portsText(rule.allocatedPorts) },
    { name: "outboundAddresses", value: outboundAddressCount(balancer.outboundRules) },
    { name: "idleTimeout", value: rule.idleTimeoutMinutes, unit: "minutes" },
    ...(allocatedPorts === null
      ? []
      : [{ name: "allocatedPortsOfMedianNode", value: allocatedPorts, unit: "ports" }]),
  ];
}

/** Who changed it, and how to set what is wanted through AKS, so that it stays. */
function remedyOf(
  cluster: Cluster,
  edits: readonly DirectEdit[],
  changes: readonly AllocationChange[],
): Remedy {
  const rule = cluster.loadBalancer === null ? null : mainOutboundRule(cluster.loadBalancer);
  const { subscriptionId } = cluster.ref;
  const log = `az monitor activity-log list --subscription ${subscriptionId} --resource-id "${cluster.loadBalancer?.id ?? cluster.ref.id}" --offset 2d --query "[].{time:eventTimestamp, caller:caller, operation:operationName.value, status:status.value}" --output table`;
  if (edits.length > 0 && rule !== null) {
    return {
      text: "Find out who edited the load balancer. To keep what it has now, tell AKS; to go back, run the same command with the former numbers. Changing the ports resets connections that hold reclaimed ones: do it in a maintenance window.",
      commands: [log, aksUpdate(cluster, rule.allocatedPorts, rule.idleTimeoutMinutes)],
    };
  }
  const ports = formerNumber(changes, ["portsPerNode", "allocatedPorts"]);
  const idle = formerNumber(changes, ["idleTimeout"]);
  const back =
    ports === undefined && idle === undefined
      ? []
      : [aksUpdate(cluster, ports ?? rule?.allocatedPorts ?? 0, idle ?? rule?.idleTimeoutMinutes ?? 30)];
  return {
    text: "If nobody meant it, find out who changed it and set it back. Changing the ports resets connections that hold reclaimed ones: do it in a maintenance window.",
    commands: [log, ...back],
  };
}

function aksUpdate(cluster: Cluster, ports: number, idleMinutes: number): string {
  return `az aks update ${azTarget(cluster)} --load-balancer-outbound-ports ${ports} --load-balancer-idle-timeout ${idleMinutes}`;
}

/** The number before the oldest of these changes; `undefined` where it was none that can be set. */
function formerNumber(
  changes: readonly AllocationChange[],
  kinds: readonly AllocationChange["what"][],
): number | undefined {
  const oldest = changes.findLast((change) => kinds.includes(change.what));
  if (oldest === undefined) return undefined;
  if (oldest.from.startsWith("automatic")) return 0;
  const value = Number.parseInt(oldest.from.replaceAll(",", ""), 10);
  return Number.isNaN(value) ? undefined : value;
}
