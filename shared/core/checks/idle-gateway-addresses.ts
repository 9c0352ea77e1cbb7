import type { NatGatewayTopology } from "../egress/cluster-network.ts";
import type { Cluster } from "../egress/topology.ts";
import { formatCount } from "../format.ts";
import { NAT_PORTS_PER_IP } from "../nat/limits.ts";
import { azTarget } from "./applies.ts";
import { idList, shellWord } from "./az-command.ts";
import type { Evidence, Remedy } from "./check.ts";
import {
  ADDRESS_SIDE_EFFECTS,
  cannotTell,
  type IdleVerdict,
  idle,
  neededAll,
  RESERVE_FACTOR,
} from "./idle-addresses.ts";

/**
 * Holds the addresses of a NAT gateway against the highest number of open connections, one port for each: ports are shared by
 * destinations, so fewer are in use. The reserve keeps the wall of 50,000 connections to one destination away, too: half of
 * 64,512 ports is less, even if every connection went to the same place.
 */
export function idleGatewayAddresses(
  cluster: Cluster,
  gateway: NatGatewayTopology,
  peakConnections: number,
): IdleVerdict {
  const count = gateway.ipv4Count;
  if (count === null) return cannotTell(`the addresses of NAT gateway ${gateway.name} could not be read`);
  const needed = Math.max(1, Math.ceil((peakConnections * RESERVE_FACTOR) / NAT_PORTS_PER_IP));
  const evidence: Evidence[] = [
    { name: "outboundAddresses", value: count, limit: needed },
    { name: "peakConnections", value: peakConnections, unit: "connections" },
    { name: "portsPerAddress", value: NAT_PORTS_PER_IP, unit: "ports" },
  ];
  const why = `twice the highest number of ${formatCount(peakConnections)} open connections needs ${needed} x ${formatCount(NAT_PORTS_PER_IP)} ports`;
  if (count <= 1) {
    return neededAll(`NAT gateway ${gateway.name} has one address, the least there can be`, evidence);
  }
  if (needed >= count) return neededAll(`NAT gateway ${gateway.name}: ${why}`, evidence);
  const summary = `${count - needed} of ${count} addresses of NAT gateway ${gateway.name} could go: ${why}`;
  return idle(gateway.id, summary, remedyOf(cluster, gateway, needed), evidence);
}

function remedyOf(cluster: Cluster, gateway: NatGatewayTopology, needed: number): Remedy {
  if (gateway.managed) {
    return {
      text: `Keep ${needed}. ${ADDRESS_SIDE_EFFECTS} Azure chooses which addresses go.`,
      commands: [`az aks update ${azTarget(cluster)} --nat-gateway-managed-outbound-ip-count ${needed}`],
    };
  }
  const id = shellWord(gateway.id);
  const kept = gateway.publicIps.filter((address) => !address.includes(":")).slice(0, needed);
  const ids = idList({ kind: "public-ip", subscriptionId: cluster.ref.subscriptionId, texts: kept }, " ");
  return {
    text: `Keep ${kept.join(", ")} and delete the others afterwards, they are paid for until then. A prefix is paid for whole and can only go, or be exchanged for a smaller one, as a whole: the first command shows what the gateway has. Other subnets may use the gateway. ${ADDRESS_SIDE_EFFECTS}`,
    commands: [
      `az network nat gateway show --ids ${id} --query "{addresses: publicIpAddresses[].id, prefixes: publicIpPrefixes[].id, subnets: subnets[].id}"`,
      `az network nat gateway update --ids ${id} --public-ip-addresses ${ids}`,
    ],
  };
}
