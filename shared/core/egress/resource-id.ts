// ARM compares resource ids without regard to case, and its own answers mix the case of one id
// (`resourcegroups`, `microsoft.Compute`). Ids are kept as written for people and compared as keys.

/** A resource id as a map key: lower case, without a trailing slash. */
export function resourceKey(id: string): string {
  const key = id.toLowerCase();
  return key.endsWith("/") ? key.slice(0, -1) : key;
}

/** What an id says about where its resource lives. Fields keep the case of the id. */
export interface ResourceIdParts {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  /** Last segment: the resource's own name. */
  readonly name: string;
}

const RESOURCE_ID = /^\/subscriptions\/([^/]+)\/resourcegroups\/([^/]+)(?:\/.*)?\/([^/]+)\/?$/i;

/** @returns `null` for text that is no id of a resource in a resource group */
export function parseResourceId(id: string): ResourceIdParts | null {
  const [, subscriptionId, resourceGroup, name] = RESOURCE_ID.exec(id) ?? [];
  if (subscriptionId === undefined || resourceGroup === undefined || name === undefined) return null;
  return { subscriptionId, resourceGroup, name };
}

/** The subscription of an id, in lower case; empty where the id names none. */
export function subscriptionKeyOf(id: string): string {
  return /^\/subscriptions\/([^/]+)/i.exec(id)?.[1]?.toLowerCase() ?? "";
}

/** Key of a resource group: what an AKS cluster's node resource group is found by. */
export function groupKey(subscriptionId: string, resourceGroup: string): string {
  return `${subscriptionId}/${resourceGroup}`.toLowerCase();
}

/** Key of the resource group that an id lies in; empty for an id without one. */
export function groupKeyOf(id: string): string {
  const parts = parseResourceId(id);
  return parts === null ? "" : groupKey(parts.subscriptionId, parts.resourceGroup);
}

/** Last segment of an id, for messages. */
export function nameOf(id: string): string {
  return id.replace(/\/+$/, "").split("/").at(-1) ?? id;
}

/** The virtual network's key of a subnet's id or key. */
export function networkKeyOf(subnetId: string): string {
  return resourceKey(subnetId).replace(/\/subnets\/[^/]+$/, "");
}
