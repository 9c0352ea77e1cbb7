// Rows of the resource-specific tables.

import type { Stream, Traffic } from "./events.ts";
import type { Value } from "./kql/values.ts";
import type { DenialKind } from "./spec.ts";

interface Destination {
  readonly table: string;
  readonly category: string;
  readonly cells: (traffic: Traffic) => Readonly<Record<string, Value>>;
}

const DESTINATIONS: Readonly<Record<DenialKind, Destination>> = {
  network: same("AZFWNetworkRule", (traffic) => ({ ...action(traffic, "Default Action"), ...flow(traffic) })),
  icmp: same("AZFWNetworkRule", (traffic) => ({
    ...action(traffic, "Default Action"),
    ...flow(traffic),
    DestinationPort: null,
  })),
  application: same("AZFWApplicationRule", (traffic) => ({
    ...action(traffic, "No rule matched. Proceeding with default action"),
    Protocol: traffic.protocol,
    DestinationPort: traffic.port,
    // Without a name in the handshake there is none to log.
    Fqdn: traffic.reason === undefined ? traffic.destination : "",
    TargetUrl: traffic.url ?? "",
    IsTlsInspected: traffic.url !== undefined,
    IsExplicitProxyRequest: false,
  })),
  dnat: same("AZFWNatRule", (traffic) => ({
    ...flow(traffic),
    ...rule(traffic),
    TranslatedIp: "10.20.0.50",
    TranslatedPort: traffic.port,
  })),
  dns: same("AZFWDnsQuery", (traffic) => ({
    QueryName: `${traffic.destination}.`,
    QueryType: "A",
    QueryClass: "IN",
    ResponseCode: "REFUSED",
    ErrorNumber: 5,
    ErrorMessage: traffic.reason ?? "",
    RequestDurationSecs: 0.005,
    Protocol: traffic.protocol.toLowerCase(),
  })),
  // The category and the table have different names.
  fqdnFailure: {
    table: "AZFWInternalFqdnResolutionFailure",
    category: "AZFWFqdnResolveFailure",
    cells: (traffic) => ({
      ...rule(traffic),
      Error: traffic.reason ?? "no such host",
      Fqdn: traffic.destination,
      ServerIp: "168.63.129.16",
      ServerPort: 53,
    }),
  },
  threatIntel: same("AZFWThreatIntel", (traffic) => ({
    ...flow(traffic),
    Action: traffic.action,
    DestinationIp: "",
    Fqdn: traffic.destination,
    TargetUrl: traffic.url ?? "",
    ThreatDescription: traffic.reason ?? "This host is known to be malicious.",
    IsTlsInspected: false,
  })),
  idps: same("AZFWIdpsSignature", (traffic) => ({
    ...flow(traffic),
    Action: traffic.action,
    Category: "A Network Trojan was Detected",
    Description: traffic.reason ?? "MALWARE-CNC outbound connection",
    Severity: 1,
    SignatureId: "2024897",
  })),
};

/** The table, the category and the cells of a stream that are the same in all its rows. */
export function structuredOf({ traffic }: Stream): {
  table: string;
  category: string;
  cells: Readonly<Record<string, Value>>;
} {
  const { table, category, cells } = DESTINATIONS[traffic.kind];
  return { table, category, cells: cells(traffic) };
}

function same(table: string, cells: Destination["cells"]): Destination {
  return { table, category: table, cells };
}

function action(traffic: Traffic, byDefault: string): Readonly<Record<string, Value>> {
  const none = traffic.rule === undefined ? byDefault : "";
  return { Action: traffic.action, ActionReason: traffic.reason ?? none, ...rule(traffic) };
}

function rule(traffic: Traffic): Readonly<Record<string, Value>> {
  return {
    Policy: traffic.policy ?? "",
    Rule: traffic.rule ?? "",
    RuleCollection: traffic.collection ?? "",
    RuleCollectionGroup: traffic.group ?? "",
  };
}

function flow(traffic: Traffic): Readonly<Record<string, Value>> {
  return { Protocol: traffic.protocol, DestinationIp: traffic.destination, DestinationPort: traffic.port };
}
