import type { FailureReason, SourceProblem } from "../failure.ts";
import type { FirewallLogDestination, FirewallTopology } from "./cluster-network.ts";
import type { DiagnosticSetting } from "./diagnostic-setting.ts";
import { nameOf, resourceKey } from "./resource-id.ts";

/** The name of our evidence for the deny logs of firewalls. */
const FIREWALL_LOGS = "firewallLogs";

/** Categories that hold denials, in lower case, and what they tell of. Source: Azure Firewall monitoring data reference. */
const DENIALS: ReadonlyMap<string, "network" | "application"> = new Map([
  ["azfwnetworkrule", "network"],
  ["azurefirewallnetworkrule", "network"],
  ["azfwapplicationrule", "application"],
  ["azurefirewallapplicationrule", "application"],
]);

/** A workspace that was looked for: what queries call it, or why that is not known. */
export type WorkspaceAnswer =
  | { readonly customerId: string }
  | { readonly customerId: null; readonly reason: FailureReason; readonly message: string };

/** Where a firewall's deny logs go, and why they cannot be had. */
export type FirewallLogs = Pick<FirewallTopology, "logs" | "logProblem">;

/** The workspaces (ids as written, each once) that deny logs are sent to. */
export function logWorkspaces(settings: readonly DiagnosticSetting[]): readonly string[] {
  const ids = destinations(settings).map(
    ({ workspaceId }) => [resourceKey(workspaceId), workspaceId] as const,
  );
  return [...new Map(ids).values()];
}

/** @param workspaces answers for those of {@link logWorkspaces}, by `resourceKey` */
export function firewallLogs(
  firewallId: string,
  settings: readonly DiagnosticSetting[],
  workspaces: ReadonlyMap<string, WorkspaceAnswer>,
): FirewallLogs {
  const wanted = destinations(settings);
  if (wanted.length === 0) return { logs: [], logProblem: noSetting(firewallId, settings) };

  const answerOf = (it: FirewallLogDestination) => workspaces.get(resourceKey(it.workspaceId));
  const logs = wanted.map((it) => ({ ...it, customerId: answerOf(it)?.customerId ?? null }));
  // The same rows may go to several workspaces: one that can be read is enough for them.
  const readable = new Set(logs.filter((it) => it.customerId !== null).flatMap(kindsOf));
  const missing = logs.find((it) => kindsOf(it).some((kind) => !readable.has(kind)));
  const answer = missing === undefined ? undefined : answerOf(missing);
  if (answer === undefined || answer.customerId !== null) return { logs, logProblem: null };
  const { reason, message } = answer;
  return { logs, logProblem: { source: FIREWALL_LOGS, reason, message } };
}

/** A firewall whose diagnostic settings could not be read. */
export function unreadLogs(reason: FailureReason, message: string): FirewallLogs {
  return { logs: null, logProblem: { source: FIREWALL_LOGS, reason, message } };
}

/** Workspaces that get denials, each with its tables once, whatever the number of settings that name it. */
function destinations(settings: readonly DiagnosticSetting[]): readonly FirewallLogDestination[] {
  const found = new Map<string, FirewallLogDestination>();
  for (const { workspaceId, tables, categories } of settings) {
    if (workspaceId === null) continue;
    const key = `${tables} ${resourceKey(workspaceId)}`;
    const known = found.get(key);
    const all = categories === "all" || known?.categories === "all";
    const merged = all ? "all" : [...new Set([...(known?.categories ?? []), ...categories])];
    found.set(key, {
      workspaceId: known?.workspaceId ?? workspaceId,
      customerId: null,
      tables,
      categories: merged,
    });
  }
  return [...found.values()].filter((it) => kindsOf(it).length > 0);
}

function kindsOf({ categories }: Pick<FirewallLogDestination, "categories">): readonly string[] {
  if (categories === "all") return ["network", "application"];
  return categories.flatMap((category) => DENIALS.get(category.toLowerCase()) ?? []);
}

function noSetting(firewallId: string, settings: readonly DiagnosticSetting[]): SourceProblem {
  const workspaceId = settings.find((it) => it.workspaceId !== null)?.workspaceId ?? "<workspace-id>";
  const logs = JSON.stringify(
    ["AZFWNetworkRule", "AZFWApplicationRule"].map((category) => ({ category, enabled: true })),
  );
  return {
    source: FIREWALL_LOGS,
    reason: "notFound",
    message:
      `no diagnostic setting of firewall '${nameOf(firewallId)}' sends its rule logs to a workspace; create one: ` +
      `az monitor diagnostic-settings create --name snatwatch --resource ${firewallId} --workspace ${workspaceId} ` +
      `--export-to-resource-specific true --logs '${logs}'`,
  };
}
