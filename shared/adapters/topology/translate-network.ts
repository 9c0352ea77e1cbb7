import type {
  AzureFirewall,
  NatGateway as AzureNatGateway,
  RouteTable as AzureRouteTable,
  NetworkInterface,
  PublicIPAddress,
  PublicIPPrefix,
} from "@azure/arm-network";
import type { IpFamily } from "#core/egress/ip.ts";
import type {
  Firewall,
  NatGateway,
  NicAddress,
  PublicIp,
  PublicIpPrefix,
  RouteTable,
} from "#core/egress/network.ts";
import { scaleSetKeyOf } from "#core/egress/node-name.ts";
import { resourceKey } from "#core/egress/resource-id.ts";
import { normaliseIp } from "#core/ip-text.ts";
import { regionName } from "./translate-cluster.ts";

// Azure's lists leave keys out and write null where the SDK's types promise a value: every field is read as if absent.

export function translateRouteTable(table: AzureRouteTable): readonly RouteTable[] {
  if (table.id == null) return [];
  return [
    {
      id: table.id,
      key: resourceKey(table.id),
      routes: (table.routes ?? []).map((route) => ({
        name: route.name ?? "",
        prefix: route.addressPrefix ?? "",
        nextHopType: route.nextHopType ?? "",
        nextHops: route.nextHop?.nextHopIpAddresses ?? idsOf([route.nextHopIpAddress]),
      })),
    },
  ];
}

export function translateNatGateway(gateway: AzureNatGateway): readonly NatGateway[] {
  if (gateway.id == null) return [];
  const network = gateway.sourceVirtualNetwork?.id;
  return [
    {
      id: gateway.id,
      key: resourceKey(gateway.id),
      sku: gateway.sku?.name ?? "Standard",
      location: regionName(gateway.location),
      idleTimeoutMinutes: gateway.idleTimeoutInMinutes ?? null,
      virtualNetworkKey: network == null ? null : resourceKey(network),
      publicIpIds: refIds(gateway.publicIpAddresses, gateway.publicIpAddressesV6),
      prefixIds: refIds(gateway.publicIpPrefixes, gateway.publicIpPrefixesV6),
    },
  ];
}

export function translateFirewall(firewall: AzureFirewall): readonly Firewall[] {
  if (firewall.id == null) return [];
  const configurations = firewall.ipConfigurations ?? [];
  const subnet = configurations.find((it) => it.subnet?.id != null)?.subnet?.id;
  return [
    {
      id: firewall.id,
      key: resourceKey(firewall.id),
      location: regionName(firewall.location),
      tier: firewall.sku?.tier ?? null,
      hub: firewall.virtualHub?.id != null || firewall.sku?.name?.toLowerCase() === "azfw_hub",
      privateIps: idsOf([
        ...configurations.map((it) => it.privateIPAddress),
        firewall.hubIPAddresses?.privateIPAddress,
      ]),
      publicIpIds: idsOf(configurations.map((it) => it.publicIPAddress?.id)),
      publicAddresses: idsOf((firewall.hubIPAddresses?.publicIPs?.addresses ?? []).map((it) => it.address)),
      subnetKey: subnet == null ? null : resourceKey(subnet),
    },
  ];
}

export function translatePublicIp(publicIp: PublicIPAddress): readonly PublicIp[] {
  if (publicIp.id == null) return [];
  const family = ipFamily(publicIp.publicIPAddressVersion);
  return [
    {
      key: resourceKey(publicIp.id),
      address: publicIp.ipAddress == null ? null : normaliseIp(publicIp.ipAddress),
      family,
    },
  ];
}

export function translatePrefix(prefix: PublicIPPrefix): readonly PublicIpPrefix[] {
  if (prefix.id == null) return [];
  const users = (prefix.publicIPAddresses ?? []).flatMap(
    (it) => scaleSetKeyOf(resourceKey(it.id ?? "")) ?? [],
  );
  return [
    {
      id: prefix.id,
      key: resourceKey(prefix.id),
      prefix: prefix.ipPrefix ?? null,
      family: ipFamily(prefix.publicIPAddressVersion),
      attached: prefix.loadBalancerFrontendIpConfiguration?.id != null || prefix.natGateway?.id != null,
      scaleSets: [...new Set(users)],
    },
  ];
}

export function translateNic(nic: NetworkInterface): readonly NicAddress[] {
  const machine = nic.virtualMachine?.id;
  const group = nic.networkSecurityGroup?.id;
  return (nic.ipConfigurations ?? []).flatMap((configuration) =>
    configuration.id == null || configuration.privateIPAddress == null
      ? []
      : [
          {
            key: resourceKey(configuration.id),
            address: normaliseIp(configuration.privateIPAddress),
            machineKey: machine == null ? null : resourceKey(machine),
            securityGroupKey: group == null ? null : resourceKey(group),
          },
        ],
  );
}

export function ipFamily(version: string | undefined): IpFamily {
  return version?.toLowerCase() === "ipv6" ? "ipv6" : "ipv4";
}

/** Those that are there, each once. */
export function idsOf(ids: readonly (string | null | undefined)[]): readonly string[] {
  return [...new Set(ids.filter((id): id is string => id != null && id !== ""))];
}

type Refs = readonly { readonly id?: string }[] | null | undefined;

export function refIds(...lists: readonly Refs[]): readonly string[] {
  return idsOf(lists.flatMap((list) => (list ?? []).map((it) => it.id)));
}
