import type { Cluster } from "./topology.ts";

/** Why a kind of device does not matter to a cluster, naming the kinds of path that it has. */
export function noPoolLeavesThrough(device: string, { paths }: Cluster): string {
  const kinds = [...new Set(paths.map((path) => path.kind))].join(", ");
  return `no pool leaves through ${device} (${kinds === "" ? "no path known" : kinds})`;
}
