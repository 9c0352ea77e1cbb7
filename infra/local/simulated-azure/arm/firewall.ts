// Firewalls, in a VNet or in a hub (Microsoft.Network).

import type { FirewallModel } from "../world/model.ts";
import {
  type ArmResource,
  armResource,
  type Document,
  nameOf,
  networkChild,
  networkDocument,
} from "./resource.ts";

/** A firewall as ARM shows it. */
export function firewallResource(firewall: FirewallModel): ArmResource {
  const { id, spec } = firewall;
  const head = { id, name: spec.name, type: "Microsoft.Network/azureFirewalls", location: spec.location };
  return armResource(id, () =>
    networkDocument(head, spec.hub ? hubProperties(firewall) : networkProperties(firewall)),
  );
}

/** Only the first IP configuration of a firewall in a VNet has a private address. */
function networkProperties({ id, spec, publicIps, networkId }: FirewallModel): Document {
  return {
    sku: { name: "AZFW_VNet", tier: spec.tier ?? "Standard" },
    threatIntelMode: "Alert",
    additionalProperties: {},
    ipConfigurations: publicIps.map((ip, index) =>
      networkChild(id, "azureFirewallIpConfigurations", `ipconfig-${index + 1}`, {
        ...(index === 0 ? { privateIPAddress: spec.privateAddress } : {}),
        privateIPAllocationMethod: "Dynamic",
        publicIPAddress: { id: ip.id },
        ...(index === 0 ? { subnet: { id: `${networkId}/subnets/AzureFirewallSubnet` } } : {}),
      }),
    ),
    networkRuleCollections: [],
    applicationRuleCollections: [],
    natRuleCollections: [],
  };
}

/** In a hub it has no `ipConfigurations` at all. */
function hubProperties({ spec, hubAddresses, networkId }: FirewallModel): Document {
  return {
    sku: { name: "AZFW_Hub", tier: spec.tier ?? "Standard" },
    additionalProperties: {},
    virtualHub: { id: networkId },
    hubIPAddresses: {
      privateIPAddress: spec.privateAddress,
      publicIPs: { addresses: hubAddresses.map((address) => ({ address })), count: hubAddresses.length },
    },
  };
}

/** The hub that holds a firewall. */
export function virtualHub({ id, spec, networkId }: FirewallModel): ArmResource {
  const [a, b] = spec.privateAddress.split(".");
  const head = { id: networkId, name: nameOf(networkId), location: spec.location };
  return armResource(networkId, () =>
    networkDocument(
      { ...head, type: "Microsoft.Network/virtualHubs" },
      {
        addressPrefix: `${a}.${b}.0.0/23`,
        virtualHubRouteTableV2s: [],
        virtualWan: { id: networkId.replace(/\/virtualHubs\/.*$/, `/virtualWans/vwan-${spec.name}`) },
        azureFirewall: { id },
        sku: "Standard",
        routingState: "Provisioned",
      },
    ),
  );
}
