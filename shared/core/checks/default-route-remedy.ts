import type { ClusterSubnet } from "../egress/cluster-network.ts";
import { resourceKey } from "../egress/resource-id.ts";
import type { Cluster } from "../egress/topology.ts";
import { shellWord } from "./az-command.ts";
import type { Remedy } from "./check.ts";
import { commandTarget } from "./command-target.ts";

const SIDE_EFFECTS =
  "New connections follow the route at once; open ones that went another way are cut, and egress addresses become the firewall's. The firewall must allow what AKS needs (required-endpoints) before.";

/** Sends what no other route matches to the firewall, in the tables of these subnets. */
export function defaultRouteRemedy(cluster: Cluster, broken: readonly ClusterSubnet[]): Remedy {
  const hop = liveHop(cluster);
  const byTable = new Map(broken.map((subnet) => [resourceKey(subnet.routeTableId ?? subnet.id), subnet]));
  return {
    text: `Send 0.0.0.0/0 to the private address of the firewall${hop === undefined ? "" : `; ${hop} answers for another subnet of this cluster`}. ${SIDE_EFFECTS}`,
    commands: [...byTable.values()].flatMap((subnet) =>
      commandsFor(cluster, subnet, hop ?? '"<private address of the firewall>"'),
    ),
  };
}

/** A next hop of another subnet that is known to answer. */
function liveHop(cluster: Cluster): string | undefined {
  return cluster.network.subnets
    .map((subnet) => subnet.defaultRoute)
    .find((route) => route?.hopState === "live" && route.nextHops.length > 0)?.nextHops[0];
}

function commandsFor(cluster: Cluster, subnet: ClusterSubnet, hop: string): readonly string[] {
  const route = subnet.defaultRoute;
  if (subnet.routeTableId === null) {
    const { subscriptionId, resourceGroup, name, location } = cluster.ref;
    const scope = `--subscription ${subscriptionId} --resource-group ${shellWord(resourceGroup)}`;
    const table = shellWord(`${name}-egress`);
    return [
      `az network route-table create ${scope} --name ${table} --location ${location}`,
      `az network route-table route create ${scope} --route-table-name ${table} --name default --address-prefix 0.0.0.0/0 --next-hop-type VirtualAppliance --next-hop-ip-address ${hop}`,
      `az network vnet subnet update --ids ${shellWord(subnet.id)} --route-table "$(az network route-table show ${scope} --name ${table} --query id --output tsv)"`,
    ];
  }
  const { scope, name } = commandTarget(subnet.routeTableId);
  const verb = route === null ? "create" : "update";
  const prefix = route === null ? " --address-prefix 0.0.0.0/0" : "";
  return [
    `az network route-table route ${verb} ${scope} --route-table-name ${name} --name ${shellWord(route?.name ?? "default")}${prefix} --next-hop-type VirtualAppliance --next-hop-ip-address ${hop}`,
  ];
}
