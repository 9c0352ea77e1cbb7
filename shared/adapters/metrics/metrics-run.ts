import { type Deadline, orAbort, startDeadline } from "#adapters/azure/deadline.ts";
import { readSdkError } from "#adapters/azure/sdk-error.ts";
import type { TimeBase } from "#adapters/azure/time-base.ts";
import { toAdapterError } from "#adapters/azure/to-adapter-error.ts";
import { AdapterError } from "#ports/adapter-error.ts";
import type { Logger } from "#ports/logger.ts";
import type { MetricsRequest } from "#ports/metrics-source.ts";
import { readBatch, readResource, resourceKey } from "./answer-parts.ts";
import { DimensionReader } from "./dimensions.ts";
import type { ExpiringSet } from "./expiring-set.ts";
import type { MetricsApi } from "./metrics-api.ts";
import { halves, type MetricsJob, perResource } from "./metrics-job.ts";
import { timelineOf } from "./reading.ts";

export interface MetricsRunOptions {
  readonly api: MetricsApi;
  readonly time: TimeBase;
  readonly logger: Logger;
  /** Subscriptions that take no batches from us. */
  readonly batchRefused: ExpiringSet;
  /** Resources that make a batch fail, by key. */
  readonly spoilers: ExpiringSet;
  readonly request: MetricsRequest;
  readonly signal: AbortSignal;
  readonly deadlineMs: number;
}

/** One read: performs its jobs, and decides what a failure of one means for the others. */
export class MetricsRun {
  readonly #options: MetricsRunOptions;
  readonly #deadline: Deadline;
  readonly #reader = new DimensionReader();
  readonly #region: string;
  readonly #startedMs: number;
  #requests = 0;
  #failures = 0;

  constructor(options: MetricsRunOptions) {
    this.#options = options;
    this.#region = options.request.region.toLowerCase().replaceAll(" ", "");
    this.#startedMs = options.time.elapsedMs();
    this.#deadline = startDeadline(options.deadlineMs, options.time, options.signal);
  }

  /** @returns the jobs that have to be done in its place; never throws for Azure's failures */
  async perform(job: MetricsJob): Promise<readonly MetricsJob[]> {
    const { batchRefused, request } = this.#options;
    if (job.via === "batch" && batchRefused.has(request.subscriptionId)) return perResource(job);
    let body: Buffer;
    try {
      body = await this.#ask(job);
    } catch (error) {
      return this.#recover(job, error);
    }
    try {
      // Parsed and taken in without a pause, so that only one answer's objects are alive at a time.
      this.#absorb(job, body);
    } catch (error) {
      // Anything else is a bug of ours, and not to be passed off as Azure's.
      if (!(error instanceof AdapterError)) throw error;
      this.#fail(job, toAdapterError(error, this.#what(job)));
    }
    return [];
  }

  end(): void {
    this.#deadline.dispose();
    const { logger, request, time } = this.#options;
    logger.debug("metrics.read", {
      subscriptionId: request.subscriptionId,
      region: this.#region,
      targets: request.targets.length,
      requests: this.#requests,
      failures: this.#failures,
      elapsedMs: Math.round(time.elapsedMs() - this.#startedMs),
    });
  }

  async #ask({ via, batch }: MetricsJob): Promise<Buffer> {
    const { api, request } = this.#options;
    const { signal } = this.#deadline;
    signal.throwIfAborted();
    this.#requests += 1;
    const ask = { query: batch.query, fromMs: batch.fromMs, toMs: batch.toMs, top: batch.top, signal };
    const ids = batch.items.map(({ target }) => target.resourceId);
    const answer =
      via === "batch"
        ? api.batch(this.#region, ids, ask)
        : api.resource(request.subscriptionId, ids[0] ?? "", ask);
    return await orAbort(answer, signal);
  }

  #absorb(job: MetricsJob, body: Buffer): void {
    const { batch, family } = job;
    const timeline = timelineOf(batch);
    if (job.via === "resource") {
      const [reading] = batch.items;
      readResource(body, (part) => reading?.absorb(part, batch, timeline, this.#reader));
      return;
    }
    const missing = new Map(batch.items.map((reading) => [resourceKey(reading.target.resourceId), reading]));
    readBatch(body, (key, part) => {
      const reading = missing.get(key);
      missing.delete(key);
      if (reading === undefined) part.metrics.skip();
      else reading.absorb(part, batch, timeline, this.#reader);
    });
    family.answered = true;
    for (const reading of missing.values()) reading.absorb(undefined, batch, timeline, this.#reader);
    for (const { alone, target } of batch.items) {
      if (alone) this.#options.spoilers.delete(resourceKey(target.resourceId));
    }
    this.#rememberSpoilers(job);
  }

  #recover(job: MetricsJob, error: unknown): readonly MetricsJob[] {
    const failure = toAdapterError(error, this.#what(job), this.#deadline.signal);
    if (job.via === "batch") {
      const { status } = readSdkError(error);
      if (status === 401 || status === 403) return this.#goPerResource(job, failure);
      if (failure.reason === "notFound" || failure.reason === "rejected") {
        const parts = halves(job);
        if (parts.length > 0) return parts;
        if (job.batch.items.length === 1) job.family.refused.push(...job.batch.items);
        this.#rememberSpoilers(job);
      }
    }
    this.#fail(job, failure);
    return [];
  }

  /** A batch needs rights on the subscription; a resource's own metrics need them on the resource alone. */
  #goPerResource(job: MetricsJob, failure: AdapterError): readonly MetricsJob[] {
    const { batchRefused, logger, request } = this.#options;
    if (!batchRefused.has(request.subscriptionId)) {
      batchRefused.add(request.subscriptionId);
      logger.warn("metrics.batchRefused", {
        subscriptionId: request.subscriptionId,
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

  #fail({ batch }: MetricsJob, failure: AdapterError): void {
    this.#failures += 1;
    for (const reading of batch.items) reading.fail(batch.query.source, failure.reason, failure.message);
  }

  #what({ via, batch }: MetricsJob): string {
    const { title } = batch.query;
    const count = batch.items.length;
    if (via === "resource" || count === 1) return `${title} of ${batch.items[0]?.target.resourceId ?? ""}`;
    return `${title} of ${count} load balancers in ${this.#region}`;
  }
}
