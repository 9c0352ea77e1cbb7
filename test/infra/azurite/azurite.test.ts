import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { TableClient } from "@azure/data-tables";
import { QueueClient } from "@azure/storage-queue";
import { describe, expect, it, onTestFinished } from "vitest";
import { type LocalStorage, startAzurite } from "../../../infra/local/azurite/azurite.ts";
import { isAlive } from "../../../infra/local/azurite/lock.ts";
import { tableClient } from "../../support/table-client.ts";

const WRITER = fileURLToPath(new URL("./writer.ts", import.meta.url));

function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "snatwatch-azurite-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function start(dataFolder: string, inMemory = false): Promise<LocalStorage> {
  const storage = await startAzurite({ dataFolder, inMemory, log: () => {} });
  onTestFinished(() => storage.close());
  return storage;
}

function tableOf(storage: LocalStorage): TableClient {
  return tableClient(storage.connectionString, "written");
}

async function keysOf(table: TableClient): Promise<string[]> {
  const keys: string[] = [];
  for await (const entity of table.listEntities()) keys.push(`${entity.partitionKey}/${entity.rowKey}`);
  return keys.sort();
}

async function waitUntil(isTrue: () => boolean): Promise<void> {
  for (const endMs = Date.now() + 10_000; !isTrue() && Date.now() < endMs; ) await sleep(20);
  expect(isTrue()).toBe(true);
}

describe("startAzurite", () => {
  it("serves tables, queues and blobs, and keeps them", async () => {
    const folder = freshFolder();
    const first = await start(folder);
    await tableOf(first).createTable();
    await tableOf(first).createEntity({
      partitionKey: "p",
      rowKey: "r",
      when: new Date(0),
      bytes: Buffer.from("b"),
    });
    await new QueueClient(first.connectionString, "kept").create();
    await new QueueClient(first.connectionString, "kept").sendMessage("text");
    const blobs = await fetch(`http://127.0.0.1:${first.ports.blob}/devstoreaccount1/none/none`);
    expect(blobs.headers.get("server")).toContain("Azurite-Blob"); // it answers; nobody signed the request
    await first.close();
    expect(isAlive(first.pid)).toBe(false);
    expect(readdirSync(folder).filter((name) => /lock|journal/.test(name))).toEqual([]);

    const second = await start(folder);
    expect(second.reused).toBe(false);
    expect(await tableOf(second).getEntity("p", "r")).toMatchObject({
      when: new Date(0),
      bytes: expect.anything(),
    });
    const { receivedMessageItems } = await new QueueClient(second.connectionString, "kept").receiveMessages();
    expect(receivedMessageItems.map(({ messageText }) => messageText)).toEqual(["text"]);
  });

  it("is shared by all who start it on one folder, until the last has closed", async () => {
    const folder = freshFolder();
    const users = await Promise.all([start(folder), start(folder), start(folder)]);
    expect(users.map(({ reused }) => reused).sort()).toEqual([false, true, true]);
    expect(new Set(users.map(({ pid }) => pid)).size).toBe(1);
    const owner = users.find(({ reused }) => !reused);
    const [one, two] = users.filter(({ reused }) => reused);
    await owner?.close();
    await one?.close();
    expect(isAlive(owner?.pid ?? 0)).toBe(true);
    await two?.close();
    expect(isAlive(owner?.pid ?? 0)).toBe(false);
  });

  it("waits for one that is closing, instead of joining it", async () => {
    const folder = freshFolder();
    const first = await start(folder);
    await tableOf(first).createTable();
    await tableOf(first).createEntity({ partitionKey: "p", rowKey: "r" });
    const closed = first.close();
    const second = await start(folder);
    await closed;
    expect(second.pid).not.toBe(first.pid);
    expect(await keysOf(tableOf(second))).toEqual(["p/r"]);
  });

  it.each([
    ["of a dead process", { pid: 2 ** 22 + 1, instance: "gone", state: "running", ports: { lease: 1 } }],
    [
      "of a pid that is another program's now",
      { pid: process.pid, instance: "x", state: "running", ports: { lease: 1 } },
    ],
    ["that a crash tore", undefined],
  ])("clears a lock %s", async (_, lock) => {
    const folder = freshFolder();
    writeFileSync(join(folder, "azurite.lock.json"), lock === undefined ? '{"pid": 1' : JSON.stringify(lock));
    expect((await start(folder)).reused).toBe(false);
  });

  it("keeps nothing in memory mode, and shares nothing", async () => {
    const folder = join(freshFolder(), "never-made");
    const [one, two] = await Promise.all([start(folder, true), start(folder, true)]);
    await tableOf(one).createTable();
    await tableOf(two).createTable();
    await tableOf(one).createEntity({ partitionKey: "p", rowKey: "r" });
    expect(await keysOf(tableOf(two))).toEqual([]);
    expect(existsSync(folder)).toBe(false);
  });

  it("says why it cannot start", async () => {
    const file = join(freshFolder(), "file");
    writeFileSync(file, "");
    const logged: string[] = [];
    const started = startAzurite({ dataFolder: join(file, "x"), log: (_, message) => logged.push(message) });
    await expect(started).rejects.toThrow("azurite ended with code 1 before it was ready");
    expect(logged.join("\n")).toContain("ENOTDIR");
  });
});

/** A writer that runs until `end` kills it, and what it was told is safe. */
async function writing(
  folder: string,
  run: number,
): Promise<{ writer: ChildProcess; azurite: number; out(): string }> {
  const writer = spawn(process.execPath, [WRITER, folder, String(run)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let out = "";
  writer.stdout?.on("data", (text: Buffer) => {
    out += text;
  });
  await waitUntil(() => out.includes("message"));
  await sleep(1_000);
  return { writer, azurite: Number(/pid (\d+)/.exec(out)?.[1]), out: () => out };
}

/** Fails for every acknowledged write that is not there, and for every transaction that is there in part. */
async function expectNothingLost(
  storage: LocalStorage,
  acknowledged: readonly string[],
  messages: Set<string>,
): Promise<void> {
  const texts = new Map<string, unknown>();
  for await (const { partitionKey, rowKey, text } of tableOf(storage).listEntities()) {
    texts.set(`${partitionKey}/${rowKey}`, text);
  }
  const queue = new QueueClient(storage.connectionString, "written");
  for (;;) {
    const { receivedMessageItems } = await queue.receiveMessages({
      numberOfMessages: 32,
      visibilityTimeout: 60,
    });
    if (receivedMessageItems.length === 0) break;
    for (const { messageText } of receivedMessageItems) messages.add(messageText);
  }
  const isThere: Record<string, (key: string) => boolean> = {
    entity: (key) => texts.has(`one/${key}`),
    change: (key) => texts.get(`one/${key}`) === "changed",
    batch: (key) => [1, 2, 3, 4, 5, 6, 7, 8, 9].every((index) => texts.has(`${key}/${index}`)),
    message: (key) => messages.has(key),
    delete: (key) => !texts.has(`${key}/0`),
  };
  expect(acknowledged.length).toBeGreaterThan(50);
  const lost = acknowledged.filter((line) => {
    const [kind = "", key = ""] = line.split(" ");
    return !isThere[kind]?.(key);
  });
  expect(lost).toEqual([]);

  const sizes = Map.groupBy(
    [...texts.keys()].filter((key) => !key.startsWith("one/")),
    (key) => key.split("/")[0],
  );
  for (const [key, rows] of sizes) expect([key, rows.length >= 9]).toEqual([key, true]);
}

describe("kill -9 loses nothing that was acknowledged", () => {
  it.each([
    ["of the program that uses it", false],
    ["of Azurite as well", true],
  ])("%s", { timeout: 60_000 }, async (_, killAzurite) => {
    const folder = freshFolder();
    const acknowledged: string[] = [];
    const messages = new Set<string>(); // received ones stay hidden for a minute: across both runs
    for (const run of [1, 2]) {
      const { writer, azurite, out } = await writing(folder, run);
      if (killAzurite) process.kill(azurite, "SIGKILL");
      writer.kill("SIGKILL");
      await once(writer, "close");
      acknowledged.push(...out().split("\n").slice(1, -1));
      const storage = await start(folder);
      if (killAzurite) expect(storage.reused).toBe(false);
      await expectNothingLost(storage, acknowledged, messages);
      await storage.close();
    }
  });

  it("of the program: Azurite ends by itself, in order", async () => {
    const folder = freshFolder();
    const { writer, azurite } = await writing(folder, 1);
    writer.kill("SIGKILL");
    await waitUntil(() => !isAlive(azurite));
    expect(readdirSync(folder).filter((name) => name.includes("lock"))).toEqual([]);
  });

  it("Ctrl-C in a terminal does not reach Azurite before its program is done with it", async () => {
    const { writer, azurite } = await writing(freshFolder(), 1);
    process.kill(azurite, "SIGINT");
    await sleep(300);
    expect(isAlive(azurite)).toBe(true);
    writer.kill("SIGKILL");
    await waitUntil(() => !isAlive(azurite));
  });
});
