import { commandTarget } from "../checks/command-target.ts";
import { resourceKey } from "../egress/resource-id.ts";
import type { Cluster, EgressPath } from "../egress/topology.ts";
import {
  FIREWALL_EXHAUSTED_ABOVE,
  FIREWALL_LEAST_INSTANCES,
  FIREWALL_MAX_IPS,
  FIREWALL_PORTS_PER_IP,
} from "../firewall/limits.ts";
import { formatPercent } from "../format.ts";
import type { PathPlan, PlanChange, PlanContext, PlanVerdict } from "./plan.ts";
import { unknownPlan } from "./unknown-plan.ts";

/**
 * SNAT ports of a firewall: 2,496 for each address and instance. How many instances run is not told, so its own utilisation is
 * what is scaled; others that use the firewall are taken to grow alike.
 */
export function planFirewall(cluster: Cluster, path: EgressPath, context: PlanContext): PathPlan {
  const key = resourceKey(path.resourceId ?? "");
  const firewall = cluster.network.firewalls.find((each) => resourceKey(each.id) === key);
  if (firewall?.natGatewayId != null) {
    return unknownPlan(
      path,
      "a NAT gateway sends in the firewall's place: its 64,512 ports for each address count, the firewall's own do not",
    );
  }
  const ipsToday = firewall?.publicIps.length ?? path.publicIps.length;
  if (ipsToday === 0) return unknownPlan(path, "the firewall's public addresses could not be read");
  const ips = context.question.outboundIps ?? ipsToday;
  const { firewallSnatRatio } = context.peak;
  const grown = firewallSnatRatio === null ? null : (firewallSnatRatio * context.nodes) / context.nodesToday;
  const expected = grown === null ? null : (grown * ipsToday) / ips;
  const needed = grown === null ? null : Math.max(1, Math.ceil((grown * ipsToday) / context.targetRatio));
  const verdict = verdictOf(ips, expected, context.warnRatio);
  const ports = ips * FIREWALL_PORTS_PER_IP * FIREWALL_LEAST_INSTANCES;
  return {
    kind: path.kind,
    resourceId: path.resourceId,
    pools: path.pools,
    verdict,
    summary:
      expected === null
        ? `${ips} addresses give at least ${ports} ports; no SNAT utilisation is known yet`
        : `${context.nodes} nodes on ${ips} ${ips === 1 ? "address" : "addresses"}: ${formatPercent(expected)} of the firewall's SNAT ports to be expected`,
    assumed: { portsPerNode: null, outboundIps: ips },
    arithmetic: [
      { name: "nodes", value: context.nodes, unit: "nodes" },
      { name: "outboundIps", value: ips, unit: "addresses", limit: FIREWALL_MAX_IPS },
      { name: "portsPerAddressAndInstance", value: FIREWALL_PORTS_PER_IP, unit: "ports" },
      { name: "leastInstances", value: FIREWALL_LEAST_INSTANCES, unit: "instances" },
      { name: "portBudgetAtLeastInstances", value: ports, unit: "ports" },
      ...(firewallSnatRatio === null || expected === null
        ? []
        : [
            { name: "peakSnatRatio", value: firewallSnatRatio, unit: "ratio" },
            {
              name: "expectedSnatRatio",
              value: expected,
              unit: "ratio",
              limit: FIREWALL_EXHAUSTED_ABOVE,
            },
          ]),
    ],
    share: expected,
    maxNodes: mostNodes(ips, ipsToday, context),
    neededOutboundIps: needed,
    suggestedPortsPerNode: null,
    changes: changesOf(path.resourceId, verdict, ips, ipsToday, needed),
  };
}

function verdictOf(ips: number, expected: number | null, warnRatio: number): PlanVerdict {
  if (ips > FIREWALL_MAX_IPS) return "doesNotFit";
  if (expected === null) return "unknown";
  if (expected >= FIREWALL_EXHAUSTED_ABOVE) return "doesNotFit";
  return expected >= warnRatio ? "tight" : "fits";
}

function mostNodes(
  ips: number,
  ipsToday: number,
  { peak, nodesToday, targetRatio }: PlanContext,
): number | null {
  if (peak.firewallSnatRatio === null || peak.firewallSnatRatio === 0) return null;
  return Math.floor((targetRatio * nodesToday * ips) / (peak.firewallSnatRatio * ipsToday));
}

function changesOf(
  resourceId: string | null,
  verdict: PlanVerdict,
  ips: number,
  ipsToday: number,
  needed: number | null,
): PlanChange[] {
  if (verdict === "unknown") return [];
  const wanted = verdict === "fits" ? ips : (needed ?? FIREWALL_MAX_IPS + 1);
  const more = wanted - ipsToday;
  if (wanted > FIREWALL_MAX_IPS) {
    return [
      {
        text: `A firewall takes ${FIREWALL_MAX_IPS} addresses: put a NAT gateway on AzureFirewallSubnet (not in a Virtual WAN hub), which sends in its place with 64,512 ports for each address. Open connections are cut and egress addresses change.`,
        commands: [],
      },
    ];
  }
  if (more <= 0 || resourceId === null) return [];
  const { scope, name } = commandTarget(resourceId);
  return [
    {
      text: `Add ${more} ${more === 1 ? "address" : "addresses"} to the firewall. It chooses among its addresses at random: allow-lists elsewhere must know the new ones first. A firewall in a Virtual WAN hub takes a count instead (az network firewall update --public-ip-count).`,
      commands: [
        `for i in $(seq 1 ${more}); do az network public-ip create ${scope} --name ${name}-egress-$i --sku Standard && az network firewall ip-config create ${scope} --firewall-name ${name} --name egress-$i --public-ip-address ${name}-egress-$i; done`,
      ],
    },
  ];
}
