// NAT gateways and firewalls (Microsoft.Network).

import type { FirewallModel, NatGatewayModel } from "../world/model.ts";
import { type ArmResource, armResource, networkChild, networkDocument } from "./resource.ts";

/** A NAT gateway as ARM shows it; note `publicIpAddresses`, not `publicIPAddresses`. */
export function natGatewayResource(gateway: NatGatewayModel): ArmResource {
  const { id, spec } = gateway;
  const head = { id, name: spec.name, type: "Microsoft.Network/natGateways", location: spec.location };
  return armResource(id, () =>
    networkDocument(
      head,
      {
        idleTimeoutInMinutes: 4,
        publicIpAddresses: gateway.publicIps.map((ip) => ({ id: ip.id })),
        ...(gateway.subnets.length > 0 ? { subnets: gateway.subnets.map((subnet) => ({ id: subnet })) } : {}),
      },
      { sku: { name: spec.sku ?? "Standard", tier: "Regional" } },
    ),
  );
}

/** A firewall in a VNet as ARM shows it: only its first IP configuration has a private address. */
export function firewallResource(firewall: FirewallModel): ArmResource {
  const { id, spec } = firewall;
  const head = { id, name: spec.name, type: "Microsoft.Network/azureFirewalls", location: spec.location };
  return armResource(id, () =>
    networkDocument(head, {
      sku: { name: "AZFW_VNet", tier: spec.tier ?? "Standard" },
      threatIntelMode: "Alert",
      additionalProperties: {},
      ipConfigurations: firewall.publicIps.map((ip, index) =>
        networkChild(id, "azureFirewallIpConfigurations", `ipconfig-${index + 1}`, {
          ...(index === 0 ? { privateIPAddress: spec.privateAddress } : {}),
          privateIPAllocationMethod: "Dynamic",
          publicIPAddress: { id: ip.id },
          ...(index === 0 ? { subnet: { id: `${firewall.networkId}/subnets/AzureFirewallSubnet` } } : {}),
        }),
      ),
      networkRuleCollections: [],
      applicationRuleCollections: [],
      natRuleCollections: [],
    }),
  );
}
