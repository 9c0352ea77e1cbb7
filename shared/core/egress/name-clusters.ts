import type { ClusterRef } from "./topology.ts";

/** A cluster as people write it who know its subscription: `SUBSCRIPTION/RESOURCE_GROUP/NAME`. */
export function shortId({ subscriptionId, resourceGroup, name }: ClusterRef): string {
  return `${subscriptionId}/${resourceGroup}/${name}`;
}

/**
 * The clusters that a text means, each once: the one of that ARM id, of that {@link shortId}, or all of that name. Case does not matter.
 */
export function clustersNamed(text: string, refs: Iterable<ClusterRef>): ClusterRef[] {
  const wanted = text.trim().toLowerCase().replace(/\/+$/, "");
  const found = new Map<string, ClusterRef>();
  for (const ref of refs) {
    const names = [ref.key, shortId(ref).toLowerCase(), ref.name.toLowerCase()];
    if (names.includes(wanted)) found.set(ref.key, ref);
  }
  return [...found.values()];
}
