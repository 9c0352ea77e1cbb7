import { join } from "node:path";
import { readKept, writeKept } from "./kept-json.ts";

export interface LocalClock {
  readonly startMs: number;
  readonly speed: number;
  nowMs(): number;
  close(): void;
}

const SAVE_EVERY_MS = 2_000;

/**
 * The app's clock: starts at now and runs `speed` times faster than the wall.
 *
 * A fast clock runs ahead, and data with it. A later start on the same data goes on where the clock had come to, else
 * everything kept would lie in the future.
 */
export function startClock(folder: string | null, speed: number): LocalClock {
  const path = folder === null ? null : join(folder, "clock.json");
  const reached = path === null ? undefined : readKept(path)?.["reachedMs"];
  const startMs = Math.max(Date.now(), typeof reached === "number" ? reached : 0);
  const started = performance.now();
  const nowMs = () => Math.floor(startMs + (performance.now() - started) * speed);
  const save = () => {
    if (path !== null) writeKept(path, { reachedMs: nowMs() });
  };
  const timer = path === null || speed === 1 ? undefined : setInterval(save, SAVE_EVERY_MS).unref();
  return {
    startMs,
    speed,
    nowMs,
    close() {
      clearInterval(timer);
      save();
    },
  };
}
