import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startAzurite } from "../../infra/local/azurite/azurite.ts";
import { appTimeMs, type SharedClock } from "./clock.ts";
import type { PlannedCluster } from "./fleet-plan.ts";
import { type Part, startPart } from "./process-talk.ts";
import { type Receiver, startReceiver } from "./receiver.ts";
import { startTripwire, type Tripwire } from "./tripwire.ts";

export interface WorldOptions {
  readonly speed: number;
  readonly clusters: readonly PlannedCluster[];
  readonly nodes?: number;
  readonly gone?: readonly [from: number, to: number];
  /** Channels by name, with their kind; each at its own path of the receiver. */
  readonly channels: Readonly<Record<string, "webhook" | "slack" | "teams">>;
  readonly env?: Readonly<Record<string, string>>;
  /** Channels of these whose receiver refuses every connection. */
  readonly dead?: readonly string[];
}

/** Everything around the product, and the product's life. */
export interface ChaosWorld {
  readonly receiver: Receiver;
  readonly connectionString: string;
  readonly wires: Readonly<Record<"table" | "queue" | "receiver" | "azure", Tripwire>>;
  readonly clock: SharedClock;
  /** Minutes of the app's time since the start. */
  minute(): number;
  untilMinute(minute: number): Promise<void>;
  startProduct(collect?: boolean): Promise<Part>;
  close(): Promise<void>;
}

/** Nothing listens at this port of any machine of ours. */
const NOBODY = "http://127.0.0.1:9";
const MINUTE_MS = 60_000;
/** Any text will do for a receiver of ours, but the settings want one to sign with. */
const SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

export async function openWorld(options: WorldOptions): Promise<ChaosWorld> {
  const folder = mkdtempSync(join(tmpdir(), "snatwatch-chaos-"));
  const startMs = Math.ceil(Date.now() / 1_000) * 1_000;
  const clock: SharedClock = { startMs, speed: options.speed };
  const { clusters, nodes, gone } = options;
  const [azurite, azure, receiver] = await Promise.all([
    startAzurite({ dataFolder: join(folder, "azurite"), log: () => {} }),
    startPart("azure-process.ts", { clock, clusters, nodes, gone }),
    startReceiver(),
  ]);
  const local = (port: number) => `http://127.0.0.1:${port}`;
  const wires = {
    table: await startTripwire(local(azurite.ports.table)),
    queue: await startTripwire(local(azurite.ports.queue)),
    receiver: await startTripwire(receiver.address),
    azure: await startTripwire(azure.address),
  };
  const connectionString = azurite.connectionString
    .replace(local(azurite.ports.table), wires.table.address)
    .replace(local(azurite.ports.queue), wires.queue.address);
  const env = { ...settings(options, wires.receiver.address), AzureWebJobsStorage: connectionString };
  const products: Part[] = [];
  const minute = () => (appTimeMs(clock) - startMs) / MINUTE_MS;
  return {
    receiver,
    connectionString,
    wires,
    clock,
    minute,
    untilMinute: (wanted) => sleep(Math.max(0, ((wanted - minute()) * MINUTE_MS) / options.speed)),
    async startProduct(collect = true) {
      const product = await startPart(
        "product-process.ts",
        { azure: wires.azure.address, clock, collect },
        env,
      );
      products.push(product);
      return product;
    },
    async close() {
      await Promise.all([...products, azure, receiver].map((part) => part.kill()));
      await Promise.all(Object.values(wires).map((wire) => wire.close()));
      await azurite.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function settings(options: WorldOptions, receiver: string): Record<string, string> {
  const channels = Object.entries(options.channels).map(([name, kind]) => ({
    name,
    kind,
    url: options.dead?.includes(name) ? `${NOBODY}/${name}` : `${receiver}/${name}`,
    ...(kind === "webhook" ? { secret: SECRET } : {}),
  }));
  return {
    SNATWATCH_CHANNELS: JSON.stringify(channels),
    SNATWATCH_HISTORY_IMPORT: "0d",
    SNATWATCH_ALERT_FOR: "1m",
    SNATWATCH_KEEP_FIRING_FOR: "1m",
    SNATWATCH_AUTH: "none",
    ...options.env,
  };
}

/** The most memory that a process ever held, MiB; `null` where the system does not tell. */
export function peakMiB({ child }: Part): number | null {
  try {
    const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8")) ?? [];
    return kilobytes === undefined ? null : Math.round(Number(kilobytes) / 1024);
  } catch {
    return null;
  }
}

/** Looks every quarter of a second. @returns false if it did not come to be in time */
export async function eventually(check: () => Promise<boolean>, withinMs: number): Promise<boolean> {
  const deadlineMs = performance.now() + withinMs;
  for (;;) {
    if (await check()) return true;
    if (performance.now() > deadlineMs) return false;
    await sleep(250);
  }
}
