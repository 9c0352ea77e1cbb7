import type { Cluster } from "../egress/topology.ts";
import { allocationDrift } from "./allocation-drift.ts";
import { allocationTier } from "./allocation-tier.ts";
import { asymmetricRouting } from "./asymmetric-routing.ts";
import type { Check, CheckResult, Facts } from "./check.ts";
import { dataFreshness } from "./data-freshness.ts";
import { defaultRoute } from "./default-route.ts";
import { firewallDenials } from "./firewall-denials.ts";
import { firewallSnat } from "./firewall-snat.ts";
import { icmp } from "./icmp.ts";
import { idleOutboundIps } from "./idle-outbound-ips.ts";
import { loadBalancerDatapath } from "./load-balancer-datapath.ts";
import { natConnections } from "./nat-connections.ts";
import { natDatapath } from "./nat-datapath.ts";
import { nodePressure } from "./node-pressure.ts";
import { nsgEgress } from "./nsg-egress.ts";
import { pathMismatch } from "./path-mismatch.ts";
import { requiredEndpoints } from "./required-endpoints.ts";
import { snatFailures } from "./snat-failures.ts";
import { snatForecast } from "./snat-forecast.ts";
import { snatPorts } from "./snat-ports.ts";
import { snatSkew } from "./snat-skew.ts";
import { upgradeSurge } from "./upgrade-surge.ts";

/** Every check, causes before the symptoms that may refer to them. */
export const CHECKS: readonly Check[] = [
  snatPorts,
  snatFailures,
  snatForecast,
  allocationTier,
  snatSkew,
  upgradeSurge,
  allocationDrift,
  idleOutboundIps,
  pathMismatch,
  natConnections,
  natDatapath,
  firewallSnat,
  defaultRoute,
  nsgEgress,
  requiredEndpoints,
  firewallDenials,
  asymmetricRouting,
  loadBalancerDatapath,
  nodePressure,
  icmp,
  dataFreshness,
];

/**
 * What checks of the topology alone said of a cluster. A discovery makes new objects, so the object tells whether it is the same;
 * rules and routes of a thousand clusters each minute anew were a quarter of a collection cycle (test/bench).
 */
const ofTopology = new WeakMap<Cluster, Map<string, CheckResult>>();

function judgeOnce(check: Check, facts: Facts, earlier: ReadonlyMap<string, CheckResult>): CheckResult {
  if (check.ofTopologyAlone !== true) return check.judge(facts, earlier);
  let known = ofTopology.get(facts.cluster);
  if (known === undefined) {
    known = new Map();
    ofTopology.set(facts.cluster, known);
  }
  const result = known.get(check.id) ?? check.judge(facts, earlier);
  known.set(check.id, result);
  return result;
}

/** Judges one cluster at one minute: a result of every check, in the order of the registry. */
export function runChecks(facts: Facts): CheckResult[] {
  const results = new Map<string, CheckResult>();
  for (const check of CHECKS) results.set(check.id, judgeOnce(check, facts, results));
  return [...results.values()];
}
