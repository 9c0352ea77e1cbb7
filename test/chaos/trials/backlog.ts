import { setTimeout as sleep } from "node:timers/promises";
import { falseRows, ledgerOf } from "../ledger.ts";
import { opening, preload } from "../preload.ts";
import type { Received } from "../receiver.ts";
import { duplicates } from "../story.ts";
import type { Size, Verdict } from "../verdict.ts";
import { openWorld, peakMiB } from "../world.ts";

const LIVE = ["chat-a", "chat-b"] as const;
const DEAD = "dead";
/** Any ten seconds hold ten messages, and one that was late for the ten before. */
const WINDOW_MS = 10_000;
const MOST_IN_WINDOW = 11;
const LEAST_SHARE = 0.8;
const MOST_MIB = 256;

/** Messages by the thousand for three channels, one of which refuses connections. */
export async function backlogTrial({ waiting, drainSeconds }: Size): Promise<Verdict> {
  const channels = { "chat-a": "slack", "chat-b": "slack", [DEAD]: "slack" } as const;
  const world = await openWorld({ speed: 1, clusters: [], channels, dead: [DEAD] });
  try {
    const now = Date.now();
    const names = [...LIVE, DEAD];
    const rows = Array.from({ length: waiting }, (_, index) =>
      opening(names[index % names.length] ?? DEAD, index, now),
    );
    await preload(world, rows);
    const product = await world.startProduct(false);
    await sleep(drainSeconds * 1_000);
    const memory = peakMiB(product);
    await product.kill();
    const log = await world.receiver.log();
    const ledger = await ledgerOf(world);
    const untrue = waiting - ledger.length + falseRows(ledger, log) + duplicates(log);
    const rates = LIVE.map((channel) => rateOf(log, channel));
    const crowded = LIVE.some((channel) => mostInWindow(log, channel) > MOST_IN_WINDOW);
    return {
      trial: `${waiting.toLocaleString("en")} messages wait, 3 channels, one refuses connections`,
      mustBe: `the live ones drain at 1/s and no faster, memory under ${MOST_MIB} MiB`,
      measured: `${rates.map((rate) => rate.toFixed(2)).join(" and ")}/s${crowded ? ", too fast" : ""}, ${untrue} lost or twice, peak ${memory ?? "?"} MiB`,
      ok: rates.every((rate) => rate >= LEAST_SHARE) && !crowded && untrue === 0 && (memory ?? 0) < MOST_MIB,
    };
  } finally {
    await world.close();
  }
}

function timesOf(log: readonly Received[], channel: string): readonly number[] {
  return log.filter((entry) => entry.channel === channel).map(({ atMs }) => atMs);
}

/** Messages a second from the first to the last. */
function rateOf(log: readonly Received[], channel: string): number {
  const times = timesOf(log, channel);
  const spanMs = (times.at(-1) ?? 0) - (times[0] ?? 0);
  return spanMs === 0 ? 0 : ((times.length - 1) * 1_000) / spanMs;
}

function mostInWindow(log: readonly Received[], channel: string): number {
  const times = timesOf(log, channel);
  return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + WINDOW_MS).length));
}
