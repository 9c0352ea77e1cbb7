import type { InventoryEntry } from "#core/egress/inventory.ts";
import type { ApiContext } from "./route.ts";

/** The cluster that the path names, in any case; also one that is gone. `undefined` if it was never there. */
export async function findCluster({ inventory, params }: ApiContext): Promise<InventoryEntry | undefined> {
  return (await inventory.list()).find(isNamedBy(params));
}

/** Whether a path names an entry, in any case. */
export function isNamedBy(params: ApiContext["params"]): (entry: InventoryEntry) => boolean {
  const wanted = [params["subscriptionId"], params["resourceGroup"], params["name"]].map((part) =>
    part?.toLowerCase(),
  );
  return ({ cluster: { ref } }) =>
    [ref.subscriptionId, ref.resourceGroup, ref.name].every((part, i) => part.toLowerCase() === wanted[i]);
}
