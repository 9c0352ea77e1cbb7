import type { Cluster, NodePool } from "./topology.ts";

/** A pool with what only the resolution of its path needs. */
export interface ListedPool extends NodePool {
  /** The prefix that its nodes' public addresses come from; `null` where they come one by one. */
  readonly nodePublicIpPrefixId: string | null;
}

/** A cluster as its own list tells it, before it is joined with the network. */
export interface ListedCluster
  extends Pick<
    Cluster,
    | "ref"
    | "nodeResourceGroup"
    | "outboundType"
    | "provisioningState"
    | "powerState"
    | "kubernetesVersion"
    | "tags"
    | "loadBalancerProfile"
  > {
  readonly pools: readonly ListedPool[];
  /** `standard` or `basic`, in lower case; `null` where Azure does not say. */
  readonly loadBalancerSku: string | null;
  /** Whether node auto-provisioning makes nodes that are in no pool. */
  readonly nodeProvisioning: boolean;
}
