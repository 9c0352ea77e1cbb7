import { createService, type Service } from "#shared/composition.ts";
import { type FleetCluster, type FleetDocument, readFleet } from "../../../infra/local/fleet-document.ts";
import { type SimulatedAzure, startSimulatedAzure } from "../../../infra/local/simulated-azure/server.ts";
import { createStandInHttpClient, standInCredential } from "../../../infra/local/stand-in/http-client.ts";
import { rowsOf } from "./judged.ts";
import { quietLogger } from "./quiet-logger.ts";

const MINUTE_MS = 60_000;
/** A Friday at noon: office traffic is at its usual height. */
const ANCHOR_MS = Date.UTC(2026, 10, 20, 12, 0, 0);
const RUN_DEADLINE_MS = 60_000;

type Json = Readonly<Record<string, unknown>>;

export interface StageOptions {
  /** Minutes after the anchor at which the service first looks; negative: before it. Default 0.5. */
  readonly startMinutes?: number;
  /** Settings beside those of every stage. */
  readonly env?: Readonly<Record<string, string>>;
  /** One run as `npm start -- --once` makes it, which reads an hour back. */
  readonly single?: boolean;
}

/** The whole service on one scenario of the simulated Azure, with a clock that moves when it is told. */
export interface Stage {
  readonly azure: SimulatedAzure;
  readonly nowMs: number;
  /** Moves the clock. */
  pass(minutes: number): void;
  discover(): Promise<void>;
  collect(): Promise<void>;
  /** As the queue does, which brings each message at least once: also those that are settled. */
  deliver(): Promise<void>;
  /** A new process, on the same storage or on another way to it; what the old one still does is not waited for. */
  restart(storage?: string): void;
  importHistory(): Promise<void>;
  /** Minutes one after the other, each collected. */
  live(minutes: number): Promise<void>;
  fleet(): Promise<FleetDocument>;
  cluster(name: string): Promise<FleetCluster>;
  /** The answer of a route; with `cluster` that of a route below a cluster. */
  ask(route: string, query?: Readonly<Record<string, string>>, cluster?: FleetCluster): Promise<Json>;
  close(): Promise<void>;
}

/** Starts a scenario and the service on it; nothing has been asked of Azure yet. */
export async function openStage(
  storage: string,
  scenario: string,
  { startMinutes = 0.5, env = {}, single = false }: StageOptions = {},
): Promise<Stage> {
  let nowMs = ANCHOR_MS + startMinutes * MINUTE_MS;
  const clock = { nowMs: () => nowMs };
  const azure = await startSimulatedAzure({ scenario, anchorMs: ANCHOR_MS, nowMs: clock.nowMs });
  const open = (connection: string) =>
    createService({
      env: {
        AzureWebJobsStorage: connection,
        SNATWATCH_AUTH: "none",
        SNATWATCH_INLINE_SHARDS: "100",
        SNATWATCH_HISTORY_IMPORT: "0d",
        ...env,
      },
      local: true,
      single,
      clock,
      credential: standInCredential,
      httpClient: createStandInHttpClient(azure.address),
    });
  let service = open(storage);
  const deadline = () => AbortSignal.timeout(RUN_DEADLINE_MS);
  const stage: Stage = {
    azure,
    get nowMs() {
      return nowMs;
    },
    pass(minutes) {
      nowMs += minutes * MINUTE_MS;
    },
    discover: () => service.discover(quietLogger, deadline()),
    async collect() {
      const { failed } = await service.collect(quietLogger, deadline());
      if (failed > 0) throw new Error(`${failed} shards failed`);
    },
    async deliver() {
      const { incidents } = await ask(service, "incidents");
      for (const incident of rowsOf(incidents)) {
        for (const { sequence, deliveries } of rowsOf(incident["messages"])) {
          for (const { channel } of rowsOf(deliveries)) {
            await service.deliver({ channel, incidentId: incident["id"], sequence }, quietLogger, deadline());
          }
        }
      }
    },
    restart(connection = storage) {
      service = open(connection);
    },
    async importHistory() {
      await service.importHistory(quietLogger, deadline());
    },
    async live(minutes) {
      for (let minute = 0; minute < minutes; minute += 1) {
        stage.pass(1);
        await stage.collect();
      }
    },
    fleet: () => readFleet(service),
    async cluster(name) {
      const { clusters } = await readFleet(service);
      const found = clusters.find((it) => it.name === name);
      if (found === undefined) throw new Error(`no cluster ${name}`);
      return found;
    },
    ask: (route, query, cluster) => ask(service, route, query, cluster),
    close: () => azure.close(),
  };
  return stage;
}

async function ask(
  { api }: Service,
  route: string,
  query: Readonly<Record<string, string>> = {},
  cluster?: FleetCluster,
): Promise<Json> {
  const { subscriptionId = "", resourceGroup = "", name = "" } = cluster ?? {};
  const { status, body } = await api.handle(route, {
    method: "GET",
    params: { subscriptionId, resourceGroup, name },
    query: Object.entries(query),
    headers: new Headers(),
  });
  if (typeof body === "string" || status !== 200) {
    throw new Error(`the API answered ${status} to ${route}: ${JSON.stringify(body)}`);
  }
  return { ...body };
}
