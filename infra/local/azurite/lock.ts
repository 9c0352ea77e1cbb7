// The note a running Azurite leaves in its data folder, so that a second start finds the first.

import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Loopback ports. */
export interface AzuritePorts {
  readonly blob: number;
  readonly queue: number;
  readonly table: number;
  /** Where users of the storage hold their leases (`lease.ts`). */
  readonly lease: number;
}

export interface Lock {
  readonly pid: number;
  /** Random per start: tells this Azurite from another program that got its pid or port later. */
  readonly instance: string;
  /** Only `ports.lease` is known while it is `starting`. */
  readonly state: "starting" | "running";
  readonly ports: AzuritePorts;
}

function lockPath(dataFolder: string): string {
  return join(dataFolder, "azurite.lock.json");
}

/** @returns the lock, or undefined if there is none or a crash left half of one */
export function readLock(dataFolder: string): Lock | undefined {
  try {
    const lock: Lock = JSON.parse(readFileSync(lockPath(dataFolder), "utf8"));
    return typeof lock.pid === "number" && typeof lock.instance === "string" ? lock : undefined;
  } catch {
    return undefined;
  }
}

/** Takes the folder. @returns false if somebody else holds it */
export function createLock(dataFolder: string, lock: Lock): boolean {
  try {
    writeFileSync(lockPath(dataFolder), JSON.stringify(lock), { flag: "wx" });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

/** Replaces our own lock in one step, so that a reader never sees half of it. */
export function updateLock(dataFolder: string, lock: Lock): void {
  const path = lockPath(dataFolder);
  writeFileSync(`${path}~`, JSON.stringify(lock));
  renameSync(`${path}~`, path);
}

/** Removes the lock if it is still the one of `instance` (undefined: if it is unreadable). */
export function removeLock(dataFolder: string, instance: string | undefined): void {
  if (readLock(dataFolder)?.instance === instance) rmSync(lockPath(dataFolder), { force: true });
}

/** Whether a process runs; a zombie that nobody reaped (a container without init) does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
  if (process.platform !== "linux") return true;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return !stat.slice(stat.lastIndexOf(")")).startsWith(") Z");
  } catch {
    return false;
  }
}
