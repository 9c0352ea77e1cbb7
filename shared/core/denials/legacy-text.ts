// The text of a firewall's line in AzureDiagnostics (`msg_s`). Source: "Azure Firewall monitoring data reference", the parsing
// queries of the AzureDiagnostics table, and lines seen in public parsers; there is no grammar, so what is not recognised stays text.

import { type Endpoint, EVERYWHERE, normaliseProtocol, readEndpoint } from "./endpoint.ts";

/** What a line that denies says. */
export interface LegacyDenial {
  readonly kind: "network" | "application" | "dns" | "threatIntelligence" | "idps";
  readonly source: string;
  readonly destination: string;
  readonly port: number | null;
  readonly protocol: string;
  /** The parts that are known, from the policy down to the rule. */
  readonly ruleParts: readonly string[];
  readonly reason: string | null;
}

/** `allowed`: the line tells of something that was let through, rewritten or only reported. `unknown`: no form we know. */
export type LegacyLine = LegacyDenial | "allowed" | "unknown";

const REQUEST = /^([a-z][\w-]*)(?:\s+type=\S+)?\s+request\s+from\s+(\S+)(?:\s+to\s+(\S+))?\s*(.*)$/is;
const DNS = /^dns request:\s*(\S+)\s+-\s+\S+\s+\S+\s+\S+\s+(\S+)\s(.*)$/is;
/** A field starts the rest of the line, or follows a full stop. */
const FIELD_START =
  /(?:^|\.\s+)(?=(?:url|action|policy|rule collection group|rule collection|rule|web category|reason|threatintel|signature|ids|priority|classification):\s)/i;
const DENYING = /\b(?:den(?:y|ied)|drop(?:ped)?|block(?:ed)?|reject(?:ed)?)\b/i;
const WEB_PROTOCOLS: ReadonlySet<string> = new Set(["http", "https", "mssql"]);

/** Whether an action, as a line or a column has it, keeps the traffic away: `Deny`, `Alert and Deny`, `drop`. */
export function isDenying(action: string): boolean {
  return DENYING.test(action);
}

/** Whether an answer of the DNS proxy was a refusal. A name that does not exist, or a server that failed, denies nothing. */
export function isRefusal(responseCode: string): boolean {
  return responseCode.trim().toUpperCase() === "REFUSED";
}

/** @param category the line's log category or operation, where known: it tells a network rule's line from an application rule's */
export function parseLegacyLine(text: string, category = ""): LegacyLine {
  const line = text.trim();
  const dns = DNS.exec(line);
  if (dns !== null) return dnsLine(dns);
  const [, protocol, from, to, rest = ""] = REQUEST.exec(line) ?? [];
  if (protocol === undefined || from === undefined) return isHarmless(line) ? "allowed" : "unknown";
  if (/^was dnat'?ed\b/i.test(rest)) return "allowed";
  const fields = fieldsOf(rest);
  // `Deny. No rule matched. Proceeding with default action`: what follows the action is the reason.
  const [action = "", said] = cut(fields.get("action") ?? rest.match(/^was denied\b/i)?.[0] ?? "", ". ");
  if (!isDenying(action)) return action === "" ? "unknown" : "allowed";
  const icmp = protocol.toLowerCase().startsWith("icmp");
  const target = to === undefined ? EVERYWHERE : endpointOf(to, icmp);
  return {
    kind: kindOf(fields, protocol, category),
    source: endpointOf(from, icmp).host,
    destination: target.host,
    port: target.port,
    protocol: normaliseProtocol(protocol),
    ruleParts: rulePartsOf(fields),
    reason: reasonOf(fields, said),
  };
}

/**
 * The text without what differs between lines of one kind: source address and port, and the address that was asked for.
 * Log queries do the same before they group.
 */
export function foldLegacyText(text: string): string {
  return text
    .replace(/from \[?[0-9A-Fa-f.:]*[0-9A-Fa-f]\]?(:\d*)?/, "from *")
    .replace(/\. Url: .*?\. Action:/s, ". Action:");
}

/** The source address of a line of whatever form: what it comes from, else the first IPv4 address in it; empty without one. */
export function legacySource(text: string): string {
  const [, from] = /\bfrom\s+(\S+)/i.exec(text) ?? [];
  const host = from === undefined ? "" : endpointOf(from, /^icmp/i.test(text)).host;
  if (/^[\d.]+$|:/.test(host)) return host;
  return /\d{1,3}(?:\.\d{1,3}){3}/.exec(text)?.[0] ?? "";
}

/** A line of no known form that names an action which keeps nothing away. */
function isHarmless(line: string): boolean {
  const action = /\baction:\s*([^.]+)/i.exec(line)?.[1];
  return action !== undefined && !isDenying(action);
}

function dnsLine([, from = "", name = "", rest = ""]: RegExpExecArray): LegacyLine {
  const code = rest.split(/\s+/).find(isRefusal);
  if (code === undefined) return "allowed";
  const { host } = endpointOf(from, false);
  const destination = name.toLowerCase().replace(/\.$/, "");
  return { kind: "dns", source: host, destination, port: null, protocol: "dns", ruleParts: [], reason: code };
}

function fieldsOf(rest: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const part of rest.split(FIELD_START)) {
    const [name, value = ""] = cut(part, ":");
    fields.set(name.trim().toLowerCase(), value.trim());
  }
  return fields;
}

function kindOf(fields: ReadonlyMap<string, string>, protocol: string, category: string) {
  if (fields.has("threatintel") || /threatintel/i.test(category)) return "threatIntelligence";
  if (fields.has("signature") || fields.has("ids") || /IDSLog|idps/i.test(category)) return "idps";
  const isWeb = WEB_PROTOCOLS.has(protocol.toLowerCase());
  return isWeb || /application/i.test(category) ? "application" : "network";
}

/** `Rule Collection` may hold `policy:group:collection` in place of fields of their own. */
function rulePartsOf(fields: ReadonlyMap<string, string>): string[] {
  const collection = (fields.get("rule collection") ?? "").split(":");
  const above = [fields.get("policy"), fields.get("rule collection group")];
  // Of intrusion detection the rule is the signature.
  const rule = fields.has("ids") ? undefined : fields.get("rule");
  return [...above, ...collection, rule].flatMap((part) => {
    const name = (part ?? "").trim().replace(/\.$/, "");
    return name === "" ? [] : [name];
  });
}

function reasonOf(fields: ReadonlyMap<string, string>, said: string | undefined): string | null {
  const detected = fields.has("ids")
    ? [fields.get("signature") ?? fields.get("rule"), fields.get("ids")]
    : [];
  const signature = detected.filter((part) => part !== undefined).join(": ");
  const reasons = [fields.get("reason"), said?.trim(), fields.get("threatintel"), signature];
  return reasons.find((reason) => reason !== undefined && reason !== "") ?? null;
}

/** A token of a line: the full stop of the sentence may hang on it. */
function endpointOf(token: string, portless: boolean): Endpoint {
  return readEndpoint(token.replace(/\.+$/, ""), portless);
}

function cut(text: string, at: string): [head: string, tail: string | undefined] {
  const index = text.indexOf(at);
  return index < 0
    ? [text.replace(/\.$/, ""), undefined]
    : [text.slice(0, index), text.slice(index + at.length)];
}
