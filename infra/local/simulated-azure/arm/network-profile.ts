// `networkProfile` of a managed cluster: what its owner asked for and what came of it.

import { frontendsInUse } from "../world/load-balancer-model.ts";
import type { ClusterModel } from "../world/model.ts";
import type { ClusterSpec } from "../world/spec.ts";
import type { Document } from "./resource.ts";

const PLUGINS: Readonly<Record<NonNullable<ClusterSpec["networkPlugin"]>, Document>> = {
  overlay: {
    networkPlugin: "azure",
    networkPluginMode: "overlay",
    networkPolicy: "none",
    networkDataplane: "azure",
  },
  flat: { networkPlugin: "azure", networkPolicy: "none", networkDataplane: "azure" },
  kubenet: { networkPlugin: "kubenet" },
};

/** The network profile of a cluster at a minute. */
export function networkProfile(cluster: ClusterModel, rel: number): Document {
  const { spec } = cluster;
  const overlay = (spec.networkPlugin ?? "overlay") === "overlay";
  const dualStack = cluster.loadBalancer?.frontends.some(({ family }) => family === 6) ?? false;
  const podCidrs = dualStack ? ["10.244.0.0/16", "fd12:3456:789a::/64"] : ["10.244.0.0/16"];
  const serviceCidrs = dualStack ? ["10.0.0.0/16", "fd12:3456:789a:1::/108"] : ["10.0.0.0/16"];
  const profile = loadBalancerProfile(cluster, rel);
  return {
    ...PLUGINS[spec.networkPlugin ?? "overlay"],
    loadBalancerSku: spec.loadBalancerSku ?? "standard",
    ...(profile ? { loadBalancerProfile: profile } : {}),
    ...(cluster.natGateway?.spec.managed ? { natGatewayProfile: natGatewayProfile(cluster) } : {}),
    ...(spec.networkPlugin === "flat" ? {} : { podCidr: podCidrs[0] }),
    serviceCidr: serviceCidrs[0],
    dnsServiceIP: "10.0.0.10",
    outboundType: spec.outboundType ?? "loadBalancer",
    ...(spec.networkPlugin === "flat" ? {} : { podCidrs }),
    serviceCidrs,
    ipFamilies: dualStack ? ["IPv4", "IPv6"] : ["IPv4"],
    ...(overlay ? { podLinkLocalAccess: "IMDS" } : {}),
    ...(cluster.pools.some(({ prefix }) => prefix) ? { staticEgressGatewayProfile: { enabled: true } } : {}),
  };
}

/** What the owner asked for and what came of it. Basic load balancers have no profile at all. */
function loadBalancerProfile(cluster: ClusterModel, rel: number): Document | undefined {
  const { loadBalancer } = cluster;
  if (loadBalancer?.sku === "Basic") return undefined;
  if (!loadBalancer?.outbound) return { backendPoolType: "nodeIPConfiguration" };

  const spec = cluster.spec.loadBalancer;
  const settings = loadBalancer.settingsAt(rel);
  const frontends = frontendsInUse(loadBalancer, rel);
  const ids = frontends.map(({ publicIpId, prefixId }) => ({ id: publicIpId ?? prefixId }));
  const source = spec?.addresses;
  const asked: Document = {};
  if (source?.from === "managed") {
    asked["managedOutboundIPs"] = {
      count: settings.addresses,
      ...(source.ipv6 ? { countIPv6: source.ipv6 } : {}),
    };
  } else if (source?.from === "own") {
    asked["outboundIPs"] = { publicIPs: ids };
  } else {
    asked["outboundIPPrefixes"] = { publicIPPrefixes: ids };
  }
  // Prefixes come back in lower case here, as recorded answers show.
  const effective =
    source?.from === "prefix" ? ids.map(({ id }) => ({ id: lowerProvider(id ?? "") })) : [...ids].reverse();
  return {
    ...asked,
    effectiveOutboundIPs: effective,
    // Azure leaves the key out on some clusters that never set it.
    ...(spec?.portsPerNode === undefined && cluster.index % 3 === 1
      ? {}
      : { allocatedOutboundPorts: settings.portsPerNode }),
    idleTimeoutInMinutes: settings.idleTimeoutInMinutes,
    ...(cluster.index % 2 === 0 ? { backendPoolType: "nodeIPConfiguration" } : {}),
  };
}

function lowerProvider(id: string): string {
  return id
    .replace(/\/providers\/[^/]+\/[^/]+/, (part) => part.toLowerCase())
    .replace("/resourceGroups/", "/resourcegroups/");
}

function natGatewayProfile(cluster: ClusterModel): Document {
  const { publicIps: ips = [], spec } = cluster.natGateway ?? {};
  const ipv6 = ips.filter(({ family }) => family === 6).length;
  return {
    ...(spec?.sku === "StandardV2" ? { sku: "StandardV2" } : {}),
    managedOutboundIPProfile: { count: ips.length - ipv6, ...(ipv6 > 0 ? { countIPv6: ipv6 } : {}) },
    effectiveOutboundIPs: ips.map(({ id }) => ({ id })),
    idleTimeoutInMinutes: 4,
  };
}
