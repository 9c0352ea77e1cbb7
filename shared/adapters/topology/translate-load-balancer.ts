import type {
  BackendAddressPool,
  FrontendIPConfiguration,
  LoadBalancer,
  LoadBalancingRule,
  OutboundRule,
  Probe,
} from "@azure/arm-network";
import type {
  BackendMember,
  Frontend,
  ListedLoadBalancer,
  ListedLoadBalancingRule,
  ListedOutboundRule,
} from "#core/egress/network.ts";
import { nameOf, resourceKey } from "#core/egress/resource-id.ts";
import { normaliseIp } from "#core/ip-text.ts";
import { regionName } from "./translate-cluster.ts";
import { idsOf, ipFamily, refIds } from "./translate-network.ts";

/** A load balancer's own default, where an outbound rule leaves its idle timeout out. */
const IDLE_TIMEOUT_MINUTES = 4;

export function translateLoadBalancer(balancer: LoadBalancer): readonly ListedLoadBalancer[] {
  if (balancer.id == null) return [];
  const pools = (balancer.backendAddressPools ?? []).filter((pool) => pool.id != null);
  const probes = new Map((balancer.probes ?? []).map((probe) => [keyOf(probe.id), probe]));
  return [
    {
      id: balancer.id,
      key: resourceKey(balancer.id),
      name: balancer.name ?? nameOf(balancer.id),
      // Azure leaves the SKU out for the oldest ones, which are Basic.
      sku: balancer.sku?.name?.toLowerCase() ?? "basic",
      location: regionName(balancer.location),
      frontends: frontendsOf(balancer),
      pools: new Map(pools.map((pool) => [keyOf(pool.id), membersOf(pool)])),
      poolNames: new Map(pools.map((pool) => [keyOf(pool.id), pool.name ?? nameOf(pool.id ?? "")])),
      outboundRules: (balancer.outboundRules ?? []).map(translateOutboundRule),
      rules: (balancer.loadBalancingRules ?? []).map((rule) => translateRule(rule, probes)),
    },
  ];
}

function frontendsOf(balancer: LoadBalancer): ReadonlyMap<string, Frontend> {
  const ruleCounts = new Map<string, number>();
  for (const rule of [...(balancer.loadBalancingRules ?? []), ...(balancer.inboundNatRules ?? [])]) {
    const key = keyOf(rule.frontendIPConfiguration?.id);
    ruleCounts.set(key, (ruleCounts.get(key) ?? 0) + 1);
  }
  const frontends = (balancer.frontendIPConfigurations ?? []).map((it) => translateFrontend(it, ruleCounts));
  return new Map(frontends.map((frontend) => [frontend.key, frontend]));
}

function translateFrontend(
  frontend: FrontendIPConfiguration,
  ruleCounts: ReadonlyMap<string, number>,
): Frontend {
  const key = keyOf(frontend.id);
  return {
    key,
    name: frontend.name ?? nameOf(key),
    family: ipFamily(frontend.privateIPAddressVersion),
    privateIp: frontend.privateIPAddress ?? null,
    publicIpIds: idsOf([frontend.publicIPAddress?.id]),
    prefixIds: idsOf([frontend.publicIPPrefix?.id]),
    ruleCount: ruleCounts.get(key) ?? 0,
  };
}

/** Azure tells a member by its IP configuration in two places, and by its address in a pool of addresses. */
function membersOf(pool: BackendAddressPool): readonly BackendMember[] {
  const members = new Map<string, BackendMember>();
  for (const id of refIds(pool.backendIPConfigurations)) {
    members.set(resourceKey(id), { key: resourceKey(id), address: null });
  }
  for (const member of pool.loadBalancerBackendAddresses ?? []) {
    const configuration = member.networkInterfaceIPConfiguration?.id;
    const address = member.ipAddress == null ? null : normaliseIp(member.ipAddress);
    if (configuration != null) {
      const key = resourceKey(configuration);
      members.set(key, { key, address });
    } else if (address !== null) {
      members.set(address, { key: address, address });
    }
  }
  return [...members.values()];
}

function translateOutboundRule(rule: OutboundRule): ListedOutboundRule {
  return {
    name: rule.name ?? "",
    allocatedPorts: rule.allocatedOutboundPorts ?? 0,
    idleTimeoutMinutes: rule.idleTimeoutInMinutes ?? IDLE_TIMEOUT_MINUTES,
    protocol: rule.protocol ?? "All",
    frontendKeys: refIds(rule.frontendIPConfigurations).map(resourceKey),
    poolKey: keyOf(rule.backendAddressPool?.id),
  };
}

function translateRule(rule: LoadBalancingRule, probes: ReadonlyMap<string, Probe>): ListedLoadBalancingRule {
  const probe = probes.get(keyOf(rule.probe?.id));
  return {
    name: rule.name ?? "",
    frontendKey: keyOf(rule.frontendIPConfiguration?.id),
    protocol: rule.protocol ?? "",
    frontendPort: rule.frontendPort ?? 0,
    backendPort: rule.backendPort ?? 0,
    probe:
      probe === undefined
        ? null
        : { protocol: probe.protocol ?? "", port: probe.port ?? 0, path: probe.requestPath ?? null },
  };
}

function keyOf(id: string | null | undefined): string {
  return resourceKey(id ?? "");
}
