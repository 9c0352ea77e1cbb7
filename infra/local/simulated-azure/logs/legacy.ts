// Lines of the legacy log (`AzureDiagnostics.msg_s`), in each of the forms that Azure has written them.

import type { Stream, Traffic } from "./events.ts";

export interface LegacyLine {
  readonly category: string;
  readonly operation: string;
  /** The line for a source; `draw` picks among forms that differ in nothing but words. */
  readonly text: (address: string, port: number, draw: number) => string;
}

const APPLICATION = "AzureFirewallApplicationRule";
const NETWORK = "AzureFirewallNetworkRule";
const DNS = "AzureFirewallDnsProxy";

/** How a stream shows in the legacy log; `undefined` for what it never held. */
export function legacyOf({ traffic }: Stream): LegacyLine | undefined {
  switch (traffic.kind) {
    case "application":
      return line(APPLICATION, `${APPLICATION}Log`, applicationText(traffic));
    case "network":
      return line(NETWORK, `${NETWORK}Log`, networkText(traffic));
    case "icmp":
      return line(NETWORK, `${NETWORK}Log`, icmpText(traffic));
    case "dnat":
      return line(
        NETWORK,
        "AzureFirewallNatRuleLog",
        (address, port) =>
          `${traffic.protocol} request from ${address}:${port} to ${traffic.destination}:${traffic.port} was DNAT'ed to 10.20.0.50:${traffic.port}`,
      );
    case "threatIntel":
      return line(
        NETWORK,
        "AzureFirewallThreatIntelLog",
        (address, port) =>
          `${head(traffic, address, port)}. Action: ${traffic.action}. ThreatIntel: ${traffic.reason ?? "Bot Networks"}`,
      );
    case "idps":
      return line(
        NETWORK,
        "AzureFirewallIDSLog",
        (address, port, draw) =>
          `${head(traffic, address, port)}. Action: ${traffic.action}. ${draw % 2 === 0 ? "Rule" : "Signature"}: 2024897. IDS: ${traffic.reason ?? "MALWARE-CNC outbound connection"}. Priority: 1. Classification: A Network Trojan was Detected`,
      );
    case "dns":
      return line(
        DNS,
        "AzureFirewallDnsProxyLog",
        (address, port, draw) =>
          `DNS Request: ${address}:${port} - ${draw % 65_536} A IN ${traffic.destination}. ${traffic.protocol.toLowerCase()} 46 false 512 REFUSED qr,rd,ra 64 0.0051s`,
      );
    default:
      return undefined;
  }
}

function line(category: string, operation: string, text: LegacyLine["text"]): LegacyLine {
  return { category, operation, text };
}

function head({ protocol, destination, port }: Traffic, address: string, source: number): string {
  return `${protocol} request from ${address}:${source} to ${destination}:${port}`;
}

function applicationText(traffic: Traffic): LegacyLine["text"] {
  const { action, protocol, reason, url } = traffic;
  if (reason !== undefined) {
    return (address, port) =>
      `${protocol} request from ${address}:${port}. Action: ${action}. Reason: ${reason.replace(/\.$/, "")}.`;
  }
  const inspected = url === undefined ? "" : `. Url: ${url}`;
  return (address, port, draw) =>
    `${head(traffic, address, port)}${inspected}. Action: ${action}${ruleText(traffic, draw) ?? ". No rule matched. Proceeding with default action"}`;
}

function networkText(traffic: Traffic): LegacyLine["text"] {
  return (address, port, draw) => {
    const rule = ruleText(traffic, draw) ?? "";
    return `${head(traffic, address, port)}. Action: ${traffic.action}${rule}${draw % 2 === 0 ? "." : ""}`;
  };
}

function icmpText({ action, destination, protocol }: Traffic): LegacyLine["text"] {
  return (address, _, draw) =>
    draw % 2 === 0
      ? `${protocol} request from ${address}: to ${destination}:. Action: ${action}.`
      : `${protocol} request from ${address} to ${destination}. Action: ${action}`;
}

/** With a policy the parts are named one by one, or together as `policy:group:collection`. */
function ruleText(traffic: Traffic, draw: number): string | undefined {
  const { policy, group = "DefaultGroup", collection = "default", rule } = traffic;
  if (rule === undefined) return undefined;
  if (policy === undefined) return `. Rule Collection: ${collection}. Rule: ${rule}`;
  if (draw % 4 === 1) return `. Rule Collection: ${policy}:${group}:${collection}. Rule: ${rule}`;
  return `. Policy: ${policy}. Rule Collection Group: ${group}. Rule Collection: ${collection}. Rule: ${rule}`;
}
