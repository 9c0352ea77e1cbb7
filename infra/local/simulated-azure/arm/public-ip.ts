// Public IP addresses and prefixes (Microsoft.Network).

import type { PrefixModel, PublicIpModel } from "../world/network-model.ts";
import { type ArmResource, armResource, networkDocument } from "./resource.ts";

/** A public IP as ARM shows it. */
export function publicIpResource(ip: PublicIpModel): ArmResource {
  const { id, name, location } = ip;
  const head = { id, name, location, type: "Microsoft.Network/publicIPAddresses" };
  const resource = armResource(id, (rel) =>
    networkDocument(
      head,
      {
        ipAddress: ip.address,
        publicIPAddressVersion: ip.family === 4 ? "IPv4" : "IPv6",
        publicIPAllocationMethod: "Static",
        idleTimeoutInMinutes: ip.idleTimeoutInMinutes,
        ipTags: [],
        ...(ip.attachedTo && (ip.usedAt?.(rel) ?? true) ? { ipConfiguration: { id: ip.attachedTo } } : {}),
        ...(ip.natGatewayId ? { natGateway: { id: ip.natGatewayId } } : {}),
        ddosSettings: { protectionMode: "VirtualNetworkInherited" },
      },
      {
        ...(Object.keys(ip.tags).length > 0 ? { tags: ip.tags } : {}),
        zones: ["2", "3", "1"],
        sku: { name: ip.sku, tier: "Regional" },
      },
    ),
  );
  return ip.existsAt ? { ...resource, existsAt: ip.existsAt } : resource;
}

/** A public IP prefix as ARM shows it: its addresses are not objects of their own. */
export function prefixResource(prefix: PrefixModel): ArmResource {
  const { id, name, location } = prefix;
  const head = { id, name, location, type: "Microsoft.Network/publicIPPrefixes" };
  return armResource(id, () =>
    networkDocument(
      head,
      {
        prefixLength: prefix.length,
        publicIPAddressVersion: "IPv4",
        ipPrefix: prefix.prefix,
        ipTags: [],
        ...(prefix.natGatewayId ? { natGateway: { id: prefix.natGatewayId } } : {}),
        ...(prefix.frontendId ? { loadBalancerFrontendIpConfiguration: { id: prefix.frontendId } } : {}),
      },
      { sku: { name: "Standard", tier: "Regional" } },
    ),
  );
}
