// Log Analytics workspaces (Microsoft.OperationalInsights).

import { authorizationFailed } from "../http/errors.ts";
import type { Reply } from "../http/reply.ts";
import { RETENTION_DAYS } from "../logs/events.ts";
import type { WorkspaceModel } from "../logs/model.ts";
import type { World } from "../world/model.ts";
import { type ArmResource, armResource, etagOf } from "./resource.ts";

/** A workspace as ARM shows it; its `customerId` is what the query API asks for. */
export function workspaceResource({ id, spec, customerId }: WorkspaceModel): ArmResource {
  return armResource(id, () => ({
    id,
    name: spec.name,
    type: "Microsoft.OperationalInsights/workspaces",
    location: spec.location,
    etag: etagOf(id),
    tags: {},
    properties: {
      customerId,
      provisioningState: "Succeeded",
      sku: { name: "PerGB2018" },
      retentionInDays: RETENTION_DAYS,
      features: { legacy: 0, searchVersion: 1, enableLogAccessUsingOnlyResourcePermissions: true },
      workspaceCapping: { dailyQuotaGb: -1 },
      publicNetworkAccessForIngestion: "Enabled",
      publicNetworkAccessForQuery: "Enabled",
    },
  }));
}

/** The 403 of a workspace that may not be read. */
export function refusedWorkspace(world: World, path: string): Reply | undefined {
  const wanted = path.toLowerCase();
  const found = world.workspaces.find(
    ({ id, spec }) => spec.forbidden === "arm" && id.toLowerCase() === wanted,
  );
  return found && authorizationFailed("Microsoft.OperationalInsights/workspaces/read", found.id);
}
