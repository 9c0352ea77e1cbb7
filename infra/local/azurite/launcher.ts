// The process that is Azurite. `azurite.ts` starts it, detached: Ctrl-C in a terminal and the death of its
// parent do not reach it. It ends by itself, in order, when its last user is gone.

import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { openLeaseDesk } from "./lease.ts";
import { createLock, type Lock, removeLock, updateLock } from "./lock.ts";

/** Exit code: another Azurite holds the data folder. */
export const LOCKED = 75;

/** What the launcher tells its parent when all services answer. */
export interface Ready {
  readonly lock: Lock;
  /** CPU this process used until then, milliseconds. */
  readonly cpuMs: number;
}

/** @param dataFolder undefined: everything in memory, and no lock */
async function launch(dataFolder: string | undefined): Promise<void> {
  const starting: Lock = {
    pid: process.pid,
    instance: randomUUID(),
    state: "starting",
    ports: { blob: 0, queue: 0, table: 0, lease: 0 },
  };
  if (dataFolder !== undefined) {
    mkdirSync(dataFolder, { recursive: true });
    if (!createLock(dataFolder, starting)) process.exit(LOCKED);
  }
  const publish = (lock: Lock): void => {
    if (dataFolder !== undefined) updateLock(dataFolder, lock);
  };

  enableCompileCache(); // Azurite is a thousand files: from the second start on, half the time
  const { makeServers } = await import("./servers.ts");
  const servers = makeServers(dataFolder);
  const { table, queue, blob } = servers;
  await Promise.all([table.start(), queue.start(), blob.start()]);

  let closing = false;
  const close = async (): Promise<void> => {
    if (closing) return;
    closing = true;
    publish({ ...running, state: "closing" });
    desk.close();
    await Promise.allSettled([table.close(), queue.close(), blob.close()]);
    if (dataFolder !== undefined) removeLock(dataFolder, running.instance);
    process.exit(0);
  };
  const desk = await openLeaseDesk(starting.instance, 15_000, () => void close());
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
  process.on("SIGTERM", () => void close());
  publish(running);

  const { user, system } = process.cpuUsage();
  const ready: Ready = { lock: running, cpuMs: Math.round((user + system) / 1000) };
  process.send?.(ready, () => process.disconnect?.());
}

function portOf(server: import("node:http").Server): number {
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
