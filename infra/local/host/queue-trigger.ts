// Queue triggers: polling, parallel runs, retries and the poison queue of the host's queue extension.

import { setTimeout as sleep } from "node:timers/promises";
import { type DequeuedMessageItem, QueueClient } from "@azure/storage-queue";
import type { QueueFunction } from "./app-functions.ts";
import type { QueueSettings } from "./host-json.ts";
import type { HostLog, Invocations } from "./invocations.ts";
import { decodeMessage, queueMetadata } from "./queue-message.ts";

export interface RunningQueue {
  /** Messages that are being worked on. */
  readonly inProgress: number;
  /** Fetches no more; resolves when the messages in hand are done. */
  stop(): Promise<void>;
}

/**
 * How long a message in hand stays hidden from others, seconds; renewed while it runs. The real host takes
 * ten minutes. Here the host is often killed and started again, and nobody wants to wait that long.
 */
const HIDDEN_S = 30;
const SHORTEST_PAUSE_MS = 100;

/** Starts to poll; makes the queue if it is missing. @throws RestError if the storage does not answer */
export async function startQueue(
  target: QueueFunction,
  storage: string,
  settings: QueueSettings,
  invocations: Invocations,
  log: HostLog,
): Promise<RunningQueue> {
  const patience = { retryOptions: { maxTries: 3, retryDelayInMs: 200, tryTimeoutInMs: 10_000 } };
  const queue = new QueueClient(storage, target.queueName, patience);
  const poison = new QueueClient(storage, `${target.queueName}-poison`, patience);
  await queue.createIfNotExists();

  const inProgress = new Set<Promise<void>>();
  const stopping = new AbortController();

  const fetch = async (): Promise<readonly DequeuedMessageItem[]> => {
    const { receivedMessageItems } = await queue.receiveMessages({
      numberOfMessages: settings.batchSize,
      visibilityTimeout: HIDDEN_S,
    });
    return receivedMessageItems;
  };
  const take = (message: DequeuedMessageItem): void => {
    const work = handle(message).catch((error: unknown) =>
      log("error", `message ${message.messageId}: ${textOf(error)}`, target.name),
    );
    inProgress.add(work);
    void work.then(() => inProgress.delete(work));
  };

  const handle = async (message: DequeuedMessageItem): Promise<void> => {
    const text = decodeMessage(message.messageText, settings.messageEncoding);
    if (text === undefined) {
      log("error", `message ${message.messageId} is not ${settings.messageEncoding}`, target.name);
      await bury(message, message.popReceipt);
      return;
    }
    if (message.dequeueCount > settings.maxDequeueCount) {
      await bury(message, message.popReceipt); // its last run never came to an end
      return;
    }
    const hiding = keepHidden(queue, message);
    const reason = `message ${message.messageId}, try ${message.dequeueCount}`;
    const succeeded = await invocations
      .run(target, { string: text }, queueMetadata(text, message), reason)
      .then(() => true)
      .catch(() => false); // logged there
    const popReceipt = await hiding.end();
    if (succeeded) await queue.deleteMessage(message.messageId, popReceipt);
    else if (message.dequeueCount >= settings.maxDequeueCount) await bury(message, popReceipt);
    else await queue.updateMessage(message.messageId, popReceipt, undefined, settings.visibilityTimeoutS);
  };

  /** Copies before it deletes: a crash between the two leaves a duplicate, never a loss. */
  const bury = async (message: DequeuedMessageItem, popReceipt: string): Promise<void> => {
    await poison.createIfNotExists();
    await poison.sendMessage(message.messageText, { messageTimeToLive: -1 });
    await queue.deleteMessage(message.messageId, popReceipt);
    log("warning", `message ${message.messageId} moved to ${poison.name}`, target.name);
  };

  const poll = async (): Promise<void> => {
    let pauseMs = SHORTEST_PAUSE_MS;
    while (!stopping.signal.aborted) {
      const messages = await fetch().catch((error: unknown) => {
        log("warning", `queue ${target.queueName}: ${textOf(error)}`, target.name);
        return [];
      });
      messages.forEach(take);
      while (inProgress.size > settings.newBatchThreshold) await Promise.race(inProgress);
      if (messages.length > 0) {
        pauseMs = SHORTEST_PAUSE_MS;
        continue;
      }
      await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => {});
      pauseMs = Math.min(pauseMs * 2, settings.maxPollingMs);
    }
  };
  const polling = poll();

  return {
    get inProgress() {
      return inProgress.size;
    },
    stop: async () => {
      stopping.abort();
      await polling;
      await Promise.all(inProgress);
    },
  };
}

/** Renews a message's invisibility until `end`, which returns the pop receipt that is valid then. */
function keepHidden(
  queue: QueueClient,
  { messageId, popReceipt }: DequeuedMessageItem,
): { end(): Promise<string> } {
  let receipt = popReceipt;
  let renewal: Promise<void> = Promise.resolve();
  const renew = async (): Promise<void> => {
    try {
      receipt = (await queue.updateMessage(messageId, receipt, undefined, HIDDEN_S)).popReceipt ?? receipt;
    } catch {
      // The next renewal, or the end of the run, meets the same fault and tells.
    }
  };
  const timer = setInterval(
    () => {
      renewal = renewal.then(renew);
    },
    (HIDDEN_S * 1000) / 3,
  );
  return {
    end: async () => {
      clearInterval(timer);
      await renewal;
      return receipt;
    },
  };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
