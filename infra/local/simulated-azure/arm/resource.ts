// One ARM resource: where it is found, and how its document is written at a minute of the world.

import { guid } from "../world/random.ts";

/** JSON as Azure writes it: keys Azure leaves out are left out here too, never null. */
export type Document = Record<string, unknown>;

export interface ArmResource {
  readonly id: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  /** Provider and type in lower case, such as `microsoft.network/loadbalancers`. */
  readonly type: string;
  /** The document at a minute, counted from the anchor. */
  readonly render: (rel: number) => Document;
  /** The minutes in which it is there; absent: always. */
  readonly existsAt?: (rel: number) => boolean;
}

/** Etag and resourceGuid stay the same as long as the world does. */
export function etagOf(id: string): string {
  return `W/"${guid(`${id}/etag`, 0)}"`;
}

export function resourceGuidOf(id: string): string {
  return guid(`${id}/resourceGuid`, 0);
}

/** The head that all Microsoft.Network documents share. */
export function networkDocument(
  resource: { readonly id: string; readonly name: string; readonly type: string; readonly location: string },
  properties: Document,
  rest: Document = {},
): Document {
  const { id, name, type, location } = resource;
  const head = { provisioningState: "Succeeded", resourceGuid: resourceGuidOf(id) };
  return { name, id, etag: etagOf(id), type, location, ...rest, properties: { ...head, ...properties } };
}

/** A child of a network document, such as a frontend or a rule. */
export function networkChild(
  parentId: string,
  collection: string,
  name: string,
  properties: Document,
): Document {
  return {
    name,
    id: `${parentId}/${collection}/${name}`,
    etag: etagOf(parentId),
    properties: { provisioningState: "Succeeded", ...properties },
    type: `${typeOf(parentId)}/${collection}`,
  };
}

/** Provider and type of an id, as written in it: `Microsoft.Network/virtualNetworks/subnets`. */
export function typeOf(id: string): string {
  const parts = id.slice(id.toLowerCase().lastIndexOf("/providers/") + "/providers/".length).split("/");
  return [parts[0], ...parts.filter((_, index) => index % 2 === 1)].join("/");
}

export function nameOf(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1);
}

/** Wraps a document builder with what lists need to find it. */
export function armResource(id: string, render: (rel: number) => Document): ArmResource {
  const [, , subscriptionId = "", , resourceGroup = ""] = id.split("/");
  return { id, subscriptionId, resourceGroup, type: typeOf(id).toLowerCase(), render };
}
