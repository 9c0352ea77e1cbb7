// Answers of Azure Resource Manager, cut down to what discovery reads.

export const SUB = "11111111-1111-1111-1111-111111111111";
export const HUB = "22222222-2222-2222-2222-222222222222";
export const NODES = "MC_shop_shop-prod_westeurope";

export function id(type: string, name: string, group = NODES, subscription = SUB): string {
  return `/subscriptions/${subscription}/resourceGroups/${group}/providers/${type}/${name}`;
}

export const lbId = (name = "kubernetes", group = NODES) =>
  id("Microsoft.Network/loadBalancers", name, group);
export const ipId = (name: string, group = NODES, subscription = SUB) =>
  id("Microsoft.Network/publicIPAddresses", name, group, subscription);
export const prefixId = (name: string, group = NODES) =>
  id("Microsoft.Network/publicIPPrefixes", name, group);
export const natId = (name: string, group = NODES) => id("Microsoft.Network/natGateways", name, group);
export const tableId = (name: string, group = NODES, subscription = SUB) =>
  id("Microsoft.Network/routeTables", name, group, subscription);
export const vnetId = (name = "aks-vnet-1", group = NODES, subscription = SUB) =>
  id("Microsoft.Network/virtualNetworks", name, group, subscription);
export const subnetId = (name = "aks-subnet", network = vnetId()) => `${network}/subnets/${name}`;
export const vmssId = (pool = "nodepool1", group = NODES) =>
  id("Microsoft.Compute/virtualMachineScaleSets", `aks-${pool}-12345678-vmss`, group);
export const nicConfigId = (instance: number, pool = "nodepool1", group = NODES) => {
  const set = `aks-${pool}-12345678-vmss`;
  return `${vmssId(pool, group)}/virtualMachines/${instance}/networkInterfaces/${set}/ipConfigurations/ipconfig1`;
};

type Fields = Readonly<Record<string, unknown>>;

export function cluster(
  network: Fields = {},
  properties: Fields = {},
  pools: readonly Fields[] = [{}],
): object {
  return {
    id: id("Microsoft.ContainerService/managedClusters", "shop-prod", "shop"),
    name: "shop-prod",
    type: "Microsoft.ContainerService/ManagedClusters",
    location: "westeurope",
    properties: {
      provisioningState: "Succeeded",
      powerState: { code: "Running" },
      kubernetesVersion: "1.31",
      nodeResourceGroup: NODES,
      agentPoolProfiles: pools.map((pool) => ({
        name: "nodepool1",
        count: 2,
        mode: "System",
        osType: "Linux",
        vmSize: "Standard_D4ds_v5",
        ...pool,
      })),
      networkProfile: { loadBalancerSku: "standard", outboundType: "loadBalancer", ...network },
      ...properties,
    },
  };
}

export function publicIp(ipId: string, ipAddress: string | null, version = "IPv4"): object {
  return { id: ipId, properties: { ipAddress, publicIPAddressVersion: version } };
}

export function prefix(prefixId: string, ipPrefix: string, properties: Fields = {}): object {
  const version = ipPrefix.includes(":") ? "IPv6" : "IPv4";
  return { id: prefixId, properties: { ipPrefix, publicIPAddressVersion: version, ...properties } };
}

export function network(subnets: readonly object[], networkId = vnetId(), properties: Fields = {}): object {
  return {
    id: networkId,
    properties: { addressSpace: { addressPrefixes: ["10.0.0.0/8"] }, subnets, ...properties },
  };
}

export function subnet(properties: Fields = {}, subnetIdValue = subnetId()): object {
  return {
    id: subnetIdValue,
    name: subnetIdValue.split("/").at(-1),
    properties: { addressPrefix: "10.224.0.0/16", ...properties },
  };
}

export function routeTable(tableIdValue: string, ...routes: readonly Fields[]): object {
  return {
    id: tableIdValue,
    properties: { routes: routes.map((properties, index) => ({ name: `route${index}`, properties })) },
  };
}

export const defaultTo = (nextHopType: string, nextHopIpAddress?: string, addressPrefix = "0.0.0.0/0") => ({
  addressPrefix,
  nextHopType,
  ...(nextHopIpAddress === undefined ? {} : { nextHopIpAddress }),
});

export function firewall(
  firewallId: string,
  privateIp: string,
  publicIpId: string,
  subnetOf: string,
): object {
  const properties = {
    privateIPAddress: privateIp,
    publicIPAddress: { id: publicIpId },
    subnet: { id: subnetOf },
  };
  return {
    id: firewallId,
    location: "westeurope",
    properties: { ipConfigurations: [{ name: "one", properties }] },
  };
}

export function natGateway(gatewayId: string, properties: Fields, sku = "Standard"): object {
  return { id: gatewayId, sku: { name: sku }, properties };
}

export const securityGroupId = (name: string, group = NODES, subscription = SUB) =>
  id("Microsoft.Network/networkSecurityGroups", name, group, subscription);

/** A rule as Azure writes it; outbound, TCP, allowed, unless the fields say otherwise. */
export const rule = (name: string, priority: number, fields: Fields = {}) => ({
  name,
  properties: {
    direction: "Outbound",
    protocol: "Tcp",
    access: "Allow",
    priority,
    sourceAddressPrefix: "*",
    sourcePortRange: "*",
    destinationAddressPrefix: "*",
    destinationPortRange: "*",
    ...fields,
  },
});

export function securityGroup(groupId: string, rules: readonly object[], properties: Fields = {}): object {
  return { id: groupId, properties: { securityRules: rules, defaultSecurityRules: [], ...properties } };
}

export const workspaceId = (name: string, subscription = SUB) =>
  id("Microsoft.OperationalInsights/workspaces", name, "logs", subscription);

export function workspace(workspaceIdValue: string, customerId: string): object {
  return { id: workspaceIdValue, properties: { customerId } };
}

/** A diagnostic setting that sends these categories to a workspace. */
export function diagnosticSetting(
  workspaceIdValue: string | null,
  categories: readonly string[],
  properties: Fields = {},
): object {
  const logs = categories.map((category) => ({ category, categoryGroup: null, enabled: true }));
  return {
    name: "logs",
    properties: { workspaceId: workspaceIdValue, logs, logAnalyticsDestinationType: null, ...properties },
  };
}

interface BalancerShape {
  readonly balancerId?: string;
  readonly sku?: string;
  /** Name of each frontend and where its addresses come from. */
  readonly frontends: Readonly<Record<string, Fields>>;
  /** Frontends of the outbound rule; `null` for a load balancer without one. */
  readonly outbound: readonly string[] | null;
  readonly allocated?: number;
  readonly members?: readonly string[];
  readonly rules?: readonly Fields[];
}

export function loadBalancer(shape: BalancerShape): object {
  const { balancerId = lbId(), sku = "Standard", frontends, outbound, allocated = 0, members = [] } = shape;
  const frontendId = (name: string) => `${balancerId}/frontendIPConfigurations/${name}`;
  const poolId = `${balancerId}/backendAddressPools/aksOutboundBackendPool`;
  return {
    id: balancerId,
    name: balancerId.split("/").at(-1),
    location: "westeurope",
    sku: { name: sku },
    properties: {
      frontendIPConfigurations: Object.entries(frontends).map(([name, properties]) => ({
        id: frontendId(name),
        name,
        properties,
      })),
      backendAddressPools: [
        {
          id: poolId,
          name: "aksOutboundBackendPool",
          properties: { backendIPConfigurations: members.map((member) => ({ id: member })) },
        },
      ],
      loadBalancingRules: (shape.rules ?? []).map((rule, index) => ({
        name: `rule${index}`,
        properties: { protocol: "Tcp", frontendPort: 80, backendPort: 30_080, ...rule },
      })),
      outboundRules:
        outbound === null
          ? []
          : [
              {
                id: `${balancerId}/outboundRules/aksOutboundRule`,
                name: "aksOutboundRule",
                properties: {
                  allocatedOutboundPorts: allocated,
                  idleTimeoutInMinutes: 30,
                  protocol: "All",
                  backendAddressPool: { id: poolId },
                  frontendIPConfigurations: outbound.map((name) => ({ id: frontendId(name) })),
                },
              },
            ],
    },
  };
}

export function nic(
  instance: number,
  address: string,
  pool = "nodepool1",
  group = NODES,
  properties: Fields = {},
): object {
  const configuration = nicConfigId(instance, pool, group);
  return {
    id: configuration.replace(/\/ipConfigurations.*/, ""),
    properties: {
      virtualMachine: { id: `${vmssId(pool, group)}/virtualMachines/${instance}` },
      ipConfigurations: [{ id: configuration, properties: { privateIPAddress: address } }],
      ...properties,
    },
  };
}
