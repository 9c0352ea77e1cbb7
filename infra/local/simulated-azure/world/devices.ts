// Names and addresses of NAT gateways, firewalls and third-party appliances.

import type { AddressBook } from "./addresses.ts";
import type { FirewallSpec, NatGatewaySpec } from "./device-spec.ts";
import type { ApplianceModel, FirewallModel, NatGatewayModel } from "./model.ts";
import type { PrefixModel, PublicIpModel } from "./network-model.ts";
import type { ApplianceSpec } from "./network-spec.ts";
import { guid, hashText } from "./random.ts";

export interface DevicePlace {
  readonly seed: number;
  readonly subscriptionId: string;
  readonly book: AddressBook;
}

/** Builds a NAT gateway in the resource group it is to live in. */
export function buildNatGateway(
  spec: NatGatewaySpec,
  resourceGroup: string,
  { seed, subscriptionId, book }: DevicePlace,
): NatGatewayModel {
  const id = `${providerOf(subscriptionId, resourceGroup)}/natGateways/${spec.name}`;
  const place = { resourceGroup, subscriptionId, location: spec.location };
  const addressOf = (family: 4 | 6, index: number): PublicIpModel => {
    const plain = family === 4 ? `pip-${spec.name}-${index + 1}` : `pip6-${spec.name}-${index + 1}`;
    const name = spec.managed ? guid(`${id}/${family === 4 ? "" : "v6/"}${index}`, seed) : plain;
    const ip = book.publicIp({ ...place, name, sku: spec.sku ?? "Standard", family });
    ip.natGatewayId = id;
    return ip;
  };
  const publicIps = [
    ...Array.from({ length: spec.addresses }, (_, index) => addressOf(4, index)),
    ...Array.from({ length: spec.addresses6 ?? 0 }, (_, index) => addressOf(6, index)),
  ];
  const prefixes = spec.prefixLength === undefined ? [] : [gatewayPrefix(spec.prefixLength)];
  return {
    spec,
    id,
    subscriptionId,
    resourceGroup,
    publicIps,
    prefixes,
    seed: hashText(id, seed),
    subnets: [],
  };

  function gatewayPrefix(length: number): PrefixModel {
    const prefix = book.prefix({ ...place, name: `ippre-${spec.name}`, family: 4 }, length);
    prefix.natGatewayId = id;
    return prefix;
  }
}

/** Builds a firewall with the VNet that holds it, or in a hub. */
export function buildFirewall(
  spec: FirewallSpec,
  { seed, subscriptionId, book }: DevicePlace,
  natGateway: NatGatewayModel | undefined,
): FirewallModel {
  const { resourceGroup, location, name } = spec;
  const provider = providerOf(subscriptionId, resourceGroup);
  const id = `${provider}/azureFirewalls/${name}`;
  const head = { spec, id, subscriptionId, seed: hashText(id, seed), spokes: new Set<string>() };
  if (spec.hub) {
    const hubAddresses = Array.from({ length: spec.addresses }, () => book.address());
    return { ...head, publicIps: [], hubAddresses, networkId: `${provider}/virtualHubs/vhub-${name}` };
  }
  const publicIps = Array.from({ length: spec.addresses }, (_, index): PublicIpModel => {
    const order = { name: `pip-${name}-${index + 1}`, resourceGroup, subscriptionId, location };
    const ip = book.publicIp({ ...order, family: 4 });
    ip.attachedTo = `${id}/azureFirewallIpConfigurations/ipconfig-${index + 1}`;
    return ip;
  });
  const networkId = `${provider}/virtualNetworks/vnet-${name}`;
  natGateway?.subnets.push(`${networkId}/subnets/AzureFirewallSubnet`);
  return {
    ...head,
    publicIps,
    hubAddresses: [],
    networkId,
    ...(natGateway ? { natGatewayId: natGateway.id } : {}),
  };
}

/** Builds a third-party appliance with the VNet that holds it. */
export function buildAppliance(spec: ApplianceSpec, subscriptionId: string): ApplianceModel {
  const provider = providerOf(subscriptionId, spec.resourceGroup);
  const id =
    spec.kind === "interface"
      ? `${provider}/networkInterfaces/nic-${spec.name}`
      : `${provider}/loadBalancers/lbi-${spec.name}`;
  const networkId = `${provider}/virtualNetworks/vnet-${spec.name}`;
  return { spec, id, networkId, spokes: new Set() };
}

function providerOf(subscriptionId: string, resourceGroup: string): string {
  return `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.Network`;
}
