import { setTimeout as sleep } from "node:timers/promises";
import type { InvocationContext } from "@azure/functions";
import { QueueClient } from "@azure/storage-queue";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { type LocalStorage, startAzurite } from "../../../infra/local/azurite/azurite.ts";
import { hostWith, type TestHost } from "./host.fixture.ts";

let storage: LocalStorage;
beforeAll(async () => {
  storage = await startAzurite({ dataFolder: "", inMemory: true, log: () => {} });
});
afterAll(() => storage.close());

let queueNumber = 0;

/** A queue of its own, a host that listens to it, and what is in it and its poison queue. */
async function listening(
  handler: (message: unknown, context: InvocationContext) => unknown,
  queues: object = {},
): Promise<{
  host: TestHost;
  queue: QueueClient;
  poison: QueueClient;
  send(text: string): Promise<unknown>;
}> {
  const name = `test-${++queueNumber}`;
  const host = await hostWith(
    (app) => {
      const connection = "AzureWebJobsStorage";
      app.storageQueue("worker", {
        queueName: "%QUEUE%",
        connection,
        handler: async (...args) => handler(...args),
      });
    },
    {
      env: { AzureWebJobsStorage: storage.connectionString, QUEUE: name },
      hostJson: { extensions: { queues } },
      pollQueuesMs: 100,
    },
  );
  const queue = new QueueClient(storage.connectionString, name);
  const send = (text: string): Promise<unknown> => queue.sendMessage(Buffer.from(text).toString("base64"));
  return { host, queue, poison: new QueueClient(storage.connectionString, `${name}-poison`), send };
}

async function countOf(queue: QueueClient): Promise<number> {
  return (await queue.getProperties()).approximateMessagesCount ?? 0;
}

it("runs a message once and deletes it, handing over its metadata", async () => {
  const seen: unknown[] = [];
  const { host, queue, send } = await listening((message, { triggerMetadata }) => {
    seen.push({ message, triggerMetadata });
  });
  await send(JSON.stringify({ id: 7, text: "höllo" }));
  await vi.waitFor(() => expect(seen.length).toBe(1), 5_000);
  await host.idle();
  expect(await countOf(queue)).toBe(0);
  const message = { id: 7, text: "höllo" };
  expect(seen).toEqual([
    {
      message,
      triggerMetadata: {
        queueTrigger: message,
        id: expect.any(String),
        popReceipt: expect.any(String),
        dequeueCount: 1,
        insertionTime: expect.stringMatching(/^\d{4}-.*Z$/),
        expirationTime: expect.stringMatching(/^\d{4}-.*Z$/),
        nextVisibleTime: expect.stringMatching(/^\d{4}-.*Z$/),
      },
    },
  ]);
});

it("tries again after visibilityTimeout, then succeeds", async () => {
  const triesAtMs: number[] = [];
  const { host, queue, send } = await listening(
    () => {
      triesAtMs.push(Date.now());
      if (triesAtMs.length < 3) throw new Error("not yet");
    },
    { visibilityTimeout: "00:00:01" },
  );
  await send("x");
  await vi.waitFor(() => expect(triesAtMs.length).toBe(3), 8_000);
  await host.idle();
  expect(await countOf(queue)).toBe(0);
  const [first = 0, second = 0, third = 0] = triesAtMs;
  expect(second - first).toBeGreaterThan(900);
  expect(third - second).toBeGreaterThan(900);
});

it("moves a message that failed maxDequeueCount times to the poison queue", async () => {
  let tries = 0;
  const { host, queue, poison, send } = await listening(() => {
    tries++;
    throw new Error("never");
  });
  await send("bad");
  await vi.waitFor(async () => expect(await countOf(poison)).toBe(1), { timeout: 8_000, interval: 100 });
  await host.idle();
  expect(tries).toBe(5);
  expect(await countOf(queue)).toBe(0);
  const [message] = (await poison.peekMessages()).peekedMessageItems;
  expect(Buffer.from(message?.messageText ?? "", "base64").toString()).toBe("bad");
});

it("moves a message that is not in the promised encoding at once", async () => {
  let runs = 0;
  const { queue, poison } = await listening(() => void runs++);
  await queue.sendMessage("plain text, not base64!");
  await vi.waitFor(async () => expect(await countOf(poison)).toBe(1), { timeout: 5_000, interval: 100 });
  expect(runs).toBe(0);
});

it("reads plain text if host.json says so", async () => {
  const seen: unknown[] = [];
  const { queue } = await listening((message) => void seen.push(message), { messageEncoding: "none" });
  await queue.sendMessage("plain text");
  await vi.waitFor(() => expect(seen).toEqual(["plain text"]), 5_000);
});

it("runs batchSize + newBatchThreshold messages at once, no more", async () => {
  let running = 0;
  let most = 0;
  let done = 0;
  const { send } = await listening(
    async (message) => {
      most = Math.max(most, ++running);
      await sleep(Number(message) % 2 === 0 ? 100 : 400); // so that one still runs when the next two are fetched
      running--;
      done++;
    },
    { batchSize: 2, newBatchThreshold: 1 },
  );
  await Promise.all(Array.from({ length: 12 }, (_, index) => send(String(index))));
  await vi.waitFor(() => expect(done).toBe(12), 10_000);
  expect(most).toBe(3);
});

it("finishes and deletes the message in hand when it closes, and leaves the others", async () => {
  const started = Promise.withResolvers<void>();
  let finished = 0;
  const { host, queue, send } = await listening(
    async () => {
      started.resolve();
      await sleep(500);
      finished++;
    },
    { batchSize: 1, newBatchThreshold: 0 },
  );
  await send("1");
  await send("2");
  await started.promise;
  await host.close({ drainMs: 5_000 });
  expect(finished).toBe(1);
  expect(await countOf(queue)).toBe(1);
});

it("runs a queue function by hand, with the input as its message", async () => {
  const seen: unknown[] = [];
  const { host } = await listening((message) => void seen.push(message));
  await host.invoke("worker", '{"id": 1}');
  await fetch(`${host.address}/admin/functions/worker`, { method: "POST", body: '{"input": "text"}' });
  await host.idle();
  expect(seen).toEqual([{ id: 1 }, "text"]);
});
