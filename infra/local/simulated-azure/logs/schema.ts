// The tables of a workspace, and how a row of one is filled.

import { type Column, INGESTED, type KqlType, nothing, type Row, type Value } from "./kql/values.ts";

const COMMON = "TenantId TimeGenerated:datetime";
const TAIL = "SourceSystem Type _ResourceId _SubscriptionId _BilledSize:real _IsBillable $ingested:datetime";
const RULE = "Policy Rule RuleCollection RuleCollectionGroup";
const FLOW = "Protocol SourceIp SourcePort:int DestinationIp DestinationPort:int";

const TEXTS: Readonly<Record<string, string>> = {
  AZFWNetworkRule: `Action ActionReason ${FLOW} ${RULE}`,
  AZFWApplicationRule: `Action ActionReason Protocol SourceIp SourcePort:int DestinationPort:int Fqdn TargetUrl WebCategory IsTlsInspected:bool IsExplicitProxyRequest:bool ${RULE}`,
  AZFWNatRule: `${FLOW} TranslatedIp TranslatedPort:int ${RULE}`,
  AZFWInternalFqdnResolutionFailure: `Error Fqdn ServerIp ServerPort:int ${RULE}`,
  AZFWFlowTrace: `Action ActionReason Flag ${FLOW}`,
  AZFWFatFlow: `FlowRate:real ${FLOW}`,
  AZFWDnsQuery:
    "QueryName QueryType QueryClass ResponseCode ErrorNumber:int ErrorMessage RequestDurationSecs:real SourceIp SourcePort:int Protocol",
  AZFWThreatIntel: `Action ${FLOW} Fqdn TargetUrl ThreatDescription IsTlsInspected:bool`,
  AZFWIdpsSignature: `Action Category Description Severity:int SignatureId ${FLOW}`,
  AZFWNetworkRuleAggregation: `Action ActionReason NetworkRuleCount:int IsDefaultRule:bool Protocol SourceIp DestinationIp DestinationPort:int ${RULE}`,
  AZFWApplicationRuleAggregation: `Action ActionReason ApplicationRuleCount:int Fqdn TargetUrl DestinationPort:int SourceIp ${RULE}`,
  AZFWNatRuleAggregation: `NatRuleCount:int TranslatedIp TranslatedPort:int SourceIp ${RULE}`,
  // `log_s` belongs to the audit log of clusters: the table is shared by everything that logs the old way.
  AzureDiagnostics:
    "ResourceId Category ResourceGroup SubscriptionId ResourceProvider Resource ResourceType OperationName log_s",
};

export const LEGACY_TABLE = "AzureDiagnostics";

/** Every table a workspace may have, by name. */
export const TABLES: ReadonlyMap<string, readonly Column[]> = new Map(
  Object.entries(TEXTS).map(([name, text]) => [name, columnsOf(`${COMMON} ${text} ${TAIL}`)]),
);

/** `AzureDiagnostics` gets a column only when something is sent that has it. */
export const LEGACY_WITH_MESSAGES: readonly Column[] = [
  ...(TABLES.get(LEGACY_TABLE) ?? []),
  { name: "msg_s", type: "string" },
];

function columnsOf(text: string): Column[] {
  return text.split(" ").map((item) => {
    const [name = "", type] = item.split(":");
    return { name, type: typeOf(type) };
  });
}

function typeOf(text: string | undefined): KqlType {
  return text === "int" || text === "real" || text === "bool" || text === "datetime" ? text : "string";
}

/** A row under the columns of a table, from the cells that are not empty. */
export function rowOf(columns: readonly Column[], cells: Readonly<Record<string, Value>>): Row {
  return columns.map(({ name, type }) => cells[name] ?? nothing(type));
}

/** Copies a row with the cells that differ from one to the next: what makes a million of them cheap. */
export function stamper(
  columns: readonly Column[],
  fixed: Row,
): (timeMs: number, ingestedMs: number, address: string, port: number | null) => Value[] {
  const place = (wanted: string): number => columns.findIndex(({ name }) => name === wanted);
  const [time, ingested, ip, source] = ["TimeGenerated", INGESTED, "SourceIp", "SourcePort"].map(place);
  return (timeMs, ingestedMs, address, port) => {
    const row = fixed.slice();
    if (time !== undefined) row[time] = timeMs;
    if (ingested !== undefined) row[ingested] = ingestedMs;
    if (ip !== undefined && ip >= 0) row[ip] = address;
    if (source !== undefined && source >= 0) row[source] = port;
    return row;
  };
}
