import { cloudEndpoints } from "#adapters/azure/cloud.ts";
import { RequestGate } from "#adapters/azure/request-gate.ts";
import type { AzureSourceOptions } from "#adapters/azure/source-options.ts";
import { createTimeBase } from "#adapters/azure/time-base.ts";
import { runPool } from "#adapters/azure/work-pool.ts";
import { sliceBlock } from "#core/series/sample-block.ts";
import type { Logger } from "#ports/logger.ts";
import type { MetricsAnswer, MetricsRequest, MetricsSource, MetricsTarget } from "#ports/metrics-source.ts";
import { resourceKey } from "./answer-parts.ts";
import { deviceAnswers, deviceJobs, openDevices } from "./device-readings.ts";
import { ExpiringSet } from "./expiring-set.ts";
import { METRIC_QUERIES } from "./metric-queries.ts";
import { MetricsApi } from "./metrics-api.ts";
import { firstJob, type MetricsJob, scopeOf } from "./metrics-job.ts";
import { MetricsRun } from "./metrics-run.ts";
import { planBatches } from "./plan.ts";
import { Reading } from "./reading.ts";
import { RefusedMetrics } from "./refused-metrics.ts";
import { KeptNames } from "./series-names.ts";

export interface MetricsSourceOptions extends AzureSourceOptions {
  readonly logger: Logger;
  /** Requests at a time, default 4. */
  readonly concurrency?: number;
  /** Of a whole read, default 45 s. */
  readonly deadlineMs?: number;
  /** Of each attempt of a request, default 20 s. */
  readonly timeoutMs?: number;
}

/** How long we remember that a subscription refuses batches, a region a metric, and which resource spoils a batch. */
const MEMORY_MS = 15 * 60_000;

/** Reads metrics of Azure Monitor: in batches, and by single resource where batches are refused. */
export function createMetricsSource(options: MetricsSourceOptions): MetricsSource {
  const observe = options.counters ?? (() => {});
  const time = createTimeBase(options);
  const api = new MetricsApi({
    credential: options.credential,
    ...(options.httpClient === undefined ? {} : { httpClient: options.httpClient }),
    endpoints: cloudEndpoints(options.cloud),
    gate: options.gate ?? new RequestGate(),
    time,
    timeoutMs: options.timeoutMs ?? 20_000,
    observe,
  });
  const batchRefused = new ExpiringSet(MEMORY_MS, options.clock);
  const spoilers = new ExpiringSet(MEMORY_MS, options.clock);

  const names = new KeptNames();
  const refusedMetrics = new RefusedMetrics(MEMORY_MS, options.clock);

  async function perform(
    jobs: readonly MetricsJob[],
    about: Readonly<Record<string, string | number>>,
    signal: AbortSignal,
  ): Promise<void> {
    const run = new MetricsRun({
      api,
      time,
      logger: options.logger,
      batchRefused,
      spoilers,
      refusedMetrics,
      about,
      signal,
      deadlineMs: options.deadlineMs ?? 45_000,
    });
    try {
      await runPool(jobs, options.concurrency ?? 4, (job) => run.perform(job));
    } finally {
      run.end();
    }
  }

  return {
    async read(request, signal) {
      const { subscriptionId, fromMs, toMs, targets } = request;
      const scope = scopeOf(subscriptionId, request.region);
      const readings = openReadings(request, spoilers, names);
      const jobs = METRIC_QUERIES.flatMap((query) =>
        planBatches(query, [...readings.values()], fromMs, toMs).map((batch) => firstJob(scope, batch)),
      );
      if (fromMs < toMs) await perform(jobs, { ...scope, targets: targets.length }, signal);
      return answersOf(request, readings);
    },
    async readDevices(request, signal) {
      const devices = openDevices(request, (resourceId) => spoilers.has(resourceKey(resourceId)));
      if (request.fromMs < request.toMs) {
        await perform(deviceJobs(devices, request, refusedMetrics), { devices: devices.size }, signal);
      }
      return deviceAnswers(devices);
    },
  };
}

/** One reading for each load balancer: two clusters may share one, and a batch takes each id once. */
function openReadings(
  request: MetricsRequest,
  spoilers: ExpiringSet,
  names: KeptNames,
): Map<string, Reading> {
  const targets = new Map<string, MetricsTarget>();
  for (const target of request.targets) {
    const key = resourceKey(target.resourceId);
    targets.set(key, larger(target, targets.get(key)));
  }
  return new Map(
    [...targets].map(([key, target]) => [
      key,
      new Reading(target, spoilers.has(key), request.fromMs, request.toMs, names.of(key)),
    ]),
  );
}

function larger(target: MetricsTarget, known: MetricsTarget | undefined): MetricsTarget {
  if (known === undefined) return target;
  return {
    ...known,
    nodes: Math.max(known.nodes, target.nodes),
    frontends: Math.max(known.frontends, target.frontends),
    probedPorts: Math.max(known.probedPorts, target.probedPorts),
  };
}

function answersOf(
  request: MetricsRequest,
  readings: ReadonlyMap<string, Reading>,
): Map<string, MetricsAnswer> {
  const answers = new Map<string, MetricsAnswer>();
  const handedOut = new Set<Reading>();
  for (const { clusterKey, resourceId } of request.targets) {
    const reading = readings.get(resourceKey(resourceId));
    if (reading === undefined) continue;
    // Blocks are written to by those who get them: a second cluster of the same load balancer has its own.
    const block = handedOut.has(reading)
      ? sliceBlock(reading.block, request.fromMs, request.toMs)
      : reading.block;
    handedOut.add(reading);
    answers.set(clusterKey, { block, problems: reading.finish(METRIC_QUERIES) });
  }
  return answers;
}
