import { azTarget } from "../checks/applies.ts";
import { idList, shellWord } from "../checks/az-command.ts";
import { commandTarget } from "../checks/command-target.ts";
import type { NatGatewayTopology } from "../egress/cluster-network.ts";
import { parseResourceId, resourceKey } from "../egress/resource-id.ts";
import type { Cluster, EgressPath } from "../egress/topology.ts";
import { formatCount } from "../format.ts";
import {
  NAT_CONNECTIONS_PER_DESTINATION,
  NAT_MAX_CONNECTIONS,
  NAT_MAX_IPS,
  NAT_PORTS_PER_IP,
} from "../nat/limits.ts";
import type { PathPlan, PlanChange, PlanContext, PlanVerdict } from "./plan.ts";
import { unknownPlan } from "./unknown-plan.ts";

/** Connections that are to be expected against the limits of a NAT gateway. It gives ports on demand: none belong to a node. */
export function planNatGateway(cluster: Cluster, path: EgressPath, context: PlanContext): PathPlan {
  const key = resourceKey(path.resourceId ?? "");
  const gateway = cluster.network.natGateways.find((each) => resourceKey(each.id) === key);
  const ipsToday = gateway?.ipv4Count ?? addressCount(path);
  const ips = context.question.outboundIps ?? ipsToday;
  if (ips === null) {
    return unknownPlan(path, "the gateway's addresses could not be read: give their number as outboundIps");
  }
  const { natConnections } = context.peak;
  const expected =
    natConnections === null ? null : Math.ceil((natConnections * context.nodes) / context.nodesToday);
  const needed =
    expected === null ? null : Math.max(1, Math.ceil(expected / context.targetRatio / NAT_PORTS_PER_IP));
  const verdict = verdictOf(ips, expected, context.warnRatio);
  return {
    kind: path.kind,
    resourceId: path.resourceId,
    pools: path.pools,
    verdict,
    summary: summaryOf(ips, expected, context.nodes),
    assumed: { portsPerNode: null, outboundIps: ips },
    arithmetic: [
      { name: "nodes", value: context.nodes, unit: "nodes" },
      { name: "outboundIps", value: ips, unit: "addresses", limit: NAT_MAX_IPS },
      { name: "portsPerAddress", value: NAT_PORTS_PER_IP, unit: "ports" },
      { name: "portBudget", value: ips * NAT_PORTS_PER_IP, unit: "ports" },
      ...(natConnections === null || expected === null
        ? []
        : [
            { name: "peakConnections", value: natConnections, unit: "connections" },
            {
              name: "expectedConnections",
              value: expected,
              unit: "connections",
              limit: NAT_MAX_CONNECTIONS,
            },
            {
              name: "expectedConnectionsIfEachTakesAPort",
              value: expected,
              unit: "ports",
              limit: ips * NAT_PORTS_PER_IP,
            },
            {
              name: "expectedConnectionsIfAllToOneDestination",
              value: expected,
              unit: "connections",
              limit: ips * NAT_CONNECTIONS_PER_DESTINATION,
            },
          ]),
    ],
    share: expected === null ? null : expected / roomOf(ips),
    maxNodes: mostNodes(ips, context),
    neededOutboundIps: needed,
    suggestedPortsPerNode: null,
    changes: changesOf(cluster, gateway, verdict, ips, ipsToday, needed),
  };
}

function addressCount({ publicIps }: EgressPath): number | null {
  const ipv4 = publicIps.filter((address) => !address.includes(":")).length;
  return ipv4 > 0 ? ipv4 : null;
}

/** Ports are used again for other destinations, so that more connections than ports are tight and no end in themselves. */
function verdictOf(ips: number, expected: number | null, warnRatio: number): PlanVerdict {
  if (ips > NAT_MAX_IPS) return "doesNotFit";
  if (expected === null) return "unknown";
  if (expected > NAT_MAX_CONNECTIONS) return "doesNotFit";
  return expected >= warnRatio * roomOf(ips) ? "tight" : "fits";
}

/** Connections that are sure to find a port, even if all go to one destination. */
function roomOf(ips: number): number {
  return Math.min(ips * NAT_CONNECTIONS_PER_DESTINATION, NAT_MAX_CONNECTIONS);
}

function summaryOf(ips: number, expected: number | null, nodes: number): string {
  const given = `${formatCount(nodes)} nodes on ${ips} ${ips === 1 ? "address" : "addresses"}`;
  if (ips > NAT_MAX_IPS) return `${given}: a NAT gateway takes ${NAT_MAX_IPS} addresses`;
  if (expected === null) return `${given}: no number of connections is known yet`;
  return `${given}: ${formatCount(expected)} connections to be expected, of ${formatCount(NAT_MAX_CONNECTIONS)} in all and ${formatCount(ips * NAT_CONNECTIONS_PER_DESTINATION)} to one destination`;
}

function mostNodes(ips: number, { peak, nodesToday, targetRatio }: PlanContext): number | null {
  if (peak.natConnections === null || peak.natConnections === 0) return null;
  return Math.floor((roomOf(Math.min(ips, NAT_MAX_IPS)) * targetRatio * nodesToday) / peak.natConnections);
}

function changesOf(
  cluster: Cluster,
  gateway: NatGatewayTopology | undefined,
  verdict: PlanVerdict,
  ips: number,
  ipsToday: number | null,
  needed: number | null,
): PlanChange[] {
  if (verdict === "unknown") return [];
  if (verdict === "fits") return ips === ipsToday ? [] : [setAddresses(cluster, gateway, ips)];
  if (needed === null || needed > NAT_MAX_IPS) {
    return [
      {
        text: `One gateway takes ${NAT_MAX_IPS} addresses and ${formatCount(NAT_MAX_CONNECTIONS)} connections: give some pools a subnet with a gateway of its own. Pods move to new nodes, and their egress addresses are new ones.`,
        commands: [],
      },
    ];
  }
  return [setAddresses(cluster, gateway, Math.max(needed, (ipsToday ?? 0) + 1))];
}

function setAddresses(cluster: Cluster, gateway: NatGatewayTopology | undefined, ips: number): PlanChange {
  const text = `Use ${ips} ${ips === 1 ? "address" : "addresses"}. New ones are new sources for allow-lists elsewhere; one that goes cuts its connections and does not come back.`;
  if (gateway?.managed !== false) {
    return {
      text,
      commands: [`az aks update ${azTarget(cluster)} --nat-gateway-managed-outbound-ip-count ${ips}`],
    };
  }
  const id = shellWord(gateway.id);
  const { scope, name } = commandTarget(gateway.id);
  const known = gateway.publicIps.filter((address) => !address.includes(":"));
  const more = ips - known.length;
  const namePrefix = `${gateway.name}-egress-`;
  const ids = idList(
    {
      kind: "public-ip",
      subscriptionId: parseResourceId(gateway.id)?.subscriptionId ?? cluster.ref.subscriptionId,
      texts: known.slice(0, ips),
      ...(more > 0 ? { namePrefix } : {}),
    },
    " ",
  );
  const create = `for i in $(seq 1 ${more}); do az network public-ip create ${scope} --location ${gateway.location} --name ${name}-egress-$i --sku ${shellWord(gateway.sku)}; done`;
  return {
    text: `${text} The gateway is your own, and other subnets may use it. The list of its addresses is replaced as a whole; prefixes stay beside it.`,
    commands: [
      ...(more > 0 ? [create] : []),
      `az network nat gateway update --ids ${id} --public-ip-addresses ${ids}`,
    ],
  };
}
