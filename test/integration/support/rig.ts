import { createService, type Service } from "#shared/composition.ts";
import { type SimulatedAzure, startSimulatedAzure } from "../../../infra/local/simulated-azure/server.ts";
import { createStandInHttpClient, standInCredential } from "../../../infra/local/stand-in/http-client.ts";
import { quietLogger } from "./quiet-logger.ts";

export const MINUTE_MS = 60_000;
const START_MS = Date.UTC(2026, 10, 20, 12, 0, 30);
const RUN_DEADLINE_MS = 120_000;

interface Standing {
  readonly status: string;
  readonly headline: string;
}

interface Series {
  readonly incomplete: boolean;
  readonly faults: readonly string[];
  /** Used ports of each node and protocol, minute by minute. */
  readonly values: readonly (readonly (number | null)[])[];
}

/** The service on the simulated Azure: two subscriptions of two clusters, each cluster in a region of its own. */
export interface Rig {
  readonly azure: SimulatedAzure;
  readonly nowMs: number;
  /** Moves the clock. */
  pass(minutes: number): void;
  discover(): Promise<void>;
  collect(): Promise<void>;
  sweep(): Promise<void>;
  /** A new process on the same storage. */
  restart(): void;
  /** By name. */
  standings(): Promise<Readonly<Record<string, Standing>>>;
  statuses(): Promise<Readonly<Record<string, string>>>;
  history(name: string, fromMs: number, toMs: number): Promise<Series>;
  ask(route: string, query?: Readonly<Record<string, string>>): Promise<Readonly<Record<string, unknown>>>;
  close(): Promise<void>;
}

export async function openRig(storage: string, azureTimeoutMs: number): Promise<Rig> {
  let nowMs = START_MS;
  const clock = { nowMs: () => nowMs };
  const azure = await startSimulatedAzure({
    scenario: "large",
    clusters: 4,
    nodes: 3,
    clustersPerSubscription: 2,
    anchorMs: START_MS,
    nowMs: clock.nowMs,
  });
  const open = () =>
    createService({
      env: {
        AzureWebJobsStorage: storage,
        SNATWATCH_AUTH: "none",
        SNATWATCH_INLINE_SHARDS: "100",
        SNATWATCH_HISTORY_IMPORT: "0d",
      },
      local: true,
      clock,
      credential: standInCredential,
      httpClient: createStandInHttpClient(azure.address),
      azureTimeoutMs,
    });
  let service: Service = open();
  const clusters = async () => rowsOf((await ask(service, "clusters"))["clusters"]);
  const fleet = async () =>
    Object.fromEntries(
      (await clusters()).map(({ name, status, headline }) => [
        String(name),
        { status: String(status), headline: String(headline) },
      ]),
    );

  return {
    azure,
    get nowMs() {
      return nowMs;
    },
    pass(minutes) {
      nowMs += minutes * MINUTE_MS;
    },
    discover: () => service.discover(quietLogger, AbortSignal.timeout(RUN_DEADLINE_MS)),
    async collect() {
      await service.collect(quietLogger, AbortSignal.timeout(RUN_DEADLINE_MS));
    },
    sweep: () => service.sweep(quietLogger),
    restart() {
      service = open();
    },
    standings: fleet,
    async statuses() {
      return Object.fromEntries(Object.entries(await fleet()).map(([name, { status }]) => [name, status]));
    },
    async history(name, fromMs, toMs) {
      const row = (await clusters()).find((it) => it["name"] === name);
      const { subscriptionId, resourceGroup } = row ?? {};
      const params = { subscriptionId: String(subscriptionId), resourceGroup: String(resourceGroup), name };
      const query = { metric: "usedPorts", step: "1m", from: iso(fromMs), to: iso(toMs) };
      const answer = await ask(service, "history", query, params);
      return {
        incomplete: answer["incomplete"] === true,
        faults: rowsOf(answer["faults"]).map(String),
        values: rowsOf(answer["series"]).map(({ values }) => (Array.isArray(values) ? values : [])),
      };
    },
    ask: (route, query) => ask(service, route, query),
    close: () => azure.close(),
  };
}

async function ask(
  { api }: Service,
  route: string,
  query: Readonly<Record<string, string>> = {},
  params: Readonly<Record<string, string>> = {},
): Promise<Readonly<Record<string, unknown>>> {
  const { status, body } = await api.handle(route, {
    method: "GET",
    params,
    query: Object.entries(query),
    headers: new Headers(),
  });
  if (typeof body === "string" || (status !== 200 && route !== "health")) {
    throw new Error(`the API answered ${status} to ${route}: ${JSON.stringify(body)}`);
  }
  return { ...body };
}

function rowsOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value : [];
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
