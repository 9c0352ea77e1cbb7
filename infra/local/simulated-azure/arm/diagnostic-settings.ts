// Diagnostic settings of firewalls (Microsoft.Insights): which logs go to which workspace, and in which form.

import { json, type Reply } from "../http/reply.ts";
import type { FirewallModel, World } from "../world/model.ts";
import { hashText } from "../world/random.ts";
import { type ArmResource, armResource, type Document } from "./resource.ts";

const CATEGORIES = [
  ...["AzureFirewallApplicationRule", "AzureFirewallNetworkRule", "AzureFirewallDnsProxy"],
  ...["AZFWNetworkRule", "AZFWApplicationRule", "AZFWNatRule", "AZFWThreatIntel", "AZFWIdpsSignature"],
  ...["AZFWDnsQuery", "AZFWFqdnResolveFailure", "AZFWFatFlow", "AZFWFlowTrace"],
  ...["AZFWApplicationRuleAggregation", "AZFWNetworkRuleAggregation", "AZFWNatRuleAggregation"],
];

/** One setting for each workspace the logs go to, or one that keeps them in a storage account. */
export function diagnosticSettings(world: World, firewall: FirewallModel): ArmResource[] {
  const { logs, name } = firewall.spec;
  if (logs === undefined) return [];
  const targets: readonly (string | null)[] = logs.mode === "none" ? [null] : logs.workspaces;
  return targets.map((target) => {
    const settingName = target === null ? `archive-${name}` : `to-${target}`;
    // Settings write the ids of what they belong to in lower case.
    const id = `${firewall.id.toLowerCase()}/providers/microsoft.insights/diagnosticSettings/${settingName}`;
    return armResource(id, () => ({
      id,
      type: "Microsoft.Insights/diagnosticSettings",
      name: settingName,
      location: null,
      kind: null,
      tags: null,
      properties: propertiesOf(world, firewall, target),
      identity: null,
    }));
  });
}

/** The list of a resource; only firewalls have any. */
export function diagnosticSettingsOf(world: World, resourceId: string, rel: number): Reply {
  const wanted = resourceId.toLowerCase();
  const firewall = world.firewalls.find(({ id }) => id.toLowerCase() === wanted);
  const settings = firewall === undefined ? [] : diagnosticSettings(world, firewall);
  return json(200, { value: settings.map((setting) => setting.render(rel)) });
}

function propertiesOf(world: World, firewall: FirewallModel, target: string | null): Document {
  const { logs } = firewall.spec;
  const workspace = world.workspaces.find(({ spec }) => spec.name === target);
  const storage = `/subscriptions/${firewall.subscriptionId}/resourceGroups/${firewall.spec.resourceGroup}/providers/Microsoft.Storage/storageAccounts/starchive`;
  return {
    storageAccountId: target === null ? storage : null,
    serviceBusRuleId: null,
    workspaceId: workspace === undefined ? null : recased(workspace.id),
    eventHubAuthorizationRuleId: null,
    eventHubName: null,
    metrics: [{ category: "AllMetrics", enabled: false, retentionPolicy: NO_RETENTION }],
    logs: logsOf(logs?.categories ?? []),
    logAnalyticsDestinationType: logs?.mode === "resourceSpecific" ? "Dedicated" : null,
  };
}

const NO_RETENTION = { enabled: false, days: 0 };

/** A setting for all logs names no category. */
function logsOf(categories: "allLogs" | readonly string[]): Document[] {
  if (categories === "allLogs") {
    return [{ category: null, categoryGroup: "allLogs", enabled: true, retentionPolicy: NO_RETENTION }];
  }
  return CATEGORIES.map((category) => ({
    category,
    categoryGroup: null,
    enabled: categories.includes(category),
    retentionPolicy: NO_RETENTION,
  }));
}

/** The id of a workspace as whoever made the setting happened to write it. */
function recased(id: string): string {
  switch (hashText(id) % 3) {
    case 0:
      return id.toLowerCase();
    case 1:
      return id
        .replace("/resourceGroups/", "/resourcegroups/")
        .replace("OperationalInsights", "operationalinsights");
    default:
      return id;
  }
}
