// What a scenario says about logs: workspaces, who sends what to them, and what a firewall refuses.

import type { Curve } from "../world/curve.ts";

export interface WorkspaceSpec {
  readonly subscription: string;
  readonly resourceGroup: string;
  readonly name: string;
  readonly location: string;
  /** `arm`: the workspace itself cannot be read; `query`: it can, but its logs cannot. */
  readonly forbidden?: "arm" | "query";
  /** Tables it has never received, and so does not know. */
  readonly missingTables?: readonly string[];
  /** True: every answer lacks some rows and says so. */
  readonly partial?: boolean;
}

export interface FirewallLogsSpec {
  /** Names of workspaces; each has a diagnostic setting of its own, and they all get the same rows. */
  readonly workspaces: readonly string[];
  /** `none`: the settings send to a storage account only. */
  readonly mode: "resourceSpecific" | "legacy" | "none";
  /** Category names, such as `AZFWNetworkRule` or `AzureFirewallNetworkRule`. */
  readonly categories: "allLogs" | readonly string[];
  /** Lines of the legacy log that nobody foresaw: one a minute, in turn. */
  readonly strangeLines?: readonly string[];
}

export type DenialKind =
  | "network"
  | "application"
  | "icmp"
  | "dnat"
  | "dns"
  | "fqdnFailure"
  | "threatIntel"
  | "idps";

/** One kind of traffic that a firewall refuses; the sources are the nodes routed to it. */
export interface DenialSpec {
  readonly kind: DenialKind;
  /** A host name, or an address where the kind knows no names. */
  readonly destination: string;
  readonly port: number;
  /** As the log writes it: `TCP`, `UDP`, `HTTPS`, `ICMP Type=8`. */
  readonly protocol: string;
  /** Rows in a minute. */
  readonly perMinute: Curve;
  /** Absent: no rule matched, and the default action refused it. */
  readonly rule?: string;
  readonly collection?: string;
  readonly group?: string;
  readonly policy?: string;
  /** A reason other than the default action; of an application line, it then lacks the destination. */
  readonly reason?: string;
  /** Of a TLS-inspected request. */
  readonly url?: string;
}
