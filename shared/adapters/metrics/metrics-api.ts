import type { MonitorClient } from "@azure/arm-monitor";
import type { TokenCredential } from "@azure/core-auth";
import type { HttpClient } from "@azure/core-rest-pipeline";
import type { MetricsClient } from "@azure/monitor-query";
import type { ObserveCall } from "#adapters/azure/call-event.ts";
import { azureClientOptions } from "#adapters/azure/client-options.ts";
import type { CloudEndpoints } from "#adapters/azure/cloud.ts";
import type { RequestGate } from "#adapters/azure/request-gate.ts";
import type { TimeBase } from "#adapters/azure/time-base.ts";
import { AdapterError } from "#ports/adapter-error.ts";
import { INTERVAL, type MetricQuery } from "./metric-query.ts";
import { RawBodies } from "./raw-body.ts";

export interface MetricsApiOptions {
  readonly credential: TokenCredential;
  readonly httpClient?: HttpClient;
  readonly endpoints: CloudEndpoints;
  readonly gate: RequestGate;
  readonly time: TimeBase;
  readonly timeoutMs: number;
  readonly observe: ObserveCall;
}

/** One question to Azure Monitor. */
export interface Ask {
  readonly query: MetricQuery;
  readonly fromMs: number;
  readonly toMs: number;
  readonly top: number;
  readonly signal: AbortSignal;
}

/**
 * The two ways to ask, both answering with the body.
 * Clients are made on first use and kept: their tokens and connections live in them, and the SDKs take a while to load.
 */
export class MetricsApi {
  readonly #options: MetricsApiOptions;
  readonly #bodies = new RawBodies();
  readonly #batchClients = new Map<string, Promise<MetricsClient>>();
  readonly #resourceClients = new Map<string, Promise<MonitorClient>>();

  constructor(options: MetricsApiOptions) {
    this.#options = options;
  }

  /** Many resources of one type, subscription and region. */
  async batch(region: string, resourceIds: readonly string[], ask: Ask): Promise<Buffer> {
    const client = await cached(this.#batchClients, region, () => this.#batchClient(region));
    const body = new Body();
    const { namespace } = ask.query.type;
    await client.queryResources(resourceIds.map(withPlainPrefix), metricNames(ask.query), namespace, {
      startTime: new Date(ask.fromMs),
      endTime: new Date(ask.toMs),
      interval: INTERVAL,
      aggregation: ask.query.aggregation,
      ...splitOf(ask),
      abortSignal: ask.signal,
      onResponse: ({ request }) => {
        body.bytes = this.#bodies.take(request);
      },
    });
    return body.take();
  }

  /** One resource, through ARM. */
  async resource(subscriptionId: string, resourceId: string, ask: Ask): Promise<Buffer> {
    const client = await cached(this.#resourceClients, subscriptionId, () =>
      this.#resourceClient(subscriptionId),
    );
    const body = new Body();
    // The client puts a slash before it.
    await client.metrics.list(withPlainPrefix(resourceId).slice(1), {
      timespan: `${new Date(ask.fromMs).toISOString()}/${new Date(ask.toMs).toISOString()}`,
      interval: INTERVAL,
      metricnames: metricNames(ask.query).join(","),
      metricnamespace: ask.query.type.namespace,
      aggregation: ask.query.aggregation,
      ...splitOf(ask),
      abortSignal: ask.signal,
      onResponse: ({ request }) => {
        body.bytes = this.#bodies.take(request);
      },
    });
    return body.take();
  }

  /** Hands the memory of an answer back, once it has been read. */
  release(body: Buffer): void {
    this.#bodies.release(body);
  }

  async #batchClient(region: string): Promise<MetricsClient> {
    // The region becomes part of the host that our token is sent to.
    if (!/^[a-z0-9]+$/.test(region))
      throw new AdapterError("rejected", `not the name of a region: ${region}`);
    const { endpoints, credential } = this.#options;
    const { MetricsClient } = await import("@azure/monitor-query");
    return new MetricsClient(`https://${region}.${endpoints.metricsHostSuffix}`, credential, {
      audience: endpoints.metricsAudience,
      ...this.#plumbing("metricsBatch"),
    });
  }

  async #resourceClient(subscriptionId: string): Promise<MonitorClient> {
    const { endpoints, credential } = this.#options;
    const { MonitorClient } = await import("@azure/arm-monitor");
    return new MonitorClient(credential, subscriptionId, {
      endpoint: endpoints.armEndpoint,
      credentials: { scopes: [endpoints.armScope] },
      ...this.#plumbing("metricsResource"),
    });
  }

  #plumbing(api: string) {
    return azureClientOptions({ ...this.#options, api, innermost: this.#bodies.policy });
  }
}

async function cached<T>(clients: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const known = clients.get(key);
  if (known !== undefined) return await known;
  const made = make();
  clients.set(key, made);
  // A failure is not kept: the next call tries again.
  made.catch(() => clients.delete(key));
  return await made;
}

/** Azure knows no limit of series without a split. */
function splitOf({ query: { filter }, top }: Ask): { filter?: string; top?: number } {
  return filter === null ? {} : { filter, top };
}

function metricNames(query: MetricQuery): string[] {
  return query.metrics.map(({ name }) => name);
}

/** monitor-query finds the subscription by the text `subscriptions/`; Azure itself also writes ids in capitals. */
function withPlainPrefix(resourceId: string): string {
  return resourceId.replace(/^\/?subscriptions\//i, "/subscriptions/");
}

/**
 * The body of an answer on its way out of a call's callback. The clients keep the options of a call, callback and all, in a
 * WeakMap until the next full garbage collection: a body left there would live as long, 50 MB of them each minute.
 */
class Body {
  bytes: Buffer | undefined;

  /** @throws AdapterError `malformed` where there is none */
  take(): Buffer {
    const { bytes } = this;
    this.bytes = undefined;
    if (bytes === undefined) throw new AdapterError("malformed", "an answer without a body");
    return bytes;
  }
}
