import { guid } from "../world/random.ts";
import type { WorkspaceModel } from "./model.ts";
import type { FirewallLogsSpec, WorkspaceSpec } from "./spec.ts";

interface LogPlan {
  readonly workspaces?: readonly WorkspaceSpec[];
  readonly firewalls?: readonly { readonly logs?: FirewallLogsSpec }[];
}

/** Fills in the workspaces of a plan. @throws RangeError if a firewall sends to one that is not there */
export function buildWorkspaces(
  { workspaces = [], firewalls = [] }: LogPlan,
  subscriptionId: (name: string) => string,
  seed: number,
): WorkspaceModel[] {
  for (const wanted of firewalls.flatMap(({ logs }) => logs?.workspaces ?? [])) {
    if (!workspaces.some(({ name }) => name === wanted)) throw new RangeError(`no workspace named ${wanted}`);
  }
  return workspaces.map((spec) => {
    const subscription = subscriptionId(spec.subscription);
    const id = `/subscriptions/${subscription}/resourceGroups/${spec.resourceGroup}/providers/Microsoft.OperationalInsights/workspaces/${spec.name}`;
    return { spec, id, subscriptionId: subscription, customerId: guid(`${id}/customer`, seed) };
  });
}
