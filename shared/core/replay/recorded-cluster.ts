import { NO_NETWORK } from "../egress/cluster-network.ts";
import type { Cluster, PoolMember } from "../egress/topology.ts";

/**
 * A cluster of which nothing but its port figures is known: it leaves by a load balancer whose members are the nodes of the
 * recording, by their names.
 */
export function recordedCluster(name: string, nodes: readonly string[], minuteMs: number): Cluster {
  return {
    ref: { id: name, key: name.toLowerCase(), name, subscriptionId: "", resourceGroup: "", location: "" },
    nodeResourceGroup: "",
    outboundType: "loadBalancer",
    provisioningState: "Succeeded",
    powerState: "running",
    kubernetesVersion: null,
    tags: {},
    pools: [],
    loadBalancerProfile: null,
    paths: [
      {
        kind: "loadBalancer",
        resourceId: null,
        publicIps: [],
        protocols: { tcp: true, udp: true, icmp: false },
        portBudget: null,
        pools: [],
        reason: "the recording has figures of a load balancer",
      },
    ],
    loadBalancer: {
      id: "",
      sku: "standard",
      location: "",
      outboundRules: [],
      members: nodes.map((node) => member(node, minuteMs)),
      // Who leaves is told by silence, not by a discovery.
      membersResolved: false,
      rules: [],
    },
    network: NO_NETWORK,
    discoveredAtMs: minuteMs,
    problems: [],
  };
}

function member(node: string, firstSeenMs: number): PoolMember {
  return { key: node, backendIp: node, node, pool: null, firstSeenMs };
}
