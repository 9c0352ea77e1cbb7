// The ids of a node's network interface. Azure spells the same id in several ways; the cluster says which.

import type { ClusterModel, NodeModel } from "../world/model.ts";
import type { Casing } from "../world/spec.ts";

/** Instance of the scale set. */
export function instanceId(node: NodeModel): string {
  return `${node.pool.scaleSetId}/virtualMachines/${node.instanceId}`;
}

/** The interface of a node; AKS gives it the name of the scale set. */
export function interfaceId(node: NodeModel): string {
  return `${instanceId(node)}/networkInterfaces/${node.pool.scaleSetName}`;
}

/** The IP configuration that a backend pool refers to. */
export function ipConfigurationId(node: NodeModel, family: 4 | 6): string {
  return `${interfaceId(node)}/ipConfigurations/${family === 4 ? "ipconfig1" : "ipconfig2"}`;
}

const SPELLINGS: Readonly<Record<Casing, (id: string) => string>> = {
  plain: (id) => id,
  upper: (id) => id.toUpperCase(),
  microsoftCompute: (id) => id.replace("/Microsoft.Compute/", "/microsoft.Compute/"),
};

/** Spells an id that other documents of this cluster refer to. */
export function respelled(cluster: ClusterModel, id: string): string {
  return SPELLINGS[cluster.spec.casing ?? "plain"](id);
}

/** Spells the id of the n-th member as this cluster happens to: not even one list is consistent. */
export function spelled(cluster: ClusterModel, id: string, position: number): string {
  const casing = cluster.spec.casing ?? "plain";
  return casing === "upper" && position % 2 === 0 ? id : SPELLINGS[casing](id);
}
