import type { Facts } from "#core/checks/check.ts";
import { buildFacts } from "#core/checks/facts.ts";
import type { CheckLimits } from "#core/checks/limits.ts";
import { NO_ALLOCATION } from "#core/collection/allocation-memory.ts";
import type { Denial } from "#core/denials/denial.ts";
import { NO_DENIALS } from "#core/denials/denial-memory.ts";
import {
  type ClusterNetwork,
  type ClusterSubnet,
  type FirewallTopology,
  type NatGatewayTopology,
  NO_NETWORK,
} from "#core/egress/cluster-network.ts";
import type { Cluster, LoadBalancerTopology, NodePool, PoolMember } from "#core/egress/topology.ts";
import type { MetricName, SampleBlock, SeriesLabels } from "#core/series/sample-block.ts";
import { createBlock, ensureSeries } from "#core/series/sample-block.ts";
import { MINUTE_MS } from "#core/time.ts";

/** A whole minute to hang stories on: 2026-03-02T10:00:00Z, a Monday. */
export const T0 = Date.UTC(2026, 2, 2, 10, 0, 0);

export const LIMITS: CheckLimits = {
  warnRatio: 0.75,
  failRatio: 0.9,
  failedRatio: 0.05,
  skewFactor: 3,
  staleAfterMs: 5 * MINUTE_MS,
  collectLagMs: 3 * MINUTE_MS,
};

const SUBSCRIPTION = "11111111-2222-3333-4444-555555555555";
const NODE_GROUP = "MC_rg-payments_aks-payments_westeurope";
export const FIREWALL_ID = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-hub/providers/Microsoft.Network/azureFirewalls/fw-hub`;
const BALANCER_ID = `/subscriptions/${SUBSCRIPTION}/resourceGroups/${NODE_GROUP}/providers/Microsoft.Network/loadBalancers/kubernetes`;

export function pool(changes: Partial<NodePool> = {}): NodePool {
  return {
    name: "pool1",
    mode: "System",
    count: 3,
    autoscaling: false,
    minCount: null,
    maxCount: null,
    maxSurge: null,
    subnetId: null,
    podSubnetId: null,
    nodePublicIp: false,
    osType: "Linux",
    vmSize: "Standard_D4s_v5",
    ...changes,
  };
}

/** Members `10.0.0.4`, `10.0.0.5`, ... with node names. */
export function members(count: number): PoolMember[] {
  return Array.from({ length: count }, (_, index) => ({
    key: `nic-${index}`,
    backendIp: backendIp(index),
    node: `aks-pool1-10000000-vmss${index.toString(36).padStart(6, "0")}`,
    pool: "pool1",
    firstSeenMs: T0 - 86_400_000,
  }));
}

export function backendIp(index: number): string {
  return `10.0.${Math.floor(index / 250)}.${4 + (index % 250)}`;
}

export function balancer(nodes: number, changes: Partial<LoadBalancerTopology> = {}): LoadBalancerTopology {
  return {
    id: BALANCER_ID,
    sku: "standard",
    location: "westeurope",
    outboundRules: [outboundRule()],
    members: members(nodes),
    membersResolved: true,
    rules: [],
    ...changes,
  };
}

export function outboundRule(allocatedPorts = 0, addresses: readonly string[] = ["20.50.1.1"]) {
  return {
    name: "aksOutboundRule",
    allocatedPorts,
    idleTimeoutMinutes: 30,
    protocol: "All",
    frontends: addresses.map((address, index) => ({
      name: `frontend-${index}`,
      addresses: [address],
      family: "ipv4" as const,
    })),
    backendPool: "aksOutboundBackendPool",
  };
}

export function cluster(changes: Partial<Cluster> & { nodes?: number } = {}): Cluster {
  const { nodes = 3, ...rest } = changes;
  return {
    ref: {
      id: `/subscriptions/${SUBSCRIPTION}/resourcegroups/rg-payments/providers/Microsoft.ContainerService/managedClusters/aks-payments`,
      key: `/subscriptions/${SUBSCRIPTION}/resourcegroups/rg-payments/providers/microsoft.containerservice/managedclusters/aks-payments`,
      name: "aks-payments",
      subscriptionId: SUBSCRIPTION,
      resourceGroup: "rg-payments",
      location: "westeurope",
    },
    nodeResourceGroup: NODE_GROUP,
    outboundType: "loadBalancer",
    provisioningState: "Succeeded",
    powerState: "running",
    kubernetesVersion: "1.33.2",
    tags: {},
    pools: [pool({ count: nodes })],
    loadBalancerProfile: { allocatedOutboundPorts: 0, idleTimeoutMinutes: 30, addresses: "managed" },
    paths: [
      {
        kind: "loadBalancer",
        resourceId: BALANCER_ID,
        publicIps: ["20.50.1.1"],
        protocols: { tcp: true, udp: true, icmp: false },
        portBudget: 64_000,
        pools: ["pool1"],
        reason: "outbound rule aksOutboundRule",
      },
    ],
    loadBalancer: balancer(nodes),
    network: NO_NETWORK,
    discoveredAtMs: T0 - 10 * MINUTE_MS,
    problems: [],
    ...rest,
  };
}

/** A denial of `example.com` on 443, by no rule, seen in the first minutes of its span. */
export function denial(changes: Partial<Denial> = {}): Denial {
  const { spanMs = T0, sources = ["10.0.0.4"] } = changes;
  return {
    spanMs,
    firewall: FIREWALL_ID.toLowerCase(),
    kind: "application",
    destination: "example.com",
    port: 443,
    protocol: "https",
    rule: null,
    reason: null,
    count: 1,
    sources,
    sourceCount: sources.length,
    firstSeenMs: spanMs,
    lastSeenMs: spanMs + 4 * MINUTE_MS,
    ...changes,
  };
}

/** A firewall whose logs of all categories go to a workspace. */
export function firewall(changes: Partial<FirewallTopology> = {}): FirewallTopology {
  return {
    id: FIREWALL_ID,
    name: "fw-hub",
    subscriptionId: SUBSCRIPTION,
    location: "westeurope",
    tier: "Standard",
    hub: false,
    publicIps: ["20.60.1.1"],
    natGatewayId: null,
    logs: [
      { workspaceId: "/workspaces/logs", customerId: "c", tables: "resourceSpecific", categories: "all" },
    ],
    logProblem: null,
    ...changes,
  };
}

/** A cluster that leaves through {@link firewall}, with one node subnet `10.0.0.0/16`. */
export function firewallCluster(
  network: Partial<ClusterNetwork> = {},
  changes: Partial<Cluster> = {},
): Cluster {
  return cluster({
    outboundType: "userDefinedRouting",
    loadBalancer: null,
    paths: [
      {
        kind: "firewall",
        resourceId: FIREWALL_ID,
        publicIps: ["20.60.1.1"],
        protocols: { tcp: true, udp: true, icmp: false },
        portBudget: null,
        pools: ["pool1"],
        reason: "a default route",
      },
    ],
    network: { ...NO_NETWORK, subnets: [subnet()], firewalls: [firewall()], ...network },
    ...changes,
  });
}

export function subnet(changes: Partial<ClusterSubnet> = {}): ClusterSubnet {
  return {
    id: `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet/subnets/nodes`,
    name: "nodes",
    prefixes: ["10.0.0.0/16"],
    use: "nodes",
    pools: ["pool1"],
    routeTableId: null,
    routeState: "none",
    defaultRoute: null,
    natGatewayId: null,
    securityGroupId: null,
    ...changes,
  };
}

export const GATEWAY_ID = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-network/providers/Microsoft.Network/natGateways/ng-payments`;

export function natGateway(changes: Partial<NatGatewayTopology> = {}): NatGatewayTopology {
  return {
    id: GATEWAY_ID,
    name: "ng-payments",
    sku: "Standard",
    location: "westeurope",
    idleTimeoutMinutes: 4,
    publicIps: [],
    ipv4Count: 1,
    managed: false,
    ...changes,
  };
}

/** A cluster whose one pool leaves through {@link natGateway}. */
export function gatewayCluster(
  network: Partial<ClusterNetwork> = {},
  changes: Partial<Cluster> = {},
): Cluster {
  const made = cluster({ outboundType: "userAssignedNATGateway", loadBalancer: null });
  const paths = made.paths.map((path) => ({
    ...path,
    kind: "natGateway" as const,
    resourceId: GATEWAY_ID,
    portBudget: null,
  }));
  return { ...made, paths, network: { ...NO_NETWORK, natGateways: [natGateway()], ...network }, ...changes };
}

/** A series of a device, whose id metrics name in lower case. */
export function deviceLine(
  metric: MetricName,
  id: string,
  values: Line["values"],
  labels: SeriesLabels = {},
): Line {
  return { metric, labels: { ...labels, resourceId: id.toLowerCase() }, values };
}

/** Values of one series: a number holds for every minute, `_` in a string is a missing minute. */
export interface Line {
  readonly metric: MetricName;
  readonly labels: SeriesLabels;
  /** One number for all minutes, or one entry a minute, oldest first; `null` is no value. */
  readonly values: number | readonly (number | null)[];
}

/** Samples of the last `minutes` up to and with the minute `T0`. */
function samples(lines: readonly Line[], minutes = 16): SampleBlock {
  const block = createBlock(T0 - (minutes - 1) * MINUTE_MS, T0 + MINUTE_MS);
  for (const { metric, labels, values } of lines) {
    const series = ensureSeries(block, metric, labels);
    const list = typeof values === "number" ? Array.from({ length: minutes }, () => values) : values;
    for (const [index, value] of list.entries()) {
      if (value !== null) series.values[minutes - list.length + index] = value;
    }
  }
  return block;
}

/** One node's figures for {@link nodeLines}. */
export interface NodeFigures {
  readonly tcp?: number | readonly (number | null)[];
  readonly udp?: number;
  readonly allocated?: number;
  readonly failed?: number | readonly (number | null)[];
  readonly succeeded?: number;
}

/** The series of nodes on one frontend, as Azure gives them for a plain load balancer. */
export function nodeLines(nodes: readonly NodeFigures[], frontendIp = "20.50.1.1"): Line[] {
  return nodes.flatMap(({ tcp = 100, udp = 4, allocated = 1_024, failed = 0, succeeded = 200 }, index) => {
    const ip = backendIp(index);
    const port = (metric: MetricName, protocol: "tcp" | "udp", values: Line["values"]): Line => ({
      metric,
      labels: { frontendIp, backendIp: ip, protocol },
      values,
    });
    return [
      port("usedPorts", "tcp", tcp),
      port("allocatedPorts", "tcp", allocated),
      port("usedPorts", "udp", udp),
      port("allocatedPorts", "udp", allocated),
      { metric: "failedConnections", labels: { backendIp: ip }, values: failed },
      { metric: "succeededConnections", labels: { backendIp: ip }, values: succeeded },
    ];
  });
}

export function facts(changes: Partial<Facts> & { lines?: readonly Line[] } = {}): Facts {
  const { lines, ...rest } = changes;
  const built = buildFacts({
    minuteMs: T0,
    cluster: cluster(),
    samples: samples(lines ?? nodeLines([{}, {}, {}])),
    problems: [],
    peaks: [],
    dailyPeaks: [],
    allocation: NO_ALLOCATION,
    denials: NO_DENIALS,
    nodeLoad: null,
    limits: LIMITS,
    ...rest,
  });
  return { ...built, ...rest };
}
