import { type Deadline, orAbort, startDeadline } from "#adapters/azure/deadline.ts";
import { readSdkError } from "#adapters/azure/sdk-error.ts";
import type { TimeBase } from "#adapters/azure/time-base.ts";
import { toAdapterError } from "#adapters/azure/to-adapter-error.ts";
import { AdapterError } from "#ports/adapter-error.ts";
import type { Logger } from "#ports/logger.ts";
import { readBatch, readResource, resourceKey } from "./answer-parts.ts";
import { DimensionReader } from "./dimensions.ts";
import type { ExpiringSet } from "./expiring-set.ts";
import type { MetricsApi } from "./metrics-api.ts";
import { askInstead, halves, type MetricsJob, perResource } from "./metrics-job.ts";
import { pointsOf, type Reading } from "./reading.ts";
import { questionInstead, type RefusedMetrics } from "./refused-metrics.ts";

export interface MetricsRunOptions {
  readonly api: MetricsApi;
  readonly time: TimeBase;
  readonly logger: Logger;
  /** Subscriptions that take no batches from us. */
  readonly batchRefused: ExpiringSet;
  /** Resources that make a batch fail, by key. */
  readonly spoilers: ExpiringSet;
  readonly refusedMetrics: RefusedMetrics;
  /** What the log calls this read. */
  readonly about: Readonly<Record<string, string | number>>;
  readonly signal: AbortSignal;
  readonly deadlineMs: number;
}

/** One read: performs its jobs, and decides what a failure of one means for the others. */
export class MetricsRun {
  readonly #options: MetricsRunOptions;
  readonly #deadline: Deadline;
  readonly #reader = new DimensionReader();
  readonly #startedMs: number;
  #requests = 0;
  #failures = 0;

  constructor(options: MetricsRunOptions) {
    this.#options = options;
    this.#startedMs = options.time.elapsedMs();
    this.#deadline = startDeadline(options.deadlineMs, options.time, options.signal);
  }

  /** @returns the jobs that have to be done in its place; never throws for Azure's failures */
  async perform(job: MetricsJob): Promise<readonly MetricsJob[]> {
    if (job.via === "batch" && this.#options.batchRefused.has(subscriptionKey(job))) return perResource(job);
    let body: Buffer;
    try {
      body = await this.#ask(job);
    } catch (error) {
      return this.#recover(job, error);
    }
    try {
      // Parsed and taken in without a pause, so that only one answer's objects are alive at a time.
      return this.#absorb(job, body);
    } catch (error) {
      // Anything else is a bug of ours, and not to be passed off as Azure's.
      if (!(error instanceof AdapterError)) throw error;
      this.#fail(job, error);
      return [];
    } finally {
      this.#options.api.release(body);
    }
  }

  end(): void {
    this.#deadline.dispose();
    const { logger, about, time } = this.#options;
    logger.debug("metrics.read", {
      ...about,
      requests: this.#requests,
      failures: this.#failures,
      elapsedMs: Math.round(time.elapsedMs() - this.#startedMs),
    });
  }

  async #ask({ via, batch, scope }: MetricsJob): Promise<Buffer> {
    const { api } = this.#options;
    const { signal } = this.#deadline;
    signal.throwIfAborted();
    this.#requests += 1;
    const ask = { query: batch.query, fromMs: batch.fromMs, toMs: batch.toMs, top: batch.top, signal };
    const ids = batch.items.map(({ target }) => target.resourceId);
    const answer =
      via === "batch"
        ? api.batch(scope.region, ids, ask)
        : api.resource(scope.subscriptionId, ids[0] ?? "", ask);
    return await orAbort(answer, signal);
  }

  /** @returns what has to be asked besides */
  #absorb(job: MetricsJob, body: Buffer): readonly MetricsJob[] {
    const { batch, dropped, family, scope } = job;
    const { spoilers, refusedMetrics } = this.#options;
    const nothing = job.via === "batch" ? this.#absorbBatch(job, body) : this.#absorbResource(job, body);
    for (const reading of batch.items) reading.miss(batch.query, dropped, scope.region);
    // Where the batch had to be cut, it may have been a resource that was refused before, not the metric.
    if (family.splits === 0) refusedMetrics.remember(batch.query, dropped, scope.region);
    if (job.via === "batch") {
      for (const { alone, target } of batch.items) if (alone) spoilers.delete(resourceKey(target.resourceId));
      this.#rememberSpoilers(job);
    }
    const { unsplit } = batch.query;
    return unsplit === undefined || nothing.length === 0
      ? []
      : [askInstead(job, unsplit, { items: nothing })];
  }

  /** @returns readings for which nothing came that can be read */
  #absorbBatch({ batch, family }: MetricsJob, body: Buffer): Reading[] {
    const points = pointsOf(batch);
    const missing = new Map(batch.items.map((reading) => [resourceKey(reading.target.resourceId), reading]));
    const nothing: Reading[] = [];
    readBatch(body, (key, part) => {
      const reading = missing.get(key);
      missing.delete(key);
      if (reading === undefined) part.metrics.skip();
      else if (!reading.absorb(part, batch, points, this.#reader)) nothing.push(reading);
    });
    family.answered = true;
    for (const reading of missing.values()) reading.absorb(undefined, batch, points, this.#reader);
    return nothing;
  }

  #absorbResource({ batch }: MetricsJob, body: Buffer): Reading[] {
    const points = pointsOf(batch);
    const nothing: Reading[] = [];
    readResource(body, (part) => {
      const [reading] = batch.items;
      if (reading?.absorb(part, batch, points, this.#reader) === false) nothing.push(reading);
    });
    return nothing;
  }

  #recover(job: MetricsJob, error: unknown): readonly MetricsJob[] {
    const { signal } = this.#deadline;
    const failure = toAdapterError(error, this.#what(job), signal);
    const { status, azureMessage } = readSdkError(error);
    if (job.via === "batch" && (status === 401 || status === 403)) return this.#goPerResource(job, failure);
    if (status === 400 && failure.reason === "rejected") {
      const instead = questionInstead(job.batch.query, azureMessage ?? "");
      if (instead !== undefined) return [askInstead(job, instead.query, instead)];
    }
    if (job.via === "batch" && (failure.reason === "notFound" || failure.reason === "rejected")) {
      const parts = halves(job);
      if (parts.length > 0) return parts;
      if (job.batch.items.length === 1) job.family.refused.push(...job.batch.items);
      this.#rememberSpoilers(job);
    }
    this.#fail(job, error);
    return [];
  }

  /** A batch needs rights on the subscription; a resource's own metrics need them on the resource alone. */
  #goPerResource(job: MetricsJob, failure: AdapterError): readonly MetricsJob[] {
    const { batchRefused, logger } = this.#options;
    if (!batchRefused.has(subscriptionKey(job))) {
      batchRefused.add(subscriptionKey(job));
      logger.warn("metrics.batchRefused", {
        subscriptionId: job.scope.subscriptionId,
        reason: failure.reason,
        message: failure.message,
      });
    }
    return perResource(job);
  }

  /** Where others of the batch were answered, those refused alone are to blame: next time they go alone at once. */
  #rememberSpoilers({ family }: MetricsJob): void {
    if (!family.answered) return;
    for (const { target } of family.refused) this.#options.spoilers.add(resourceKey(target.resourceId));
  }

  #fail(job: MetricsJob, error: unknown): void {
    this.#failures += 1;
    const { query, items } = job.batch;
    for (const reading of items) {
      const { reason, message } = toAdapterError(error, this.#what(job, reading), this.#deadline.signal);
      reading.fail(query, reason, { message });
    }
  }

  /** @param reading whose problem it is: a cluster with several such resources has to know which */
  #what({ batch, scope }: MetricsJob, reading?: Reading): string {
    const { title, type } = batch.query;
    const { items } = batch;
    const one = items.length === 1 ? items[0] : type.several ? reading : undefined;
    return `${title} of ${one?.target.resourceId ?? `${items.length} ${type.many} in ${scope.region}`}`;
  }
}

function subscriptionKey({ scope }: MetricsJob): string {
  return scope.subscriptionId.toLowerCase();
}
