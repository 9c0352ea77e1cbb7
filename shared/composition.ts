import type { TokenCredential } from "@azure/core-auth";
import type { HttpClient } from "@azure/core-rest-pipeline";
import { bodyForms } from "#adapters/http/body-forms.ts";
import { createCredential } from "#adapters/identity/credential.ts";
import { openTables } from "#adapters/tables/open-tables.ts";
import { authLevelFor } from "#api/access.ts";
import { createApi } from "#api/create-api.ts";
import type { Route } from "#api/route.ts";
import type { Environment } from "#config/settings.ts";
import { parseSettings } from "#config/settings.ts";
import { madeOnce } from "#core/made-once.ts";
import type { Clock } from "#ports/clock.ts";
import type { Logger } from "#ports/logger.ts";
import type { Jobs } from "./jobs.ts";
import { tablesConnection } from "./tables-connection.ts";

/** What the surroundings decide. Everything has the value of a deployed app unless the local environment says otherwise. */
export interface Surroundings {
  readonly env: Environment;
  readonly local?: boolean;
  readonly clock?: Clock;
  /** How many times faster than the wall the clock runs. */
  readonly speed?: number;
  readonly credential?: TokenCredential;
  readonly httpClient?: HttpClient;
  /** One run and no other: every shard is collected here, nothing is left to the queue or to a later import. */
  readonly single?: boolean;
  /** How long Azure has for one list, or for one read of metrics, retries included; absent: the adapters' own patience. */
  readonly azureTimeoutMs?: number;
}

const VERSION = "0.1.0";

const systemClock: Clock = { nowMs: () => Date.now() };

/** Puts the adapters behind the ports, here for requests, in `jobs.ts` for timers and queues. No other file knows which is which. */
export function createService(surroundings: Surroundings) {
  const { env, local = false, single = false, clock = systemClock, speed = 1 } = surroundings;
  const { httpClient, azureTimeoutMs } = surroundings;
  const settings = parseSettings(env, { local });
  const credential = surroundings.credential ?? createCredential(settings.cloud);
  const tables = openTables({
    connection: tablesConnection(settings, credential),
    onFault: (message) => processLogger.error("storage.fault", { message }),
  });
  const jobs = madeOnce(async () => {
    const { createJobs } = await import("./jobs.ts");
    return createJobs({
      ...{ settings, tables, credential, clock, speed, single, httpClient, azureTimeoutMs },
      logger: processLogger,
    });
  });
  const { series, clusterStates: states, inventory, monitor, outbox, denials, events, silences } = tables;

  return {
    settings,
    api: createApi({
      inventory,
      monitor,
      states,
      series,
      denials,
      events,
      silences,
      outbox,
      channels: async () => (await jobs()).channels,
      clock,
      logger: processLogger,
      settings,
      version: VERSION,
      checks: async () => (await import("#core/checks/registry.ts")).CHECKS,
    }),
    bodyForms,
    /** Who the host lets through to a route. */
    authLevelOf: (route: Route) => authLevelFor(route, settings),
    discover: async (...given: Parameters<Jobs["discover"]>) => (await jobs()).discover(...given),
    collect: async (...given: Parameters<Jobs["collect"]>) => (await jobs()).collect(...given),
    collectShard: async (...given: Parameters<Jobs["collectShard"]>) => (await jobs()).collectShard(...given),
    importHistory: async (...given: Parameters<Jobs["importHistory"]>) =>
      (await jobs()).importHistory(...given),
    deliver: async (...given: Parameters<Jobs["deliver"]>) => (await jobs()).deliver(...given),
    deliverDue: async (...given: Parameters<Jobs["deliverDue"]>) => (await jobs()).deliverDue(...given),
    sweep: async (...given: Parameters<Jobs["sweep"]>) => (await jobs()).sweep(...given),
    compact: async (...given: Parameters<Jobs["compact"]>) => (await jobs()).compact(...given),
  };
}

/** For what happens outside any invocation: one JSON line an event on stderr, where the platform collects it. */
const processLogger: Logger = {
  debug() {},
  info: (event, fields) => writeLine("info", event, fields),
  warn: (event, fields) => writeLine("warn", event, fields),
  error: (event, fields) => writeLine("error", event, fields),
};

function writeLine(level: string, event: string, fields?: Readonly<Record<string, unknown>>): void {
  process.stderr.write(`${JSON.stringify({ level, event, ...fields })}\n`);
}

export type Service = ReturnType<typeof createService>;

let surroundings: Surroundings = { env: process.env };
let service: Service | undefined;

/** Replaces the surroundings before anything has asked for the service; the local environment does. */
export function configureService(changes: Surroundings): void {
  if (service !== undefined)
    throw new Error("the service is already running: configure it before its first use");
  surroundings = changes;
}

/** The service of this process, made at its first use. */
export function getService(): Service {
  service ??= createService(surroundings);
  return service;
}
