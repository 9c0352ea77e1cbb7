// Firewalls that refuse, and logs that tell or do not tell of it.

import type { DenialSpec, FirewallLogsSpec, WorkspaceSpec } from "../logs/spec.ts";
import type { FirewallSpec } from "../world/device-spec.ts";
import type { ClusterSpec, Scenario, ScenarioPlan } from "../world/spec.ts";
import { cluster, PRODUCTION, pool, SHARED } from "./parts.ts";

const HUB = { subscription: SHARED, resourceGroup: "rg-hub-weu", location: "westeurope" };
const ADDRESS = "10.0.1.4";

/** Scenarios have their onset here: long enough ago that the rows have arrived. */
const ONSET = -15;

function routed(name: string, firewall: string, nodes = 5): ClusterSpec {
  return cluster(name, {
    network: "own",
    outboundType: "userDefinedRouting",
    loadBalancer: { addresses: { from: "managed", count: 0 }, outbound: false },
    pools: [pool(nodes)],
    defaultRoute: { firewall },
  });
}

function firewallOf(name: string, more: Partial<FirewallSpec>): FirewallSpec {
  return { ...HUB, name, privateAddress: ADDRESS, addresses: 2, utilization: () => 20, ...more };
}

function workspace(name: string, more: Partial<WorkspaceSpec> = {}): WorkspaceSpec {
  return { ...HUB, resourceGroup: "RG-Monitoring", name, ...more };
}

const TO_HUB: FirewallLogsSpec = {
  workspaces: ["law-hub-weu"],
  mode: "resourceSpecific",
  categories: "allLogs",
};

/** One cluster behind one firewall that logs to one workspace. */
function hub(more: Partial<FirewallSpec>, space: Partial<WorkspaceSpec> = {}): ScenarioPlan {
  return {
    subscriptions: [{ name: PRODUCTION }, { name: SHARED }],
    clusters: [routed("ledger-prod-weu", "fw-hub-weu")],
    firewalls: [firewallOf("fw-hub-weu", { logs: TO_HUB, denials: [IMAGES, PACKAGES], ...more })],
    workspaces: [workspace("law-hub-weu", space)],
  };
}

function denied(destination: string, perMinute: number, more: Partial<DenialSpec> = {}): DenialSpec {
  const constant = { perMinute: () => perMinute };
  return { kind: "application", destination, port: 443, protocol: "HTTPS", ...constant, ...more };
}

const IMAGES = denied("mcr.microsoft.com", 6, { perMinute: ({ rel }) => (rel >= ONSET ? 6 : 0) });
const PACKAGES = denied("registry.npmjs.org", 2);

export const deniedRequiredEndpoint: Scenario = {
  name: "denied-required-endpoint",
  description:
    "a firewall refuses mcr.microsoft.com by default action from -15 min on (structured logs, sent to two workspaces): a required endpoint is blocked",
  plan: () => {
    const plan = hub({ logs: { ...TO_HUB, workspaces: ["law-hub-weu", "law-copy-weu"] } });
    return { ...plan, workspaces: [...(plan.workspaces ?? []), workspace("law-copy-weu")] };
  },
};

const BY_POLICY = { policy: "fp-hub", group: "DefaultGroup", collection: "block", rule: "no-paste" };

const EVERY_FORM: readonly DenialSpec[] = [
  denied("mcr.microsoft.com", 4),
  denied("pastebin.com", 2, BY_POLICY),
  denied("files.example.net", 1, { collection: "block", rule: "no-files" }),
  denied("inspected.example.net", 1, { ...BY_POLICY, url: "inspected.example.net/upload" }),
  denied("unknown", 1, { reason: "SNI TLS extension was missing." }),
  denied("51.104.10.7", 2, { kind: "network", protocol: "TCP", port: 9000 }),
  denied("51.104.10.8", 2, { ...BY_POLICY, kind: "network", protocol: "UDP", port: 1194 }),
  denied("8.8.8.8", 1, { kind: "icmp", protocol: "ICMP Type=8", port: 0 }),
  denied("20.50.1.10", 1, { kind: "dnat", protocol: "TCP" }),
  denied("broken.example.net", 1, { kind: "dns", protocol: "UDP", port: 53 }),
  denied("bad.example.net", 1, { kind: "threatIntel", protocol: "HTTP", port: 80 }),
  denied("203.0.113.9", 1, { kind: "idps", protocol: "TCP", port: 4444 }),
];

export const deniedLegacyLogs: Scenario = {
  name: "denied-legacy-logs",
  description:
    "logs in AzureDiagnostics only, in every form a line has had, with lines nobody foresaw: mcr.microsoft.com is blocked, and nothing breaks",
  plan: () =>
    hub({
      denials: EVERY_FORM,
      logs: {
        ...TO_HUB,
        mode: "legacy",
        strangeLines: [
          "",
          "TCP request from",
          "Firewall is being scaled out. Action: none",
          "HTTPS request from 10.20.0.4:50000 to [2603:1030::1]:443. Action: Deny. Something: new",
          "Anfrage von 10.20.0.4 abgelehnt. Aktion: Verweigern",
        ],
      },
    }),
};

export const deniedRising: Scenario = {
  name: "denied-rising",
  description:
    "structured logs: denials of files.example.net are ten times those of the last day from -15 min on, others steady",
  plan: () =>
    hub({
      denials: [
        PACKAGES,
        denied("files.example.net", 3, { perMinute: ({ rel }) => (rel >= ONSET ? 30 : 3) }),
        denied("51.104.10.7", 1, { kind: "network", protocol: "TCP", port: 9000 }),
      ],
    }),
};

export const denyBurst: Scenario = {
  name: "deny-burst",
  description:
    "1,000,000 denied connections in the one minute -10, 20 a minute otherwise: a query must aggregate",
  plan: () => {
    const burst = denied("51.104.10.7", 20, {
      kind: "network",
      protocol: "TCP",
      port: 9000,
      perMinute: ({ rel }) => (rel === -10 ? 1_000_000 : 20),
    });
    const plan = hub({ denials: [burst] });
    return { ...plan, clusters: [routed("ledger-prod-weu", "fw-hub-weu", 40)] };
  },
};

export const denyNoDiagnostics: Scenario = {
  name: "deny-no-diagnostics",
  description:
    "two firewalls refuse: one has no diagnostic setting, one sends to a storage account only: denials are unknown",
  plan: () => ({
    ...hub({}),
    clusters: [routed("ledger-prod-weu", "fw-hub-weu"), routed("trading-prod-weu", "fw-trading-weu")],
    firewalls: [
      firewallOf("fw-hub-weu", { denials: [IMAGES] }),
      firewallOf("fw-trading-weu", {
        denials: [IMAGES],
        privateAddress: "10.1.1.4",
        logs: { ...TO_HUB, mode: "none" },
      }),
    ],
  }),
};

export const denyWorkspaceForbidden: Scenario = {
  name: "deny-workspace-forbidden",
  description:
    "two firewalls refuse: one workspace can be read but not queried (403), one cannot be read at all (403): denials are unknown",
  plan: () => ({
    ...hub({}),
    clusters: [routed("ledger-prod-weu", "fw-hub-weu"), routed("trading-prod-weu", "fw-trading-weu")],
    firewalls: [
      firewallOf("fw-hub-weu", { denials: [IMAGES], logs: TO_HUB }),
      firewallOf("fw-trading-weu", {
        denials: [IMAGES],
        privateAddress: "10.1.1.4",
        logs: { ...TO_HUB, workspaces: ["law-trading-weu"] },
      }),
    ],
    workspaces: [
      workspace("law-hub-weu", { forbidden: "query" }),
      workspace("law-trading-weu", { forbidden: "arm" }),
    ],
  }),
};

export const denyPartialAnswer: Scenario = {
  name: "deny-partial-answer",
  description:
    "every answer of the workspace lacks some rows and says so: what is there counts, and it is not all",
  plan: () => hub({}, { partial: true }),
};

export const denyOldWorkspace: Scenario = {
  name: "deny-old-workspace",
  description:
    "a workspace that knows only AZFWNetworkRule and AZFWApplicationRule: a query of the other tables must not fail",
  plan: () => hub({}, { missingTables: OTHER_TABLES }),
};

const OTHER_TABLES = [
  ...["AZFWNatRule", "AZFWInternalFqdnResolutionFailure", "AZFWFlowTrace", "AZFWFatFlow", "AZFWDnsQuery"],
  ...["AZFWThreatIntel", "AZFWIdpsSignature", "AZFWNetworkRuleAggregation", "AzureDiagnostics"],
  ...["AZFWApplicationRuleAggregation", "AZFWNatRuleAggregation"],
];

export const denyIcmp: Scenario = {
  name: "deny-icmp",
  description: "only pings are refused, in structured rows without ports: a destination without a port",
  plan: () => hub({ denials: [denied("8.8.8.8", 5, { kind: "icmp", protocol: "ICMP Type=8", port: 0 })] }),
};
