import { cloudEndpoints } from "#adapters/azure/cloud.ts";
import { startDeadline } from "#adapters/azure/deadline.ts";
import { RequestGate } from "#adapters/azure/request-gate.ts";
import type { AzureSourceOptions } from "#adapters/azure/source-options.ts";
import { createTimeBase } from "#adapters/azure/time-base.ts";
import type { LogSource } from "#ports/log-source.ts";
import type { Logger } from "#ports/logger.ts";
import { LogRun } from "./log-run.ts";
import { LogsApi } from "./logs-api.ts";
import { MissingTables } from "./missing-tables.ts";
import { Slots } from "./slots.ts";

export interface LogSourceOptions extends AzureSourceOptions {
  readonly logger: Logger;
  /** Of a whole read, default 45 s. */
  readonly deadlineMs?: number;
  /** Of each attempt of a query, default 30 s. */
  readonly timeoutMs?: number;
}

/** Azure runs five queries of a user at a time (Azure docs, "Azure Monitor service limits"); the people who look at the same logs want some of them. */
const MOST_QUERIES = 3;

/** Reads deny logs of firewalls from Log Analytics: one query for each workspace, each row once. */
export function createLogSource(options: LogSourceOptions): LogSource {
  const time = createTimeBase(options);
  const api = new LogsApi({
    credential: options.credential,
    ...(options.httpClient === undefined ? {} : { httpClient: options.httpClient }),
    endpoints: cloudEndpoints(options.cloud),
    gate: options.gate ?? new RequestGate(),
    time,
    timeoutMs: options.timeoutMs ?? 30_000,
    observe: options.counters ?? (() => {}),
  });
  // Of the source, not of a read: several shards read at once.
  const slots = new Slots(MOST_QUERIES);
  const missing = new MissingTables(options.clock);

  return {
    async readDenials(request, signal) {
      const startedMs = time.elapsedMs();
      const deadline = startDeadline(options.deadlineMs ?? 45_000, time, signal);
      try {
        const { logger } = options;
        const answers = await new LogRun({ api, slots, missing, logger, deadline, request }).perform();
        logger.debug("logs.read", {
          firewalls: request.firewalls.length,
          targets: request.targets.length,
          elapsedMs: Math.round(time.elapsedMs() - startedMs),
        });
        return answers;
      } finally {
        deadline.dispose();
      }
    },
  };
}
