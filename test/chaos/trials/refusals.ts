import { setTimeout as sleep } from "node:timers/promises";
import { opening, preload } from "../preload.ts";
import type { Behaviour, Received } from "../receiver.ts";
import type { Verdict } from "../verdict.ts";
import { eventually, openWorld } from "../world.ts";

const MESSAGES = 3;
const AWAY_MS = 12_000;
/** What the receiver asks for lies beyond the end of its trouble: an early knock would be answered, and seen. */
const ASKED_MS = 20_000;
const BACK_WITHIN_MS = 120_000;

/** Each way of not taking a message, on a channel of its own. */
export async function refusalsTrial(): Promise<Verdict> {
  const askedAtMs = Math.floor((Date.now() + 10_000 + ASKED_MS) / 1_000) * 1_000;
  const ways: Readonly<Record<string, Behaviour>> = {
    seconds: { mode: "status", status: 429, retryAfter: String(ASKED_MS / 1_000) },
    date: { mode: "status", status: 429, retryAfterDateMs: askedAtMs },
    bare429: { mode: "status", status: 429 },
    error500: { mode: "status", status: 500 },
    error503: { mode: "status", status: 503 },
    timeout408: { mode: "status", status: 408 },
    early425: { mode: "status", status: 425 },
    hang: { mode: "hang" },
    reset: { mode: "reset" },
    half: { mode: "half" },
  };
  const names = Object.keys(ways);
  const channels = Object.fromEntries(names.map((name) => [name, "webhook" as const]));
  const world = await openWorld({ speed: 1, clusters: [], channels });
  try {
    for (const [name, behaviour] of Object.entries(ways)) await world.receiver.behave(name, behaviour);
    const now = Date.now();
    const rows = names.flatMap((name) =>
      Array.from({ length: MESSAGES }, (_, index) => opening(name, index, now)),
    );
    await preload(world, rows);
    await world.startProduct(false);
    await sleep(AWAY_MS);
    for (const name of names) await world.receiver.behave(name, { mode: "ok" });
    const taken = async () =>
      new Set((await world.receiver.log()).filter((entry) => entry.taken).map(({ key }) => key)).size;
    await eventually(async () => (await taken()) >= rows.length, BACK_WITHIN_MS);
    const log = await world.receiver.log();
    const early =
      tooEarly(log, "seconds", (firstMs) => firstMs + ASKED_MS) + tooEarly(log, "date", () => askedAtMs);
    return {
      trial: "429 with seconds, with a date, with nothing; 408, 425, 500, 503; hang; reset; half an answer",
      mustBe: "all delivered once the receiver is back, never sooner than asked",
      measured: `${await taken()}/${rows.length} delivered, ${early} sooner than asked`,
      ok: (await taken()) === rows.length && early === 0,
    };
  } finally {
    await world.close();
  }
}

/** Requests on the channel before the time that its first answer named. Those of the first wave were under way. */
function tooEarly(log: readonly Received[], channel: string, askedMs: (firstMs: number) => number): number {
  const own = log.filter((entry) => entry.channel === channel);
  const firstMs = own[0]?.atMs ?? 0;
  const waveMs = 1_000;
  return own.filter(({ atMs }) => atMs > firstMs + waveMs && atMs < askedMs(firstMs)).length;
}
