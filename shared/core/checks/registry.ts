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

/** Judges one cluster at one minute: a result of every check, in the order of the registry. */
export function runChecks(facts: Facts): CheckResult[] {
  const results = new Map<string, CheckResult>();
  for (const check of CHECKS) results.set(check.id, check.judge(facts, results));
  return [...results.values()];
}
