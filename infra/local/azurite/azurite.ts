// Local storage for the local environment: Azurite's tables, queues and blobs in a process of their own.

import { type ChildProcess, spawn } from "node:child_process";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Ready } from "./launcher.ts";
import { type Lease, takeLease } from "./lease.ts";
import { type AzuritePorts, isAlive, type Lock, readLock, removeLock } from "./lock.ts";

export interface AzuriteOptions {
  /** Where tables, queues and blobs are kept; made if missing. */
  readonly dataFolder: string;
  /** Keep nothing: for tests. `dataFolder` is not touched, and every start is an Azurite of its own. */
  readonly inMemory?: boolean;
  readonly log: (level: "debug" | "information" | "warning" | "error", message: string) => void;
}

export interface LocalStorage {
  readonly connectionString: string;
  readonly ports: AzuritePorts;
  /** An Azurite that was running on this folder already; it stays until its last user has closed. */
  readonly reused: boolean;
  readonly pid: number;
  /** Gives the storage back. If nobody else uses it, resolves when everything is on disk and it has ended. */
  close(): Promise<void>;
}

/** The well-known development account, the same in every Azurite. Not a secret. */
const ACCOUNT = "devstoreaccount1";
const ACCOUNT_KEY =
  "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

/** The exit code of `launcher.ts` for "another Azurite holds the folder"; importing that file would start one. */
const LOCKED = 75;
const DEADLINE_MS = 30_000;

/**
 * Starts Azurite on a folder, or joins the one that runs there.
 *
 * What it acknowledged is on disk before the answer leaves (see `journal.ts`), so neither the end of this
 * process nor that of Azurite loses it, however they end.
 *
 * @throws Error if it is not ready within 30 s
 */
export async function startAzurite(options: AzuriteOptions): Promise<LocalStorage> {
  const dataFolder = options.inMemory ? undefined : resolve(options.dataFolder);
  const deadlineMs = Date.now() + DEADLINE_MS;
  while (Date.now() < deadlineMs) {
    const found = dataFolder === undefined ? undefined : readLock(dataFolder);
    if (dataFolder !== undefined && found !== undefined) {
      const joined = await join(dataFolder, found, options);
      if (joined !== undefined) return joined;
      continue;
    }
    const startedMs = Date.now();
    const ready = await launch(dataFolder, options);
    if (ready === undefined) {
      await sleep(50); // somebody else was faster, or left half a lock
      if (dataFolder !== undefined && readLock(dataFolder) === undefined) removeLock(dataFolder, undefined);
      continue;
    }
    const lease = await takeLease(ready.lock.ports.lease, ready.lock.instance, tellLost(ready.lock, options));
    if (typeof lease === "string") continue;
    options.log("debug", `azurite ready after ${Date.now() - startedMs} ms (${ready.cpuMs} ms CPU)`);
    return storageOf(ready.lock, lease, false);
  }
  throw new Error(`azurite was not ready after ${DEADLINE_MS / 1000} s on ${dataFolder ?? "memory"}`);
}

/**
 * Joins the Azurite of a lock, and clears the lock of a dead one.
 *
 * @returns undefined: look again, the lock has changed or will
 */
async function join(
  dataFolder: string,
  lock: Lock,
  options: AzuriteOptions,
): Promise<LocalStorage | undefined> {
  const lease = isAlive(lock.pid)
    ? await takeLease(lock.ports.lease, lock.instance, tellLost(lock, options))
    : "dead";
  if (lease === "dead") {
    removeLock(dataFolder, lock.instance);
    return undefined;
  }
  if (lease === "busy") {
    await sleep(50);
    return undefined;
  }
  while (!lease.isLost()) {
    const current = readLock(dataFolder);
    if (current?.instance === lock.instance && current.state === "running") {
      return storageOf(current, lease, true);
    }
    await sleep(20); // it is starting
  }
  return undefined;
}

function tellLost({ pid }: Lock, { log }: AzuriteOptions): () => void {
  return () => log("error", `azurite (pid ${pid}) ended unexpectedly`);
}

function storageOf({ pid, ports }: Lock, lease: Lease, reused: boolean): LocalStorage {
  const close = async (): Promise<void> => {
    if (!(await lease.release())) return;
    const deadlineMs = Date.now() + DEADLINE_MS;
    while (isAlive(pid) && Date.now() < deadlineMs) await sleep(10);
  };
  let closed: Promise<void> | undefined;
  return {
    connectionString: connectionString(ports),
    ports,
    reused,
    pid,
    close: () => {
      closed ??= close();
      return closed;
    },
  };
}

/** @returns undefined if another Azurite holds the folder */
function launch(dataFolder: string | undefined, { log }: AzuriteOptions): Promise<Ready | undefined> {
  const { AZURITE_ACCOUNTS: _, NODE_OPTIONS: __, ...env } = process.env;
  const child: ChildProcess = spawn(
    process.execPath,
    [fileURLToPath(new URL("./launcher.ts", import.meta.url)), dataFolder ?? ""],
    { detached: true, stdio: ["ignore", "ignore", "pipe", "ipc"], env },
  );
  if (child.stderr !== null) {
    createInterface({ input: child.stderr }).on("line", (line) => log("warning", `azurite: ${line}`));
  }
  return new Promise((done, fail) => {
    child.once("error", fail);
    child.once("exit", (code) => {
      if (code === LOCKED) done(undefined);
      else fail(new Error(`azurite ended with code ${code} before it was ready`));
    });
    child.once("message", (ready) => {
      child.unref();
      // The pipe must not keep our process alive; it is a socket, though its type does not say so.
      if (child.stderr !== null && "unref" in child.stderr) (child.stderr as { unref(): void }).unref();
      done(ready as Ready);
    });
  });
}

function connectionString({ blob, queue, table }: AzuritePorts): string {
  const endpoint = (port: number): string => `http://127.0.0.1:${port}/${ACCOUNT}`;
  return [
    "DefaultEndpointsProtocol=http",
    `AccountName=${ACCOUNT}`,
    `AccountKey=${ACCOUNT_KEY}`,
    `BlobEndpoint=${endpoint(blob)}`,
    `QueueEndpoint=${endpoint(queue)}`,
    `TableEndpoint=${endpoint(table)}`,
    "",
  ].join(";");
}
