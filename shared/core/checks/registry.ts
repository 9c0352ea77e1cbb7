import { allocationTier } from "./allocation-tier.ts";
import type { Check, CheckResult, Facts } from "./check.ts";
import { dataFreshness } from "./data-freshness.ts";
import { loadBalancerDatapath } from "./load-balancer-datapath.ts";
import { NOT_JUDGED } from "./not-judged.ts";
import { snatFailures } from "./snat-failures.ts";
import { snatPorts } from "./snat-ports.ts";
import { snatSkew } from "./snat-skew.ts";

/** Every check, causes before the symptoms that may refer to them. */
export const CHECKS: readonly Check[] = [
  snatPorts,
  snatFailures,
  NOT_JUDGED.snatForecast,
  allocationTier,
  snatSkew,
  NOT_JUDGED.upgradeSurge,
  NOT_JUDGED.allocationDrift,
  NOT_JUDGED.idleOutboundIps,
  NOT_JUDGED.pathMismatch,
  NOT_JUDGED.natConnections,
  NOT_JUDGED.natDatapath,
  NOT_JUDGED.firewallSnat,
  NOT_JUDGED.requiredEndpoints,
  NOT_JUDGED.firewallDenials,
  NOT_JUDGED.defaultRoute,
  NOT_JUDGED.asymmetricRouting,
  NOT_JUDGED.nsgEgress,
  loadBalancerDatapath,
  NOT_JUDGED.nodePressure,
  NOT_JUDGED.icmp,
  dataFreshness,
];

/** Judges one cluster at one minute: a result of every check, in the order of the registry. */
export function runChecks(facts: Facts): CheckResult[] {
  const results = new Map<string, CheckResult>();
  for (const check of CHECKS) results.set(check.id, check.judge(facts, results));
  return [...results.values()];
}
