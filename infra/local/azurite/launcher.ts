// The process that is Azurite. `azurite.ts` starts it, detached: Ctrl-C in a terminal and the death of its
// parent do not reach it. It ends by itself, in order, when its last user is gone.

import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import type { Server } from "node:http";
import { enableCompileCache } from "node:module";
import { openLeaseDesk } from "./lease.ts";
import { createLock, type Lock, removeLock, updateLock } from "./lock.ts";

/** Exit code: another Azurite holds the data folder. */
const LOCKED = 75;

/** What the launcher tells its parent when all services answer. */
export interface Ready {
  readonly lock: Lock;
  /** CPU this process used until then, milliseconds. */
  readonly cpuMs: number;
}

/** Without a user by then, the one who started us is gone. */
const FIRST_LEASE_MS = 15_000;

/** @param dataFolder undefined: everything in memory, and no lock */
async function launch(dataFolder: string | undefined): Promise<void> {
  const instance = randomUUID();
  let closeIfUnused = (): void => {};
  const desk = await openLeaseDesk(instance, () => closeIfUnused());
  const starting: Lock = {
    pid: process.pid,
    instance,
    state: "starting",
    ports: { blob: 0, queue: 0, table: 0, lease: desk.port },
  };
  if (dataFolder !== undefined) {
    mkdirSync(dataFolder, { recursive: true });
    if (!createLock(dataFolder, starting)) process.exit(LOCKED);
  }

  enableCompileCache(); // Azurite is a thousand files: from the second start on, half the time
  const { makeServers } = await import("./servers.ts");
  const { table, queue, blob } = makeServers(dataFolder);
  await Promise.all([table.start(), queue.start(), blob.start()]);
  const running: Lock = {
    ...starting,
    state: "running",
    ports: {
      blob: portOf(blob.httpServer),
      queue: portOf(queue.httpServer),
      table: portOf(table.httpServer),
      lease: desk.port,
    },
  };
  if (dataFolder !== undefined) updateLock(dataFolder, running);

  let closing = false;
  const close = async (): Promise<void> => {
    if (closing) return;
    closing = true;
    desk.refuse();
    await Promise.allSettled([table.close(), queue.close(), blob.close()]);
    if (dataFolder !== undefined) removeLock(dataFolder, instance);
    process.exit(0);
  };
  closeIfUnused = () => {
    if (desk.isUnused()) void close();
  };
  setTimeout(closeIfUnused, FIRST_LEASE_MS);
  process.on("SIGTERM", () => void close());

  const { user, system } = process.cpuUsage();
  const ready: Ready = { lock: running, cpuMs: Math.round((user + system) / 1000) };
  process.send?.(ready, () => process.disconnect?.());
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a service of Azurite got no port");
  return address.port;
}

process.on("SIGINT", () => {});
process.on("SIGHUP", () => {});
process.stderr.on("error", () => {}); // the parent that read it may be gone
process.title = "snatwatch-azurite";
const [, , dataFolder] = process.argv;
launch(dataFolder || undefined).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
