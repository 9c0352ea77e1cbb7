import { expect, test } from "vitest";
import type { DiagnosticSetting } from "#core/egress/diagnostic-setting.ts";
import { firewallLogs, logWorkspaces, type WorkspaceAnswer } from "#core/egress/firewall-logs.ts";

const FIREWALL = "/subscriptions/s/resourceGroups/hub/providers/Microsoft.Network/azureFirewalls/fw";
const ONE = "/subscriptions/s/resourceGroups/logs/providers/Microsoft.OperationalInsights/workspaces/one";
const TWO = ONE.replace("/one", "/two");
const BOTH = ["AZFWNetworkRule", "AZFWApplicationRule"];

const known: readonly (readonly [string, WorkspaceAnswer])[] = [
  [ONE.toLowerCase(), { customerId: "guid-1" }],
  [TWO.toLowerCase(), { customerId: null, reason: "forbidden", message: "two: refused" }],
];

function setting(
  workspaceId: string | null,
  categories: DiagnosticSetting["categories"],
  tables: DiagnosticSetting["tables"] = "resourceSpecific",
): DiagnosticSetting {
  return { name: "x", workspaceId, tables, categories };
}

/** `workspace customerId tables categories` of each destination, and the reason of the problem. */
function shown(settings: readonly DiagnosticSetting[]) {
  const { logs, logProblem } = firewallLogs(FIREWALL, settings, new Map(known));
  const lines = (logs ?? []).map(({ workspaceId, customerId, tables, categories }) =>
    [workspaceId.split("/").at(-1), customerId ?? "-", tables, categories].join(" "),
  );
  return [lines, logProblem?.reason ?? null];
}

test.for<[string, readonly DiagnosticSetting[], readonly string[], string | null]>([
  ["no setting at all", [], [], "notFound"],
  ["a setting for an archive only", [setting(null, "all")], [], "notFound"],
  ["logs that hold no denials", [setting(ONE, ["AZFWDnsQuery", "audit"])], [], "notFound"],
  ["nothing switched on", [setting(ONE, [])], [], "notFound"],
  ["tables of their own", [setting(ONE, BOTH)], [`one guid-1 resourceSpecific ${BOTH}`], null],
  [
    "the legacy names, in any case",
    [setting(ONE, ["azurefirewallNETWORKRULE"], "legacy")],
    ["one guid-1 legacy azurefirewallNETWORKRULE"],
    null,
  ],
  ["every log", [setting(ONE, "all", "legacy")], ["one guid-1 legacy all"], null],
  [
    "two settings to one workspace, written in two ways",
    [setting(ONE, ["AZFWNetworkRule"]), setting(ONE.toUpperCase(), BOTH)],
    [`one guid-1 resourceSpecific ${BOTH}`],
    null,
  ],
  [
    "every log beside some",
    [setting(ONE, ["AZFWNetworkRule"]), setting(ONE, "all")],
    ["one guid-1 resourceSpecific all"],
    null,
  ],
  [
    "one workspace by both ways",
    [setting(ONE, "all"), setting(ONE, "all", "legacy")],
    ["one guid-1 resourceSpecific all", "one guid-1 legacy all"],
    null,
  ],
  [
    "the same rows in a workspace that cannot be read: the other one is enough",
    [setting(TWO, BOTH), setting(ONE, "all")],
    [`two - resourceSpecific ${BOTH}`, "one guid-1 resourceSpecific all"],
    null,
  ],
  [
    "a half of the rows only in a workspace that cannot be read",
    [setting(TWO, BOTH), setting(ONE, ["AZFWNetworkRule"])],
    [`two - resourceSpecific ${BOTH}`, "one guid-1 resourceSpecific AZFWNetworkRule"],
    "forbidden",
  ],
  ["a workspace that cannot be read", [setting(TWO, "all")], ["two - resourceSpecific all"], "forbidden"],
])("%s", ([, settings, lines, reason]) => {
  expect(shown(settings)).toEqual([lines, reason]);
});

test("looks only for workspaces that get denials, each once", () => {
  const settings = [
    setting(ONE, BOTH),
    setting(ONE.toUpperCase(), "all", "legacy"),
    setting(TWO, ["AZFWDnsQuery"]),
    setting(null, "all"),
  ];
  expect(logWorkspaces(settings).map((id) => id.toLowerCase())).toEqual([ONE.toLowerCase()]);
});

test.for([
  ["with the workspace that other logs go to", [setting(ONE, ["AZFWDnsQuery"])], ONE],
  ["with a blank to fill in", [], "<workspace-id>"],
] as const)("gives the command that makes a setting, %s", ([, settings, workspace]) => {
  const { logProblem } = firewallLogs(FIREWALL, settings, new Map());
  expect(logProblem).toEqual({
    source: "firewallLogs",
    reason: "notFound",
    message:
      "no diagnostic setting of firewall 'fw' sends its rule logs to a workspace; create one: " +
      `az monitor diagnostic-settings create --name snatwatch --resource ${FIREWALL} --workspace ${workspace} ` +
      `--export-to-resource-specific true --logs '[{"category":"AZFWNetworkRule","enabled":true},{"category":"AZFWApplicationRule","enabled":true}]'`,
  });
});
