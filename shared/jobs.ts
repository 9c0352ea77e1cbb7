import type { TokenCredential } from "@azure/core-auth";
import type { HttpClient } from "@azure/core-rest-pipeline";
import { createLogSource } from "#adapters/logs/log-source.ts";
import { createDiagnosticsSource } from "#adapters/metrics/diagnostic-settings.ts";
import { createMetricsSource } from "#adapters/metrics/metrics-source.ts";
import { parseCollectMessage, parseDeliverMessage } from "#adapters/queues/messages.ts";
import { openQueues } from "#adapters/queues/open-queues.ts";
import type { TableStores } from "#adapters/tables/open-tables.ts";
import { createTopologySource } from "#adapters/topology/topology-source.ts";
import { createHeartbeat } from "#adapters/webhooks/heartbeat.ts";
import { createNotifier } from "#adapters/webhooks/notifier.ts";
import { collectFleet, collectQueuedShard } from "#app/collect-fleet.ts";
import { compact, type Retention } from "#app/compact.ts";
import { countDeliveries } from "#app/count-deliveries.ts";
import { deliver } from "#app/deliver.ts";
import { handOff } from "#app/deliver-hand-off.ts";
import { discover } from "#app/discover.ts";
import { heartbeat } from "#app/heartbeat.ts";
import { importHistory } from "#app/import-history.ts";
import { rebuildShapes } from "#app/rebuild-shapes.ts";
import { sweep } from "#app/sweep.ts";
import { tidyForgotten } from "#app/tidy-forgotten.ts";
import type { Settings } from "#config/settings.ts";
import { rateLimitsOf } from "#core/notify/rate-limits.ts";
import { DAY_MS, HOUR_MS } from "#core/time.ts";
import type { Clock } from "#ports/clock.ts";
import type { Logger } from "#ports/logger.ts";
import type { WorkQueue } from "#ports/work-queue.ts";

/** What the work of timers and queues is put together from. */
export interface JobParts {
  readonly settings: Settings;
  readonly tables: TableStores;
  readonly credential: TokenCredential;
  readonly clock: Clock;
  /** How many times faster than the wall the clock runs. */
  readonly speed: number;
  /** One run and no other: every shard is collected here, nothing is left to the queue or to a later import. */
  readonly single: boolean;
  readonly httpClient: HttpClient | undefined;
  /** How long Azure has for one list, or for one read of metrics; `undefined`: the adapters' own patience. */
  readonly azureTimeoutMs: number | undefined;
  /** For what happens outside any invocation. */
  readonly logger: Logger;
}

/** A single run reads so much of the past at once, since no import follows. */
const SINGLE_READ_MS = HOUR_MS;

const BEAT_TIMEOUT_MS = 15_000;

/** How long told messages stay in the outbox. */
const OUTBOX_RETENTION_MS = 90 * DAY_MS;

/** Clusters of one shard: what one batch of Azure Monitor takes. */
const SHARD_SIZE = 50;

/** A single run delivers what is due itself. */
const noQueue: WorkQueue = { async collectShard() {}, async deliver() {} };

/**
 * What timers and queues do. Most of the app's code is here and in what it imports, and a request needs none of it: so
 * `composition.ts` reads this file when the first of them runs.
 */
export function createJobs(parts: JobParts) {
  const { settings, tables, credential, clock, speed, single, httpClient, azureTimeoutMs } = parts;
  const queue = single ? noQueue : openQueues({ connection: queuesConnection(settings, credential), speed });
  const notifier = createNotifier({
    channels: settings.channels,
    baseUrl: settings.baseUrl,
    allowPrivate: settings.allowPrivateWebhooks,
    clock,
    logger: parts.logger,
  });
  const beater =
    settings.heartbeatUrl === null
      ? null
      : createHeartbeat({ url: settings.heartbeatUrl, allowPrivate: settings.allowPrivateWebhooks });
  const azure = {
    credential,
    cloud: settings.cloud,
    clock,
    ...(httpClient === undefined ? {} : { httpClient }),
  };
  const diagnostics = createDiagnosticsSource({
    ...azure,
    ...(azureTimeoutMs === undefined ? {} : { deadlineMs: azureTimeoutMs, timeoutMs: azureTimeoutMs / 2 }),
  });
  const topology = createTopologySource({
    ...azure,
    diagnostics,
    subscriptionIds: settings.subscriptions,
    include: settings.include,
    exclude: settings.exclude,
    ...(azureTimeoutMs === undefined
      ? {}
      : { callTimeoutMs: azureTimeoutMs, retryDelayMs: azureTimeoutMs / 20 }),
  });
  const metrics = createMetricsSource({
    ...azure,
    logger: parts.logger,
    ...(azureTimeoutMs === undefined ? {} : { deadlineMs: azureTimeoutMs, timeoutMs: azureTimeoutMs / 2 }),
  });
  const logs = createLogSource({
    ...azure,
    logger: parts.logger,
    ...(azureTimeoutMs === undefined ? {} : { deadlineMs: azureTimeoutMs, timeoutMs: azureTimeoutMs / 2 }),
  });
  const {
    series,
    clusterStates: states,
    inventory,
    monitor,
    outbox,
    denials,
    events,
    silences,
    clusterData,
  } = tables;

  const discoverWith = async (logger: Logger, signal: AbortSignal) => {
    const forgotten = await inventory.listForgotten();
    const report = await discover(
      {
        topology,
        inventory,
        events,
        clock,
        logger,
        settings: { retentionMs: settings.retentionHourlyMs, shardSize: SHARD_SIZE },
      },
      signal,
    );
    const found = await tidyForgotten({ inventory, clusterData, clock }, forgotten);
    for (const { shard, key } of [...report.dropped, ...found]) {
      await states.remove(shard, key);
      await series.forget(shard, key);
    }
  };
  const fleetWith = (logger: Logger) => ({
    metrics,
    logs,
    denials,
    series,
    states,
    silences,
    events,
    inventory,
    queue,
    clock,
    logger,
    limits: settings.limits,
    policy: {
      forMs: settings.alertForMs,
      keepFiringForMs: settings.keepFiringForMs,
      resolvedRetentionMs: DAY_MS,
      repeatIntervalMs: settings.repeatIntervalMs,
    },
    // What is older than our samples becomes roll-ups.
    importMs: single ? 0 : Math.min(settings.historyImportMs, settings.retentionHourlyMs),
    ...(single ? { firstReadMs: SINGLE_READ_MS } : {}),
    inlineShards: single ? Number.POSITIVE_INFINITY : settings.inlineShards,
    handOff: async (messages: Parameters<typeof handOff>[1]) => {
      await handOff({ outbox, notifier, queue, clock }, messages);
    },
    discover: (signal: AbortSignal) => discoverWith(logger, signal),
  });
  const kinds = new Map(settings.channels.map(({ name, kind }) => [name, kind]));
  // A single run has no later: what it did not tell at once, nobody would.
  const limitsOf = (channel: string) => (single ? [] : rateLimitsOf(kinds.get(channel) ?? ""));
  const deliveryWith = (logger: Logger) => ({
    outbox,
    notifier,
    queue,
    events,
    clock,
    logger,
    limitsOf,
    random: Math.random,
  });

  return {
    /** The configured channels, for the API. */
    channels: notifier.directory,
    discover: discoverWith,
    collect: (logger: Logger, signal: AbortSignal) => collectFleet(fleetWith(logger), signal),
    collectShard: (message: unknown, logger: Logger, signal: AbortSignal) =>
      collectQueuedShard(fleetWith(logger), parseCollectMessage(message).shard, signal),
    importHistory: (logger: Logger, signal: AbortSignal) =>
      importHistory(
        { inventory, metrics, series, states, clock, logger, retentionMs: settings.retentionHourlyMs },
        signal,
      ),
    deliver: async (message: unknown, logger: Logger, signal: AbortSignal) => {
      await deliver(deliveryWith(logger), parseDeliverMessage(message), signal);
    },
    /** Sends everything that is due, here and now, without the queue: for a single run. */
    deliverDue: async (logger: Logger, signal: AbortSignal) => {
      for (const row of await outbox.listOpen()) await deliver(deliveryWith(logger), row, signal);
    },
    sweep: async (logger: Logger) => {
      await sweep({ outbox, queue, clock, limitsOf, logger });
      const { collectLagMs } = settings;
      try {
        await heartbeat(
          { inventory, states, heartbeat: beater, clock, logger, collectLagMs },
          AbortSignal.timeout(BEAT_TIMEOUT_MS),
        );
      } finally {
        // After the beat, which tells of collection: a count that fails does not silence it.
        await countDeliveries({ outbox, monitor, clock });
      }
    },
    compact: async (logger: Logger, signal: AbortSignal) => {
      await compact(
        {
          ...{ series, denials, events, outbox, inventory, states, clock, logger },
          retention: retentionOf(settings),
        },
        signal,
      );
      await rebuildShapes({ inventory, states, series, clock, logger }, signal);
    },
  };
}

export type Jobs = ReturnType<typeof createJobs>;

function retentionOf(settings: Settings): Retention {
  return {
    rawMs: settings.retentionRawMs,
    fivesMs: settings.retentionFivesMs,
    hourlyMs: settings.retentionHourlyMs,
    outboxMs: OUTBOX_RETENTION_MS,
    importMs: settings.historyImportMs,
  };
}

function queuesConnection({ storage }: Settings, credential: TokenCredential) {
  return storage.kind === "connectionString"
    ? { connectionString: storage.connectionString }
    : { queueServiceUri: storage.queueUrl, credential };
}
