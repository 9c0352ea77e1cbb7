import { REST_REASON } from "#core/denials/log-row.ts";
import { instant, list, literal, scopeLines } from "./kql-text.ts";
import type { Scope } from "./scopes.ts";
import { type FirewallStreams, LEGACY_CATEGORIES, OWN_TABLES, type OwnTable } from "./streams.ts";

// The one query for a workspace: a leg for each table, each row brought into one form, sorted by whose source address it has,
// and counted by span. Columns keep the names that Azure's tables have, so that the reader takes plain rows of those as well.

const LEGACY_TABLE = "AzureDiagnostics";

/** Groups that a plain answer holds at most. One that is full is asked for again, bounded for each scope. */
export const MOST_GROUPS = 20_000;
/** Groups of one scope in a bounded answer; with fifty scopes 30 MB. */
const MOST_OF_SCOPE = 2_000;

/** What a query is made of. */
export interface QueryParts {
  readonly firewalls: readonly FirewallStreams[];
  readonly scopes: readonly Scope[];
  readonly fromMs: number;
  readonly toMs: number;
  /** Tables that the workspace is known not to have. */
  readonly without: ReadonlySet<string>;
  /** Most frequent groups of each scope, and totals to tell the rest from. */
  readonly bounded: boolean;
}

/** The columns of a group, beside span, scope and counts. */
const GROUP = [
  "Firewall",
  "Kind",
  "Destination",
  "DestinationPort",
  "Protocol",
  "Policy",
  "RuleCollectionGroup",
  "RuleCollection",
  "Rule",
  "ActionReason",
  "Text",
];
/** So that one leg resolves in a workspace that has received none of the tables. */
const NOTHING = `(datatable(TimeGenerated: datetime, SourceIp: string, ${GROUP.map((name) => `${name}: string`).join(", ")})[])`;

const SUMMARY =
  "Count = count(), FirstSeen = min(TimeGenerated), LastSeen = max(TimeGenerated), " +
  "Sources = make_set(SourceIp, 10), SourceCount = dcount(SourceIp)";

/** @returns the query, and the tables it names */
export function buildQuery(parts: QueryParts): { readonly text: string; readonly tables: readonly string[] } {
  const legs = [...ownLegs(parts), ...legacyLegs(parts)];
  const groups = [
    "union isfuzzy=true",
    `${[NOTHING, ...legs.map(({ text }) => text)].join(",\n")}`,
    ...scopeLines(parts.scopes, parts.fromMs),
    `| summarize ${SUMMARY}`,
    `    by Span = bin(TimeGenerated, 5m), Scope, ${GROUP.join(", ")}`,
  ].join("\n");
  const tables = [...new Set(legs.map(({ table }) => table))];
  return {
    text: parts.bounded ? bounded(groups, parts.scopes) : `${groups}\n| top ${MOST_GROUPS} by Count`,
    tables,
  };
}

/** Every scope has the same room, however loud its neighbours are; the totals say what the list leaves out. */
function bounded(groups: string, scopes: readonly Scope[]): string {
  const legs = scopes.map(
    ({ name }) => `(Groups | where Scope == ${literal(name)} | top ${MOST_OF_SCOPE} by Count)`,
  );
  const others = `(Groups | where Scope == "?" | top ${MOST_OF_SCOPE} by Count)`;
  const totals =
    "(Groups | summarize Count = sum(Count), FirstSeen = min(FirstSeen), LastSeen = max(LastSeen), " +
    `SourceCount = max(SourceCount) by Span, Scope, Firewall, Kind | extend Total = true, ActionReason = ${literal(REST_REASON)})`;
  return `let Groups = materialize(${groups});\nunion ${[...legs, others, totals].join(",\n")}`;
}

interface Leg {
  readonly table: string;
  readonly text: string;
}

function leg(table: string, lines: readonly string[]): Leg {
  return { table, text: `(${table}\n${lines.join("\n")})` };
}

function timeLine({ fromMs, toMs }: QueryParts): string {
  return `| where TimeGenerated >= ${instant(fromMs)} and TimeGenerated < ${instant(toMs)}`;
}

function firewallLine(column: string, firewalls: readonly FirewallStreams[]): string {
  return `| where ${column} in~ ${list(firewalls.map(({ firewall }) => firewall))}`;
}

/** What each table's columns are called here, and which of its rows deny. */
const OWN: Readonly<Record<OwnTable, { readonly where: string; readonly columns: readonly string[] }>> = {
  network: {
    where: `Action =~ "Deny"`,
    columns: ["Destination = DestinationIp", "ActionReason"],
  },
  application: {
    where: `Action =~ "Deny"`,
    columns: [`Destination = tolower(iff(Fqdn == "", TargetUrl, Fqdn))`, "ActionReason"],
  },
  dns: {
    where: `ResponseCode =~ "REFUSED"`,
    columns: ["Destination = tolower(QueryName)", "ActionReason = ResponseCode"],
  },
  threatIntelligence: {
    where: `Action matches regex "(?i)deny|drop|block|reject"`,
    columns: [
      `Destination = tolower(iff(Fqdn == "", DestinationIp, Fqdn))`,
      "ActionReason = ThreatDescription",
    ],
  },
  idps: {
    where: `Action matches regex "(?i)deny|drop|block|reject"`,
    columns: [
      "Destination = DestinationIp",
      `ActionReason = strcat(tostring(SignatureId), ": ", Description)`,
    ],
  },
};
const PORTED = ["DestinationPort = tostring(DestinationPort)", "Protocol"];
const RULED = ["Policy", "RuleCollectionGroup", "RuleCollection", "Rule"];
const MORE: Readonly<Record<OwnTable, readonly string[]>> = {
  network: [...PORTED, ...RULED],
  application: [...PORTED, ...RULED],
  dns: [],
  threatIntelligence: PORTED,
  idps: PORTED,
};

function ownLegs(parts: QueryParts): Leg[] {
  const kinds = Object.keys(OWN_TABLES).filter((kind): kind is OwnTable => kind in OWN);
  return kinds.flatMap((kind) => {
    const table = OWN_TABLES[kind];
    const firewalls = parts.firewalls.filter(({ own }) => own.includes(kind));
    if (firewalls.length === 0 || parts.without.has(table)) return [];
    const columns = [
      "Firewall = tolower(_ResourceId)",
      `Kind = ${literal(kind)}`,
      "SourceIp",
      ...OWN[kind].columns,
    ];
    return leg(table, [
      timeLine(parts),
      firewallLine("_ResourceId", firewalls),
      `| where ${OWN[kind].where}`,
      `| project TimeGenerated, ${[...columns, ...MORE[kind]].join(", ")}`,
    ]);
  });
}

/** Firewalls whose rows of the same categories and kinds are wanted share a leg: all of them, mostly. */
function legacyLegs(parts: QueryParts): Leg[] {
  if (parts.without.has(LEGACY_TABLE)) return [];
  const alike = Map.groupBy(
    parts.firewalls.filter(({ legacy }) => legacy.length > 0),
    ({ legacy, except }) => `${legacy.join()}|${except.join()}`,
  );
  return [...alike.values()].flatMap((firewalls) => {
    const [{ legacy, except } = { legacy: [], except: [] }] = firewalls;
    const categories = legacy.map((kind) => LEGACY_CATEGORIES[kind]);
    return leg(LEGACY_TABLE, [
      timeLine(parts),
      firewallLine("ResourceId", firewalls),
      `| where Category in~ ${list(categories)}`,
      ...LEGACY_LINES,
      ...(except.length === 0 ? [] : [`| where Kind !in ${list(except)}`]),
      "| project TimeGenerated, Firewall = tolower(ResourceId), Kind, SourceIp, Text",
    ]);
  });
}

const ADDRESS = String.raw`(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})`;
const ADDRESS_6 = String.raw`from \[?([0-9A-Fa-f]*:[0-9A-Fa-f:]*[0-9A-Fa-f])`;

/** Lines that deny, their source, and their text without what differs between lines of one kind. */
const LEGACY_LINES = [
  `| extend Text = column_ifexists("msg_s", "")`,
  // A line without an action is of no form we know: it is kept as text.
  `| where iff(Category =~ "AzureFirewallDnsProxy", Text has "REFUSED",`,
  `    Text != "" and Text !contains "was DNAT'ed to"`,
  `    and (Text !contains "Action:" or Text matches regex "(?i)deny|denied|drop|block|reject")`,
  String.raw`    and not(Text matches regex @"(?i)action: *(allow|alert) *(\.|$)"))`,
  `| extend Kind = case(OperationName has "AzureFirewallThreatIntelLog" or Text has "ThreatIntel", "threatIntelligence",`,
  `    OperationName has "AzureFirewallIDSLog" or Text contains ". Signature: ", "idps",`,
  `    Category =~ "AzureFirewallDnsProxy", "dns", Category =~ "AzureFirewallApplicationRule", "application", "network")`,
  `| extend SourceIp = extract(@"${ADDRESS}", 1, Text), Six = extract(@"${ADDRESS_6}", 1, Text)`,
  String.raw`| extend Six = iff(Text has "[" or Text startswith "ICMP", Six, replace_regex(Six, @":\d+$", ""))`,
  `| extend SourceIp = iff(Six == "", SourceIp, Six)`,
  String.raw`| extend Text = replace_regex(Text, @"from \[?[0-9A-Fa-f.:]*[0-9A-Fa-f]\]?(:\d*)?", "from *")`,
  String.raw`| extend Text = replace_regex(Text, @"\. Url: .*?\. Action:", ". Action:")`,
  String.raw`| extend Text = replace_regex(Text, @"^DNS Request: \S+ - \S+ (\S+ \S+ \S+) .*REFUSED.*$", @"DNS Request: * - * \1 REFUSED")`,
];
