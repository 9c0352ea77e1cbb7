import { createLogSource, type LogSourceOptions } from "#adapters/logs/log-source.ts";
import type { FirewallLogDestination } from "#core/egress/cluster-network.ts";
import { MINUTE_MS } from "#core/time.ts";
import type { DenialsAnswer, DenialsRequest, DenialsTarget } from "#ports/log-source.ts";
import {
  credential,
  type FakeAnswer,
  fakeHttpClient,
  fakeTime,
  type SeenRequest,
  silentLogger,
} from "../azure/support.ts";

export const FROM_MS = Date.parse("2026-11-21T10:00:00Z");
const TO_MS = FROM_MS + 15 * MINUTE_MS;

/** Mixed case, as Azure writes ids. */
export function firewallId(name: string): string {
  return `/subscriptions/Sub-1/resourceGroups/Hub/providers/Microsoft.Network/azureFirewalls/${name}`;
}

export function workspaceId(name: string): string {
  return `/subscriptions/Sub-1/resourceGroups/Logs/providers/Microsoft.OperationalInsights/workspaces/${name}`;
}

export function destination(
  name: string,
  changes: Partial<FirewallLogDestination> = {},
): FirewallLogDestination {
  return {
    workspaceId: workspaceId(name),
    customerId: `guid-${name}`,
    tables: "resourceSpecific",
    categories: "all",
    ...changes,
  };
}

export function target(clusterKey: string, changes: Partial<DenialsTarget> = {}): DenialsTarget {
  return {
    clusterKey,
    firewallIds: [firewallId("fw")],
    prefixes: ["10.1.0.0/16"],
    fromMs: FROM_MS,
    ...changes,
  };
}

export function requestFor(changes: Partial<DenialsRequest> = {}): DenialsRequest {
  return {
    firewalls: [{ id: firewallId("fw"), logs: [destination("a")] }],
    targets: [target("one")],
    toMs: TO_MS,
    ...changes,
  };
}

/** One query as it was asked. */
export interface Question {
  readonly workspace: string;
  readonly text: string;
  readonly timespan: string;
  readonly request: SeenRequest;
}

function questionOf(request: SeenRequest): Question {
  const [, workspace = ""] = /\/workspaces\/([^/]+)\/query$/.exec(request.url.pathname) ?? [];
  const { body } = request;
  const fields = new Map(typeof body === "object" && body !== null ? Object.entries(body) : []);
  return {
    workspace,
    text: String(fields.get("query")),
    timespan: String(fields.get("timespan")),
    request,
  };
}

/** A source whose workspaces answer by a function. */
export function sourceWith(
  respond: (question: Question, count: number) => FakeAnswer | Promise<FakeAnswer>,
  options: Partial<LogSourceOptions> = {},
) {
  const time = fakeTime();
  const http = fakeHttpClient((seen, count) => respond(questionOf(seen), count));
  const source = createLogSource({
    credential,
    cloud: "public",
    logger: silentLogger,
    httpClient: http,
    ...time,
    ...options,
  });
  const read = (request: DenialsRequest = requestFor()) =>
    source.readDenials(request, new AbortController().signal);
  return { read, questions: () => http.seen.map(questionOf) };
}

/** The answer about the cluster `one`. */
export async function readOne(
  respond: (question: Question, count: number) => FakeAnswer | Promise<FakeAnswer>,
  request: DenialsRequest = requestFor(),
): Promise<DenialsAnswer> {
  const answer = (await sourceWith(respond).read(request)).get("one");
  if (answer === undefined) throw new Error("no answer");
  return answer;
}

/** A table of an answer, from rows as objects. */
export function tableOf(rows: readonly Readonly<Record<string, unknown>>[], name = "PrimaryResult") {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return {
    name,
    columns: names.map((column) => ({ name: column, type: "string" })),
    rows: rows.map((row) => names.map((column) => row[column] ?? null)),
  };
}

export function answerOf(...rows: readonly Readonly<Record<string, unknown>>[]): FakeAnswer {
  return { body: { tables: [tableOf(rows)] } };
}

/** A row as our query makes it. */
export function group(changes: Readonly<Record<string, unknown>> = {}) {
  return {
    Span: "2026-11-21T10:05:00Z",
    Scope: "0",
    Firewall: firewallId("fw").toLowerCase(),
    Kind: "application",
    Destination: "mcr.microsoft.com",
    DestinationPort: "443",
    Protocol: "HTTPS",
    ActionReason: "Default Action",
    Count: 12,
    FirstSeen: "2026-11-21T10:05:01Z",
    LastSeen: "2026-11-21T10:09:59.5Z",
    Sources: '["10.1.0.4","10.1.0.5"]',
    SourceCount: 30,
    ...changes,
  };
}

/** A row of a table of Azure's own. */
export function raw(changes: Readonly<Record<string, unknown>> = {}) {
  return {
    TimeGenerated: "2026-11-21T10:05:01Z",
    _ResourceId: firewallId("fw").toLowerCase(),
    Type: "AZFWNetworkRule",
    Action: "Deny",
    ActionReason: "Default Action",
    Protocol: "TCP",
    SourceIp: "10.1.0.4",
    SourcePort: 40_000,
    DestinationIp: "8.8.8.8",
    DestinationPort: 443,
    ...changes,
  };
}

export function failure(status: number, code: string, message = "said so"): FakeAnswer {
  return { status, body: { error: { code, message } } };
}
