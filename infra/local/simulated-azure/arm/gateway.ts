// NAT gateways (Microsoft.Network).

import type { NatGatewayModel } from "../world/model.ts";
import { type ArmResource, armResource, networkDocument } from "./resource.ts";

/** A NAT gateway as ARM shows it; note `publicIpAddresses`, not `publicIPAddresses`. */
export function natGatewayResource(gateway: NatGatewayModel): ArmResource {
  const { id, spec, prefixes } = gateway;
  const head = { id, name: spec.name, type: "Microsoft.Network/natGateways", location: spec.location };
  return armResource(id, () => {
    // Known once every cluster is built.
    const { networkId } = gateway;
    return networkDocument(
      head,
      {
        idleTimeoutInMinutes: 4,
        publicIpAddresses: idsOf(gateway, 4),
        ...(spec.addresses6 ? { publicIpAddressesV6: idsOf(gateway, 6) } : {}),
        ...(prefixes.length > 0 ? { publicIpPrefixes: prefixes.map((prefix) => ({ id: prefix.id })) } : {}),
        ...(gateway.subnets.length > 0 ? { subnets: gateway.subnets.map((subnet) => ({ id: subnet })) } : {}),
        ...(networkId ? { sourceVirtualNetwork: { id: networkId } } : {}),
      },
      { sku: { name: spec.sku ?? "Standard", tier: "Regional" } },
    );
  });
}

function idsOf({ publicIps }: NatGatewayModel, family: 4 | 6): { readonly id: string }[] {
  return publicIps.filter((ip) => ip.family === family).map(({ id }) => ({ id }));
}
