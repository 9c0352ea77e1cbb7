import { opening, preload } from "../preload.ts";
import { duplicates } from "../story.ts";
import type { Verdict } from "../verdict.ts";
import { eventually, openWorld } from "../world.ts";

const ROWS = 60;
/** Queue messages of each row: both processes get some, at the same time. */
const COPIES = 4;

/** Two processes are called to the same rows at once: each row is delivered by one of them. */
export async function workersTrial(): Promise<Verdict> {
  const world = await openWorld({ speed: 1, clusters: [], channels: { hook: "webhook" } });
  try {
    const rows = Array.from({ length: ROWS }, (_, index) => opening("hook", index, Date.now()));
    await preload(world, rows, COPIES);
    await Promise.all([world.startProduct(false), world.startProduct(false)]);
    const keys = async () => new Set((await world.receiver.log()).map(({ key }) => key)).size;
    await eventually(async () => (await keys()) >= ROWS, 60_000);
    // The copies that are still on the queue have their chance, too.
    await eventually(async () => false, 4_000);
    const log = await world.receiver.log();
    return {
      trial: `two workers deliver the same row at once (${ROWS} rows, ${COPIES} calls each)`,
      mustBe: "1 delivery of each",
      measured: `${await keys()} of ${ROWS} delivered, ${duplicates(log)} twice`,
      ok: (await keys()) === ROWS && log.length === ROWS,
    };
  } finally {
    await world.close();
  }
}
