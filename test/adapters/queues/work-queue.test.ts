import { QueueServiceClient } from "@azure/storage-queue";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parseCollectMessage, parseDeliverMessage } from "#adapters/queues/messages.ts";
import { openQueues } from "#adapters/queues/open-queues.ts";
import { DAY_MS } from "#core/time.ts";
import { AdapterError } from "#ports/adapter-error.ts";
import { type Azurite, startAzurite } from "../../support/azurite.ts";

const KEY = { channel: "ops – Bereitschaft", incidentId: "aks-1-z", sequence: 3 };

let azurite: Azurite | undefined;
let service: QueueServiceClient;
beforeAll(async () => {
  azurite = await startAzurite();
  service = QueueServiceClient.fromConnectionString(azurite.connectionString);
});
afterAll(() => azurite?.stop());

beforeEach(async () => {
  for (const name of ["snatwatch-collect", "snatwatch-deliver"]) {
    if (await service.getQueueClient(name).exists()) await service.getQueueClient(name).clearMessages();
  }
});

function open(changes: { readonly speed?: number } = {}) {
  return openQueues({ connection: { connectionString: azurite?.connectionString ?? "" }, ...changes });
}

/** The visible messages of a queue as the host hands them to a function. */
async function received(queue: string): Promise<unknown[]> {
  const { receivedMessageItems } = await service
    .getQueueClient(queue)
    .receiveMessages({ numberOfMessages: 32 });
  return receivedMessageItems.map((item) =>
    JSON.parse(Buffer.from(item.messageText, "base64").toString("utf8")),
  );
}

describe("work queue on Azurite", () => {
  test("creates the queues with the first messages, also of several at once", async () => {
    for (const name of ["snatwatch-collect", "snatwatch-deliver"]) {
      await service.getQueueClient(name).deleteIfExists();
    }
    const queue = open();

    await Promise.all([queue.collectShard("s1"), queue.collectShard("s2"), open().deliver(KEY)]);

    const shards = (await received("snatwatch-collect")).map((message) => parseCollectMessage(message).shard);
    expect(shards.sort()).toEqual(["s1", "s2"]);
    expect((await received("snatwatch-deliver")).map(parseDeliverMessage)).toEqual([KEY]);
  });

  test("sends the key of a row and nothing else of it", async () => {
    const row = { ...KEY, message: { headline: "long" }, state: "pending" };
    await open().deliver(row);

    expect(await received("snatwatch-deliver")).toEqual([KEY]);
  });

  test("hides a delayed message until then", async () => {
    await open().deliver(KEY, 60_000);

    expect(await received("snatwatch-deliver")).toEqual([]);
    expect((await service.getQueueClient("snatwatch-deliver").getProperties()).approximateMessagesCount).toBe(
      1,
    );
  });

  test("counts the delay on the app's clock", async () => {
    await open({ speed: 60_000 }).deliver(KEY, 60_000);
    await expect.poll(() => received("snatwatch-deliver"), { timeout: 5000 }).toEqual([KEY]);
  });

  test("takes the longest delay and cuts a longer one", async () => {
    await open().deliver(KEY, 7 * DAY_MS);
    await open().deliver(KEY, 30 * DAY_MS);

    expect((await service.getQueueClient("snatwatch-deliver").getProperties()).approximateMessagesCount).toBe(
      2,
    );
  });

  test("maps a failure to the reason, without the address", async () => {
    const connectionString = "QueueEndpoint=http://127.0.0.1:1/acc;SharedAccessSignature=sv=1&sig=SECRET";
    const queue = openQueues({ connection: { connectionString }, client: { retryOptions: { maxTries: 1 } } });

    const error = await queue.collectShard("s1").catch((caught: unknown) => caught);

    expect(error).toBeInstanceOf(AdapterError);
    expect(error).toMatchObject({ reason: "unavailable", message: expect.not.stringContaining("SECRET") });
  });

  test("gives up at its deadline", async () => {
    const queue = openQueues({
      connection: { connectionString: azurite?.connectionString ?? "" },
      timeoutMs: 30,
      client: {
        httpClient: {
          sendRequest: ({ abortSignal }) =>
            new Promise((_, reject) =>
              abortSignal?.addEventListener?.("abort", () => reject(new DOMException("", "AbortError"))),
            ),
        },
      },
    });

    await expect(queue.collectShard("s1")).rejects.toMatchObject({ reason: "timeout" });
  });
});

describe("messages", () => {
  test.for([
    ["parsed JSON", { shard: "s1" }],
    ["text", '{"shard":"s1"}'],
    ["more than it needs", { shard: "s1", later: true }],
  ] as const)("takes %s", ([, message]) => {
    expect(parseCollectMessage(message)).toEqual({ shard: "s1" });
  });

  test.for([
    ["nothing", undefined],
    ["text that is no JSON", "s1"],
    ["another type", { shard: 1 }],
    ["an empty shard", { shard: "" }],
    ["a list", []],
  ] as const)("refuses %s", ([, message]) => {
    expect(() => parseCollectMessage(message)).toThrow(AdapterError);
  });

  test.for([
    ["a sequence as text", { ...KEY, sequence: "3" }],
    ["a part of a sequence", { ...KEY, sequence: 1.5 }],
    ["no channel", { incidentId: "a", sequence: 1 }],
  ] as const)("refuses a delivery with %s, and says what is wrong", ([, message]) => {
    expect(() => parseDeliverMessage(message)).toThrow(/sequence|channel/);
  });
});
