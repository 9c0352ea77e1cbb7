// Seals what is due in a process of its own, and says what that took.

import { readFileSync } from "node:fs";
import { openTables } from "#adapters/tables/open-tables.ts";
import { inputOf } from "./child.ts";
import { cpuMsOf } from "./measure.ts";

export interface SealInput {
  readonly connectionString: string;
  readonly prefix: string;
  readonly nowMs: number;
}

export interface Sealed {
  readonly hours: number;
  readonly days: number;
  readonly cpuMs: number;
  readonly wallMs: number;
  /** Before the sealing, and at the most. */
  readonly idleMiB: number;
  readonly peakMiB: number;
}

const { connectionString, prefix, nowMs } = inputOf<SealInput>();
const { series } = openTables({ connection: { connectionString }, prefix });
const idleMiB = peakMiB();
const startedMs = performance.now();
const sealed = { hours: 0, days: 0 };
const cpuMs = await cpuMsOf(async () => {
  const { hours, days, faults, whole } = await series.seal(nowMs, new AbortController().signal);
  if (faults.length > 0 || !whole) throw new Error(`not sealed: ${faults.join("; ")}`);
  Object.assign(sealed, { hours, days });
});
const wallMs = performance.now() - startedMs;
process.send?.({ ...sealed, cpuMs, wallMs, idleMiB, peakMiB: peakMiB() } satisfies Sealed);

/** Of this process alone: what `resourceUsage` tells begins with the parent's. */
function peakMiB(): number {
  const [, kib] = /VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
  return Number(kib) / 1024;
}
