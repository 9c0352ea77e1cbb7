import type { Subnet as AzureSubnet, VirtualNetwork as AzureVirtualNetwork } from "@azure/arm-network";
import type { Subnet, VirtualNetwork } from "#core/egress/network.ts";
import { scaleSetKeyOf } from "#core/egress/node-name.ts";
import { groupKeyOf, nameOf, resourceKey } from "#core/egress/resource-id.ts";
import { idsOf, refIds } from "./translate-network.ts";

export function translateVirtualNetwork(network: AzureVirtualNetwork): readonly VirtualNetwork[] {
  if (network.id == null) return [];
  const peers = (network.virtualNetworkPeerings ?? []).map((it) => it.remoteVirtualNetwork?.id);
  return [
    {
      id: network.id,
      key: resourceKey(network.id),
      prefixes: network.addressSpace?.addressPrefixes ?? [],
      peers: idsOf(peers).map(resourceKey),
      subnets: (network.subnets ?? []).flatMap(translateSubnet),
    },
  ];
}

function translateSubnet(subnet: AzureSubnet): readonly Subnet[] {
  if (subnet.id == null) return [];
  return [
    {
      id: subnet.id,
      key: resourceKey(subnet.id),
      name: subnet.name ?? nameOf(subnet.id),
      prefixes: subnet.addressPrefixes ?? idsOf([subnet.addressPrefix]),
      routeTableId: subnet.routeTable?.id ?? null,
      natGatewayId: subnet.natGateway?.id ?? null,
      defaultOutboundAccess: subnet.defaultOutboundAccess ?? null,
      securityGroupId: subnet.networkSecurityGroup?.id ?? null,
      ...usersOf(subnet),
    },
  ];
}

/** What stands between the id of a scale set and the number of its instance. */
const MACHINES = "/virtualmachines/";

/** With flat networking a subnet lists every pod's IP configuration: keep only whose they are. */
function usersOf(subnet: AzureSubnet): Pick<Subnet, "scaleSets" | "nodeGroups"> {
  const machines = new Map<string, Set<string>>();
  const nodeGroups = new Set<string>();
  for (const id of refIds(subnet.ipConfigurations)) {
    const key = resourceKey(id);
    const scaleSet = scaleSetKeyOf(key);
    if (scaleSet !== null) {
      const instance = key.slice(scaleSet.length, key.indexOf("/", scaleSet.length + MACHINES.length));
      const known = machines.get(scaleSet);
      if (known !== undefined) {
        known.add(instance);
        continue;
      }
      machines.set(scaleSet, new Set([instance]));
      nodeGroups.add(groupKeyOf(scaleSet));
    } else if (key.includes("/networkinterfaces/aks-")) {
      nodeGroups.add(groupKeyOf(key));
    }
  }
  const scaleSets = new Map([...machines].map(([key, instances]) => [key, instances.size]));
  return { scaleSets, nodeGroups: [...nodeGroups] };
}
