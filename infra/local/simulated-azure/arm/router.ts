// Answers management.azure.com, all but metrics.

import { resourceNotFound, subscriptionNotFound, wrappedError } from "../http/errors.ts";
import { json, type Reply } from "../http/reply.ts";
import type { World } from "../world/model.ts";
import type { Catalog } from "./catalog.ts";
import { diagnosticSettingsOf } from "./diagnostic-settings.ts";
import { refusedEndpoints, requiredEndpoints } from "./endpoints.ts";
import { instancePublicIps, interfaces } from "./interfaces.ts";
import { type ListRequest, page } from "./paging.ts";
import { nameOf, typeOf } from "./resource.ts";
import { instances } from "./scale-set.ts";
import { refusedWorkspace } from "./workspaces.ts";

export interface ArmRequest extends ListRequest {
  readonly method: string;
  /** Now, in minutes since the anchor: what a list shows of a pool that grows. */
  readonly rel: number;
}

/** Azure's lists hold about this many where the plan does not say otherwise. */
const PAGE_SIZE = 50;

/** Answers one request for an ARM document or list. */
export function answerArm(world: World, catalog: Catalog, request: ArmRequest): Reply {
  if (request.method !== "GET") {
    return wrappedError(405, "MethodNotAllowed", `The HTTP method '${request.method}' is not supported.`);
  }
  if (!request.query.has("api-version")) {
    return wrappedError(
      400,
      "MissingApiVersionParameter",
      "The api-version query parameter (?api-version=) is required for all requests.",
    );
  }
  const segments = request.path.split("/").slice(1);
  if (segments[0]?.toLowerCase() !== "subscriptions") return unknownPath(request.path);
  const [, subscriptionId] = segments;
  const size = world.plan.pageSize ?? PAGE_SIZE;
  if (subscriptionId === undefined || subscriptionId === "") {
    return page(request, world.subscriptions, size, (item) => subscriptionDocument(world, item));
  }
  const subscription = world.subscriptions.find(({ id }) => id === subscriptionId.toLowerCase());
  if (subscription === undefined) return subscriptionNotFound(subscriptionId);
  if (segments.length === 2) return json(200, subscriptionDocument(world, subscription));

  return (
    listOf(world, catalog, request, segments, size) ??
    refusedWorkspace(world, request.path) ??
    single(catalog, request)
  );
}

function subscriptionDocument(world: World, { id, name }: World["subscriptions"][number]): unknown {
  return {
    id: `/subscriptions/${id}`,
    authorizationSource: "RoleBased",
    managedByTenants: [],
    subscriptionId: id,
    tenantId: world.tenantId,
    displayName: name,
    state: "Enabled",
    subscriptionPolicies: {
      locationPlacementId: "Public_2014-09-01",
      quotaId: "EnterpriseAgreement_2014-09-01",
      spendingLimit: "Off",
    },
  };
}

/** A list has an odd number of segments after its provider: `provider/type`, `provider/type/name/childType`. */
function listOf(
  world: World,
  catalog: Catalog,
  request: ArmRequest,
  segments: readonly string[],
  size: number,
): Reply | undefined {
  const lower = segments.map((segment) => segment.toLowerCase());
  const provider = lower.lastIndexOf("providers");
  if (provider < 0 || (lower.length - provider) % 2 === 0) return undefined;

  const parentPath = segments.slice(0, -1).join("/");
  const collection = lower.at(-1) ?? "";
  if (lower.length - provider > 3 || collection === "diagnosticsettings") {
    return childList(world, catalog, request, `/${parentPath}`, collection, size);
  }
  const type = `${lower[provider + 1]}/${collection}`;
  const all = catalog.list(segments[1] ?? "", type);
  if (all === undefined) return undefined;
  const group = lower[2] === "resourcegroups" ? lower[3] : undefined;
  const there = all.filter(({ existsAt }) => existsAt?.(request.rel) ?? true);
  const found =
    group === undefined ? there : there.filter((item) => item.resourceGroup.toLowerCase() === group);
  return page(request, found, size, (item) => item.render(request.rel));
}

function childList(
  world: World,
  catalog: Catalog,
  request: ArmRequest,
  parentPath: string,
  collection: string,
  size: number,
): Reply | undefined {
  if (collection === "diagnosticsettings") {
    const owner = parentPath.replace(/\/providers\/[^/]+$/, "");
    return catalog.find(owner) ? diagnosticSettingsOf(world, owner, request.rel) : undefined;
  }
  const parent = catalog.find(parentPath);
  if (parent === undefined) return undefined;
  if (collection === "outboundnetworkdependenciesendpoints") {
    const cluster = world.clusters.find(({ id }) => id === parent.id);
    if (cluster === undefined) return undefined;
    return refusedEndpoints(cluster) ?? page(request, requiredEndpoints(cluster), size, (item) => item);
  }
  if (collection === "subnets") {
    const subnets = catalog.list(parent.subscriptionId, "microsoft.network/virtualnetworks/subnets") ?? [];
    const mine = subnets.filter((subnet) => subnet.id.startsWith(`${parent.id}/`));
    return page(request, mine, size, (item) => item.render(request.rel));
  }
  return scaleSetList(world, request, parent.id, collection, size);
}

function scaleSetList(
  world: World,
  request: ArmRequest,
  scaleSetId: string,
  collection: string,
  size: number,
): Reply | undefined {
  for (const cluster of world.clusters) {
    const pool = cluster.pools.find((item) => item.scaleSetId === scaleSetId);
    if (pool === undefined) continue;
    if (collection === "virtualmachines") {
      return page(request, instances(cluster, pool, request.rel), size, (item) => item);
    }
    if (collection === "networkinterfaces") {
      return page(request, interfaces(cluster, pool, request.rel), size, (item) => item);
    }
    if (collection === "publicipaddresses") {
      return page(request, instancePublicIps(cluster, pool, request.rel), size, (item) => item);
    }
  }
  return undefined;
}

function single(catalog: Catalog, request: ArmRequest): Reply {
  const found = catalog.find(request.path);
  if (found && (found.existsAt?.(request.rel) ?? true)) return json(200, found.render(request.rel));
  if (!request.path.toLowerCase().includes("/providers/")) return unknownPath(request.path);
  const group = /\/resourcegroups\/([^/]+)/i.exec(request.path)?.[1] ?? "";
  return resourceNotFound(typeOf(request.path), nameOf(request.path), group);
}

function unknownPath(path: string): Reply {
  return wrappedError(404, "NotFound", `The requested path '${path}' was not found.`);
}
