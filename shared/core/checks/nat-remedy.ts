import { parseResourceId } from "../egress/resource-id.ts";
import type { Cluster } from "../egress/topology.ts";
import { formatCount } from "../format.ts";
import type { ClusterGateway } from "../nat/cluster-gateways.ts";
import { NAT_CONNECTIONS_PER_DESTINATION, NAT_MAX_IPS } from "../nat/limits.ts";
import { azTarget } from "./applies.ts";
import type { Remedy } from "./check.ts";

const REUSE = "Have clients reuse connections (keep-alive, pools): it is the only cure that scales.";
const SIDE_EFFECT =
  "New addresses change what destinations see as the source: tell those that list allowed addresses first.";

/**
 * How to give a gateway more addresses, with the commands for this one.
 *
 * @param connections open now
 * @param targetRatio how full each address may be afterwards if all connections go to one destination, 0..1
 */
export function moreAddresses(
  cluster: Cluster,
  gateway: ClusterGateway,
  connections: number,
  targetRatio: number,
): Remedy {
  const now = gateway.addresses ?? 1;
  const wanted = Math.min(
    NAT_MAX_IPS,
    Math.max(now + 1, Math.ceil(connections / (NAT_CONNECTIONS_PER_DESTINATION * targetRatio))),
  );
  if (now >= NAT_MAX_IPS) {
    return {
      text: `${gateway.name} has all ${NAT_MAX_IPS} addresses that a NAT gateway can have: move node pools to subnets with a gateway of their own. ${REUSE}`,
      commands: [],
    };
  }
  const each = formatCount(NAT_CONNECTIONS_PER_DESTINATION);
  const text = `Give ${gateway.name} ${wanted} addresses instead of ${now}: each adds ${each} connections to one destination. ${REUSE} ${SIDE_EFFECT}`;
  if (gateway.managed) {
    return {
      text,
      commands: [`az aks update ${azTarget(cluster)} --nat-gateway-managed-outbound-ip-count ${wanted}`],
    };
  }
  return { text, commands: ownGatewayCommands(gateway, now, wanted) };
}

/** `--public-ip-addresses` replaces the list, so the addresses there are go first. */
function ownGatewayCommands(gateway: ClusterGateway, now: number, wanted: number): string[] {
  const parts = parseResourceId(gateway.id);
  if (parts === null) return [];
  const place = `--subscription ${parts.subscriptionId} --resource-group "${parts.resourceGroup}"`;
  const sku = gateway.sku ?? "Standard";
  const location = gateway.location === null ? "" : ` --location ${gateway.location}`;
  const names = Array.from({ length: wanted - now }, (_, index) => `${parts.name}-ip-${now + index + 1}`);
  const idOf = (name: string) =>
    `"/subscriptions/${parts.subscriptionId}/resourceGroups/${parts.resourceGroup}/providers/Microsoft.Network/publicIPAddresses/${name}"`;
  const present = `$(az network nat gateway show --ids "${gateway.id}" --query "publicIpAddresses[].id" --output tsv)`;
  return [
    ...names.map(
      (name) =>
        `az network public-ip create ${place} --name ${name}${location} --sku ${sku} --allocation-method Static`,
    ),
    `az network nat gateway update --ids "${gateway.id}" --public-ip-addresses ${present} ${names.map(idOf).join(" ")}`,
  ];
}
