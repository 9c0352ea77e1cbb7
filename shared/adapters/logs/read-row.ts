import type { DenialKind } from "#core/denials/denial.ts";
import { normaliseHost, normaliseProtocol, readEndpoint, readPort } from "#core/denials/endpoint.ts";
import {
  foldLegacyText,
  isDenying,
  isRefusal,
  legacySource,
  parseLegacyLine,
} from "#core/denials/legacy-text.ts";
import type { LogRow } from "#core/denials/log-row.ts";
import { resourceKey } from "#core/egress/resource-id.ts";
import { normaliseIp } from "#core/ip-text.ts";
import type { Fields } from "./raw-answer.ts";

/** A row that was read, and what says whose it is. */
export interface ReadRow {
  readonly row: LogRow;
  /** As the query sorted it; `null` for a row of Azure's table, which has to be sorted by its source. */
  readonly scope: string | null;
  /** The sum of a scope's groups, listed or not. */
  readonly total: boolean;
  /** What totals are kept by. */
  readonly totalKey: string;
}

/** `passed`: the row denies nothing. `unreadable`: it has no time. */
export type RowResult = ReadRow | "passed" | "unreadable";

const LONGEST_TEXT = 500;
/** In place of an action that a row does not name: it was asked for as one that denies. */
const ASKED_FOR = "Deny";

const KINDS: ReadonlyMap<string, DenialKind> = new Map([
  ["network", "network"],
  ["azfwnetworkrule", "network"],
  ["application", "application"],
  ["azfwapplicationrule", "application"],
  ["dns", "dns"],
  ["azfwdnsquery", "dns"],
  ["threatintelligence", "threatIntelligence"],
  ["azfwthreatintel", "threatIntelligence"],
  ["idps", "idps"],
  ["azfwidpssignature", "idps"],
]);

/**
 * A row of our query, or of one of Azure's tables as it is.
 *
 * @param onlyFirewall whose a row is that does not say so; empty where there are several
 */
export function readRow(fields: Fields, onlyFirewall: string): RowResult {
  const firstSeenMs = time(fields, "firstseen", "timegenerated", "span");
  if (firstSeenMs === null) return "unreadable";
  const scope = text(fields, "scope");
  const folded = scope !== "";
  const line = text(fields, "text", "msg_s", "msg");
  const said = line === "" ? readColumns(fields, folded) : readLine(fields, line);
  if (said === "passed") return said;
  const { source, ...what } = said;
  const sources = sourcesOf(fields.get("sources"), source);
  const firewall = resourceKey(text(fields, "firewall", "_resourceid", "resourceid")) || onlyFirewall;
  const total = isTrue(fields.get("total"));
  return {
    row: {
      ...what,
      firewall,
      count: Math.max(1, number(fields, "count", "count_") ?? 1),
      sources,
      sourceCount: Math.max(sources.length, number(fields, "sourcecount") ?? 0),
      firstSeenMs,
      lastSeenMs: Math.max(firstSeenMs, time(fields, "lastseen", "timegenerated") ?? firstSeenMs),
    },
    scope: folded ? scope : null,
    total,
    totalKey: [scope, text(fields, "span"), firewall, text(fields, "kind")].join("|"),
  };
}

type Said = Pick<LogRow, "kind" | "destination" | "port" | "protocol" | "rule" | "reason"> & {
  readonly source: string;
};

function readColumns(fields: Fields, folded: boolean): Said | "passed" {
  const kind = kindOf(fields);
  if (!folded && !denies(fields, kind)) return "passed";
  const target = readEndpoint(destinationOf(fields, kind), false);
  return {
    kind,
    source: normaliseIp(text(fields, "sourceip")),
    destination: target.host,
    port: kind === "dns" ? null : (readPort(text(fields, "destinationport")) ?? target.port),
    protocol:
      kind === "dns" && !isTrue(fields.get("total")) ? "dns" : normaliseProtocol(text(fields, "protocol")),
    rule: ruleOf(
      ["policy", "rulecollectiongroup", "rulecollection", "rule"].map((name) => text(fields, name)),
    ),
    reason: reasonOf(fields, kind),
  };
}

function readLine(fields: Fields, line: string): Said | "passed" {
  const category = `${text(fields, "operationname")} ${text(fields, "category")} ${text(fields, "kind")}`;
  const parsed = parseLegacyLine(line, category);
  if (parsed === "allowed") return "passed";
  const source = legacySource(line);
  if (parsed === "unknown") {
    if (/dns/i.test(category)) return "passed";
    const destination = foldLegacyText(line).slice(0, LONGEST_TEXT);
    return { kind: "unparsed", source, destination, port: null, protocol: "", rule: null, reason: null };
  }
  const { ruleParts, ...denial } = parsed;
  return { ...denial, source: normaliseIp(source), rule: ruleOf(ruleParts) };
}

function denies(fields: Fields, kind: DenialKind): boolean {
  if (kind === "dns") return isRefusal(text(fields, "responsecode"));
  return isDenying(text(fields, "action") || ASKED_FOR);
}

function kindOf(fields: Fields): DenialKind {
  for (const name of ["kind", "type", "category"]) {
    const kind = KINDS.get(text(fields, name).toLowerCase());
    if (kind !== undefined) return kind;
  }
  // Azure's tables by the columns that only they have.
  if (text(fields, "queryname") !== "") return "dns";
  if (text(fields, "threatdescription") !== "") return "threatIntelligence";
  if (text(fields, "signatureid") !== "") return "idps";
  return text(fields, "fqdn") !== "" || text(fields, "targeturl") !== "" ? "application" : "network";
}

function destinationOf(fields: Fields, kind: DenialKind): string {
  if (kind === "dns") return normaliseHost(text(fields, "destination", "queryname"));
  const found = text(fields, "destination", "fqdn", "targeturl", "destinationip");
  return found.replace(/^\w+:\/\//, "").replace(/\/.*$/s, "");
}

function reasonOf(fields: Fields, kind: DenialKind): string | null {
  const said = text(fields, "actionreason", "threatdescription");
  if (said !== "") return said;
  if (kind === "dns") return text(fields, "responsecode") || null;
  const signature = [text(fields, "signatureid"), text(fields, "description")].filter((part) => part !== "");
  return signature.length === 0 ? null : signature.join(": ");
}

/** Parts that are known, from the policy down; a collection may hold those above it as `policy:group:collection`. */
function ruleOf(parts: readonly string[]): string | null {
  const known = parts.flatMap((part) => part.split(":")).filter((part) => part.trim() !== "");
  return known.length === 0 ? null : known.join("/");
}

function sourcesOf(listed: unknown, source: string): string[] {
  const found = typeof listed === "string" ? parsedList(listed) : listed;
  const texts = Array.isArray(found) ? found.flatMap((each) => (typeof each === "string" ? [each] : [])) : [];
  const all = texts.length > 0 ? texts.map(normaliseIp) : [source];
  return [...new Set(all)].filter((each) => each !== "" && each !== "*");
}

/** Dynamic columns come as JSON text. */
function parsedList(listed: string): unknown {
  try {
    return JSON.parse(listed);
  } catch {
    return listed === "" ? [] : [listed];
  }
}

/** The first of these columns that says something. */
function text(fields: Fields, ...names: readonly string[]): string {
  for (const name of names) {
    const value = fields.get(name);
    if (typeof value === "string" && value.trim() !== "") return value.trim();
    if (typeof value === "number") return String(value);
  }
  return "";
}

function number(fields: Fields, ...names: readonly string[]): number | undefined {
  const value = Number(text(fields, ...names) || Number.NaN);
  return Number.isFinite(value) ? value : undefined;
}

function time(fields: Fields, ...names: readonly string[]): number | null {
  const ms = Date.parse(text(fields, ...names));
  return Number.isNaN(ms) ? null : ms;
}

function isTrue(value: unknown): boolean {
  return value === true || value === 1 || (typeof value === "string" && /^(true|1)$/i.test(value));
}
