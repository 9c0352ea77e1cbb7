// The document of the load balancer `kubernetes` (Microsoft.Network).

import {
  type FrontendModel,
  frontendsInUse,
  type LoadBalancerModel,
  type ServiceModel,
} from "../world/load-balancer-model.ts";
import { type ClusterModel, nodesInPool } from "../world/model.ts";
import { guid } from "../world/random.ts";
import { ipConfigurationId, spelled } from "./node-ids.ts";
import {
  type ArmResource,
  armResource,
  type Document,
  etagOf,
  networkChild,
  networkDocument,
} from "./resource.ts";

const OUTBOUND_RULE = "aksOutboundRule";
const OUTBOUND_POOL = "aksOutboundBackendPool";
const INBOUND_POOL = "kubernetes";

/** AKS marks what belongs to IPv6 by a suffix. */
function familyName(name: string, family: 4 | 6): string {
  return family === 4 ? name : `${name}-IPv6`;
}

/** The load balancer of a cluster as ARM shows it. */
export function loadBalancerResource(cluster: ClusterModel, loadBalancer: LoadBalancerModel): ArmResource {
  const { id } = loadBalancer;
  const { location, name, resourceGroup } = cluster.spec;
  const families = [4, 6].filter(
    (family): family is 4 | 6 =>
      family === 4 || loadBalancer.frontends.some((frontend) => frontend.family === 6),
  );
  const head = { id, name: "kubernetes", type: "Microsoft.Network/loadBalancers", location };
  const tags = { "aks-managed-cluster-name": name, "aks-managed-cluster-rg": resourceGroup };
  return armResource(id, (rel) =>
    networkDocument(
      head,
      {
        frontendIPConfigurations: [
          ...frontendsInUse(loadBalancer, rel).map((frontend) => outboundFrontend(loadBalancer, frontend)),
          ...loadBalancer.services.map((service) => inboundFrontend(id, service)),
        ],
        backendAddressPools: families.flatMap((family) => [
          backendPool(cluster, loadBalancer, familyName(INBOUND_POOL, family), family, rel),
          ...(loadBalancer.outbound
            ? [backendPool(cluster, loadBalancer, familyName(OUTBOUND_POOL, family), family, rel)]
            : []),
        ]),
        loadBalancingRules: loadBalancer.services.map((service) => loadBalancingRule(id, service)),
        probes: loadBalancer.services.map((service) => probe(id, service)),
        inboundNatRules: [],
        outboundRules: loadBalancer.outbound
          ? families.map((family) => outboundRule(loadBalancer, family, rel))
          : [],
        inboundNatPools: [],
      },
      { tags, sku: { name: loadBalancer.sku, tier: "Regional" } },
    ),
  );
}

function outboundRuleRef(loadBalancerId: string, family: 4 | 6): Document {
  return { id: `${loadBalancerId}/outboundRules/${familyName(OUTBOUND_RULE, family)}` };
}

function outboundFrontend(loadBalancer: LoadBalancerModel, frontend: FrontendModel): Document {
  const { publicIpId, prefixId } = frontend;
  return networkChild(loadBalancer.id, "frontendIPConfigurations", frontend.name, {
    privateIPAllocationMethod: "Dynamic",
    ...(publicIpId ? { publicIPAddress: { id: publicIpId } } : {}),
    ...(loadBalancer.outbound ? { outboundRules: [outboundRuleRef(loadBalancer.id, frontend.family)] } : {}),
    ...(prefixId ? { publicIPPrefix: { id: prefixId }, privateIPAddressVersion: "IPv4" } : {}),
  });
}

function inboundFrontend(loadBalancerId: string, service: ServiceModel): Document {
  return networkChild(loadBalancerId, "frontendIPConfigurations", service.frontend.name, {
    privateIPAllocationMethod: "Dynamic",
    publicIPAddress: { id: service.frontend.publicIpId },
    loadBalancingRules: [{ id: `${loadBalancerId}/loadBalancingRules/${ruleName(service)}` }],
  });
}

function outboundRule(loadBalancer: LoadBalancerModel, family: 4 | 6, rel: number): Document {
  const { id } = loadBalancer;
  const { portsPerNode, idleTimeoutInMinutes } = loadBalancer.settingsAt(rel);
  const frontends = frontendsInUse(loadBalancer, rel).filter((frontend) => frontend.family === family);
  return networkChild(id, "outboundRules", familyName(OUTBOUND_RULE, family), {
    allocatedOutboundPorts: portsPerNode,
    protocol: "All",
    enableTcpReset: true,
    idleTimeoutInMinutes,
    allocationPolicy: { onDemandAllocation: false, portReuse: "FirstAvailable" },
    backendAddressPool: { id: `${id}/backendAddressPools/${familyName(OUTBOUND_POOL, family)}` },
    frontendIPConfigurations: frontends.map((frontend) => ({ id: frontend.id })),
  });
}

function backendPool(
  cluster: ClusterModel,
  loadBalancer: LoadBalancerModel,
  name: string,
  family: 4 | 6,
  rel: number,
): Document {
  const poolId = `${loadBalancer.id}/backendAddressPools/${name}`;
  // Azure lists members in no useful order.
  const [first, ...others] = nodesInPool(cluster, rel);
  const members = (first ? [...others, first] : []).map((node) => ipConfigurationId(node, family));
  const outbound = name.startsWith(OUTBOUND_POOL);
  const rules = loadBalancer.services.map((service) => ({
    id: `${loadBalancer.id}/loadBalancingRules/${ruleName(service)}`,
  }));
  return networkChild(loadBalancer.id, "backendAddressPools", name, {
    loadBalancerBackendAddresses: members.map((id) => backendAddress(poolId, id)),
    ...(outbound ? { outboundRules: [outboundRuleRef(loadBalancer.id, family)] } : {}),
    ...(!outbound && family === 4 && rules.length > 0 ? { loadBalancingRules: rules } : {}),
    // An empty pool has no such key.
    ...(members.length > 0
      ? { backendIPConfigurations: members.map((id, at) => ({ id: spelled(cluster, id, at) })) }
      : {}),
  });
}

function backendAddress(poolId: string, ipConfiguration: string): Document {
  const name = guid(`${poolId}/${ipConfiguration}`, 0);
  return {
    name,
    id: `${poolId}/loadBalancerBackendAddresses/${name}`,
    etag: etagOf(poolId),
    properties: { provisioningState: "Succeeded", networkInterfaceIPConfiguration: { id: ipConfiguration } },
    type: "Microsoft.Network/loadBalancers/backendAddressPools/loadBalancerBackendAddresses",
  };
}

function ruleName(service: ServiceModel): string {
  return `${service.frontend.name}-TCP-${service.port}`;
}

function loadBalancingRule(loadBalancerId: string, service: ServiceModel): Document {
  const pool = { id: `${loadBalancerId}/backendAddressPools/${INBOUND_POOL}` };
  return networkChild(loadBalancerId, "loadBalancingRules", ruleName(service), {
    frontendIPConfiguration: { id: service.frontend.id },
    frontendPort: service.port,
    backendPort: service.port,
    enableFloatingIP: true,
    idleTimeoutInMinutes: 4,
    protocol: "Tcp",
    enableDestinationServiceEndpoint: false,
    enableTcpReset: true,
    allowBackendPortConflict: false,
    loadDistribution: "Default",
    disableOutboundSnat: true,
    backendAddressPool: pool,
    backendAddressPools: [pool],
    probe: { id: `${loadBalancerId}/probes/${ruleName(service)}` },
  });
}

/** externalTrafficPolicy Local is not in ARM: only the HTTP probe on a node port gives it away. */
function probe(loadBalancerId: string, service: ServiceModel): Document {
  const http = service.policy === "Local" ? { requestPath: "/healthz" } : {};
  return networkChild(loadBalancerId, "probes", ruleName(service), {
    protocol: service.policy === "Local" ? "Http" : "Tcp",
    port: service.nodePort,
    ...http,
    intervalInSeconds: 5,
    numberOfProbes: 2,
    probeThreshold: 1,
    noHealthyBackendsBehavior: "AllProbedDown",
    loadBalancingRules: [{ id: `${loadBalancerId}/loadBalancingRules/${ruleName(service)}` }],
  });
}
