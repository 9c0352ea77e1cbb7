import { resourceKey } from "#core/egress/resource-id.ts";
import { field } from "./raw-list.ts";

/** A Log Analytics workspace. */
export interface Workspace {
  readonly key: string;
  /** What queries call it, a GUID. */
  readonly customerId: string;
}

/** A workspace in our words; nothing for one that is still being made, which has no name for queries yet. */
export function translateWorkspace(item: unknown): readonly Workspace[] {
  const id = field(item, "id");
  const customerId = field(field(item, "properties"), "customerId");
  if (typeof id !== "string" || typeof customerId !== "string" || customerId === "") return [];
  return [{ key: resourceKey(id), customerId }];
}
