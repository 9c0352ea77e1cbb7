import { familyOfRefs, resolveAddresses } from "./addresses.ts";
import type { ListedCluster } from "./listed-cluster.ts";
import type { BackendMember, Frontend, ListedLoadBalancer } from "./network.ts";
import type { NetworkIndex } from "./network-index.ts";
import { nodeNameOf, poolOfKey, scaleSetKeyOf } from "./node-name.ts";
import { nameOf } from "./resource-id.ts";
import type { Cluster, LoadBalancerTopology, OutboundFrontend, PoolMember } from "./topology.ts";
import { ProblemList } from "./unread.ts";

/** Joins a load balancer with addresses and nodes. Members that the last discovery knew keep what it knew. */
export function loadBalancerTopology(
  balancer: ListedLoadBalancer,
  cluster: ListedCluster,
  network: NetworkIndex,
  previous: Cluster | undefined,
  nowMs: number,
  problems: ProblemList,
): LoadBalancerTopology {
  const members = poolMembers(balancer, cluster, network, previous, nowMs);
  return {
    id: balancer.id,
    sku: balancer.sku,
    location: balancer.location,
    outboundRules: balancer.outboundRules.map((rule) => ({
      name: rule.name,
      allocatedPorts: rule.allocatedPorts,
      idleTimeoutMinutes: rule.idleTimeoutMinutes,
      protocol: rule.protocol,
      frontends: frontendsOf(balancer, rule.frontendKeys).map((frontend) =>
        outboundFrontend(frontend, network, problems),
      ),
      backendPool: balancer.poolNames.get(rule.poolKey) ?? nameOf(rule.poolKey),
    })),
    members,
    membersResolved: members.every((member) => member.backendIp !== null),
    rules: balancer.rules.map(({ frontendKey, ...rule }) => ({
      ...rule,
      // An address of an inbound rule that cannot be read is no gap in what we say about egress.
      frontendAddresses: frontendsOf(balancer, [frontendKey]).flatMap(
        (frontend) => resolveAddresses(network, frontend, new ProblemList(), frontend.family).addresses,
      ),
    })),
  };
}

/** The members of the pools of the outbound rules (of a Basic load balancer: of all pools), each once. */
export function listedMembers(balancer: ListedLoadBalancer): readonly BackendMember[] {
  const poolKeys =
    balancer.outboundRules.length > 0
      ? balancer.outboundRules.map((rule) => rule.poolKey)
      : [...balancer.pools.keys()];
  const members = new Map<string, BackendMember>();
  for (const poolKey of poolKeys) {
    for (const member of balancer.pools.get(poolKey) ?? []) members.set(member.key, member);
  }
  return [...members.values()];
}

/** The frontends with these keys, in their order. */
export function frontendsOf(balancer: ListedLoadBalancer, keys: readonly string[]): readonly Frontend[] {
  return keys.flatMap((key) => balancer.frontends.get(key) ?? []);
}

function poolMembers(
  balancer: ListedLoadBalancer,
  cluster: ListedCluster,
  network: NetworkIndex,
  previous: Cluster | undefined,
  nowMs: number,
): readonly PoolMember[] {
  const known = new Map(previous?.loadBalancer?.members.map((member) => [member.key, member]));
  return listedMembers(balancer).map((member) => {
    const before = known.get(member.key);
    const nic = network.nicAddresses.get(member.key);
    const machineKey = nic?.machineKey ?? (scaleSetKeyOf(member.key) === null ? null : member.key);
    return {
      key: member.key,
      backendIp: member.address ?? nic?.address ?? before?.backendIp ?? null,
      node: machineKey === null ? (before?.node ?? null) : nodeNameOf(machineKey),
      pool: machineKey === null ? (before?.pool ?? null) : poolOfKey(machineKey, cluster.pools),
      firstSeenMs: before?.firstSeenMs ?? nowMs,
    };
  });
}

function outboundFrontend(
  frontend: Frontend,
  network: NetworkIndex,
  problems: ProblemList,
): OutboundFrontend {
  const family = familyOfRefs(network, frontend, frontend.family);
  const { addresses } = resolveAddresses(network, frontend, problems, family);
  return { name: frontend.name, addresses, family };
}
