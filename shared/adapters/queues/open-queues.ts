import type { TokenCredential } from "@azure/core-auth";
import { type QueueClient, QueueServiceClient, type StoragePipelineOptions } from "@azure/storage-queue";
import type { OutboxKey } from "#ports/outbox.ts";
import type { WorkQueue } from "#ports/work-queue.ts";
import { encodeMessage } from "./messages.ts";
import { isQueueMissing, toAdapterError } from "./to-adapter-error.ts";

export type QueuesConnection =
  | { readonly connectionString: string }
  | { readonly queueServiceUri: string; readonly credential: TokenCredential }
  | {
      readonly accountName: string;
      readonly credential: TokenCredential;
      /** `core.windows.net` unless the account is in a sovereign cloud (`core.usgovcloudapi.net`, ...). */
      readonly endpointSuffix?: string;
    };

export interface OpenQueuesOptions {
  readonly connection: QueuesConnection;
  /** How many times faster than the wall the app's clock runs: delays are of that clock, the service counts on the wall. */
  readonly speed?: number;
  /** The longest one call to the service may take, retries included. */
  readonly timeoutMs?: number;
  /** Ends every call at once, when the process stops. */
  readonly signal?: AbortSignal;
  /** Passed to the SDK: retries, HTTP client. */
  readonly client?: StoragePipelineOptions;
}

const COLLECT_QUEUE = "snatwatch-collect";
const DELIVER_QUEUE = "snatwatch-deliver";

/** The service hides a message no longer than this. */
const MOST_DELAY_SECONDS = 7 * 86_400;
/** The timer sends a shard again each minute: after a jam, old messages are work that somebody has done since. */
const COLLECT_TTL_SECONDS = 600;
/** Beyond the longest delay, and the day for which deliveries are tried. */
const DELIVER_TTL_SECONDS = 14 * 86_400;
const DEFAULT_TIMEOUT_MS = 30_000;

/** The queues of one installation. They come into being with their first message. */
export function openQueues(options: OpenQueuesOptions): WorkQueue {
  const service = connect(options.connection, options.client);
  const collect = new Queue(service.getQueueClient(COLLECT_QUEUE), options);
  const deliver = new Queue(service.getQueueClient(DELIVER_QUEUE), options);
  return {
    async collectShard(shard: string): Promise<void> {
      await collect.send(encodeMessage({ shard }), 0, COLLECT_TTL_SECONDS);
    },
    async deliver({ channel, incidentId, sequence }: OutboxKey, delayMs = 0): Promise<void> {
      const seconds = Math.ceil(delayMs / (options.speed ?? 1) / 1000);
      const delaySeconds = Math.min(Math.max(seconds, 0), MOST_DELAY_SECONDS);
      await deliver.send(encodeMessage({ channel, incidentId, sequence }), delaySeconds, DELIVER_TTL_SECONDS);
    },
  };
}

/** One queue: deadline, creation at the first message and error mapping. */
class Queue {
  readonly #client: QueueClient;
  readonly #options: OpenQueuesOptions;
  #creating: Promise<unknown> | undefined;

  constructor(client: QueueClient, options: OpenQueuesOptions) {
    this.#client = client;
    this.#options = options;
  }

  async send(text: string, visibilityTimeout: number, messageTimeToLive: number): Promise<void> {
    const send = () =>
      this.#client.sendMessage(text, { visibilityTimeout, messageTimeToLive, abortSignal: this.#deadline() });
    try {
      await this.#creatingIfMissing(send);
    } catch (error) {
      throw toAdapterError(error, `message to ${this.#client.name}`);
    }
  }

  /** A queue in use costs no extra call. */
  async #creatingIfMissing(send: () => Promise<unknown>): Promise<void> {
    try {
      await send();
      return;
    } catch (error) {
      if (!isQueueMissing(error)) throw error;
    }
    this.#creating ??= this.#client
      .createIfNotExists({ abortSignal: this.#deadline() })
      .finally(() => (this.#creating = undefined));
    await this.#creating;
    await send();
  }

  #deadline(): AbortSignal {
    const timeout = AbortSignal.timeout(this.#options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    return this.#options.signal ? AbortSignal.any([this.#options.signal, timeout]) : timeout;
  }
}

function connect(
  connection: QueuesConnection,
  client: StoragePipelineOptions | undefined,
): QueueServiceClient {
  if ("connectionString" in connection) {
    return QueueServiceClient.fromConnectionString(connection.connectionString, client);
  }
  const uri =
    "queueServiceUri" in connection
      ? connection.queueServiceUri
      : `https://${connection.accountName}.queue.${connection.endpointSuffix ?? "core.windows.net"}`;
  return new QueueServiceClient(uri, connection.credential, client);
}
