import { loadBalancerCommands } from "../checks/load-balancer-change.ts";
import type { Cluster } from "../egress/topology.ts";
import { formatCount } from "../format.ts";
import { ALLOCATION_TIERS, MAX_OUTBOUND_IPS, PORTS_PER_FRONTEND_IP } from "../snat/limits.ts";
import { planAllocation, portsPerNode } from "../snat/port-arithmetic.ts";
import type { PlanChange, PlanContext, PlanVerdict } from "./plan.ts";

/** The largest pool of a Standard load balancer that has a tier. */
export const LARGEST_POOL = ALLOCATION_TIERS.at(-1)?.maxNodes ?? 0;

const SIDE_EFFECTS =
  "Changing the ports resets connections that hold reclaimed ones: do it in a maintenance window. New addresses are new sources for allow-lists elsewhere.";

/** Everything about one load balancer that the plan is computed from. */
export interface LoadBalancerSetting {
  /** 0: Azure's tiers. */
  readonly ports: number;
  readonly ips: number;
  readonly ipsToday: number;
  readonly portsToday: number;
  readonly sharingRules: number;
  /** Ports of each node that the setting comes to. */
  readonly perNode: number;
  readonly budget: number;
}

/** What to set for the assumed nodes, with the reserve kept. */
export interface LoadBalancerSuggestion {
  readonly ports: number;
  readonly ips: number;
}

/** What to do so that the assumed nodes fit, or to set what was asked for and fits. */
export function loadBalancerChanges(
  cluster: Cluster,
  setting: LoadBalancerSetting,
  { peak, question, maximumNodes, targetRatio }: PlanContext,
  verdict: PlanVerdict,
  suggestion: LoadBalancerSuggestion,
): PlanChange[] {
  const asked = setting.ports !== setting.portsToday || setting.ips !== setting.ipsToday;
  if (verdict === "fits" || verdict === "unknown") {
    return asked && verdict === "fits" ? [apply(cluster, setting)] : [];
  }
  const target = question.nodes ?? maximumNodes;
  if (target > LARGEST_POOL || suggestion.ips > MAX_OUTBOUND_IPS) {
    return [
      {
        text: `Not within the limits of a load balancer (${formatCount(LARGEST_POOL)} nodes, ${MAX_OUTBOUND_IPS} addresses): use a NAT gateway, which allocates on demand. The egress addresses change, connections are cut, and it cannot always be taken back.`,
        commands: [],
      },
    ];
  }
  const use = peak.usedPorts ?? setting.perNode * targetRatio;
  const plan = planAllocation(use, targetRatio, target, setting.ipsToday, setting.sharingRules);
  const enough = plan.portsPerNode >= Math.min(use, PORTS_PER_FRONTEND_IP);
  const ports = portsPerNode(plan.outboundIps, target, setting.sharingRules);
  return [
    {
      text: `${enough ? "For" : "The most that Azure gives to"} ${formatCount(target)} nodes${question.nodes === undefined ? " (most, upgrade surge included)" : ""}: ${formatCount(ports)} ports each on ${plan.outboundIps} ${plan.outboundIps === 1 ? "address" : "addresses"}. ${SIDE_EFFECTS}${setting.ports === 0 ? " Automatic allocation ends with it: new nodes then need their ports to fit." : ""}`,
      commands: loadBalancerCommands(cluster, {
        portsPerNode: ports,
        ...(plan.needsMoreIps ? { outboundIps: plan.outboundIps } : {}),
      }),
    },
  ];
}

/** What was asked for fits and is not what there is. */
function apply(cluster: Cluster, setting: LoadBalancerSetting): PlanChange {
  const fewer = setting.ips < setting.ipsToday;
  const managed = cluster.loadBalancerProfile?.addresses;
  if (fewer && (managed === "publicIps" || managed === "prefixes")) {
    return {
      text: "The outbound addresses are your own: idle-outbound-ips says which could go, with the command.",
      commands: [],
    };
  }
  return {
    text: `To set it. ${SIDE_EFFECTS}${fewer ? " Released addresses do not come back." : ""}`,
    commands: loadBalancerCommands(cluster, {
      portsPerNode: setting.ports,
      ...(setting.ips === setting.ipsToday ? {} : { outboundIps: setting.ips }),
    }),
  };
}
