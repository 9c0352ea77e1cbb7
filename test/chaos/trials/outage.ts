import type { PlannedCluster } from "../fleet-plan.ts";
import { isInOrder, isWhole, storiesOf } from "../story.ts";
import type { Size, Verdict } from "../verdict.ts";
import { eventually, openWorld } from "../world.ts";

const FROM = 8;
const SHORT_MINUTES = 4;
const SPEED = 60;

/** Incidents that begin and end while the receiver is away: each is told when it is back. */
export async function outageTrial({ incidents, outageMinutes }: Size): Promise<Verdict> {
  const end = FROM + outageMinutes;
  // What is read at a minute is some minutes old: all begin and all end, as the product sees it, within the outage.
  const room = outageMinutes - SHORT_MINUTES - 8;
  const at = (index: number) => FROM + Math.floor((index * room) / incidents);
  const clusters: PlannedCluster[] = Array.from({ length: incidents }, (_, index) => [
    { name: `short-${index}`, episodes: [[at(index), at(index) + SHORT_MINUTES] as const] },
    { name: `long-${index}`, episodes: [[FROM + (index % 3), end - 8] as const] },
  ]).flat();
  const world = await openWorld({ speed: SPEED, clusters, channels: { hook: "webhook" } });
  try {
    await world.receiver.behave("hook", { mode: "status", status: 503 });
    await world.startProduct();
    await world.untilMinute(end);
    await world.receiver.behave("hook", { mode: "ok" });
    const told = async () => storiesOf(await world.receiver.log(), "hook").filter(isWhole);
    await eventually(async () => (await told()).length >= clusters.length, 60_000);
    const stories = await told();
    const named = new Set(stories.map(({ cluster }) => cluster)).size;
    const ordered = stories.filter(isInOrder).length;
    const tries = (await world.receiver.log()).filter(({ taken }) => !taken).length;
    return {
      trial: `${incidents} long and ${incidents} short incidents in an outage of ${outageMinutes} min`,
      mustBe: `${clusters.length}/${clusters.length} told, opening and end`,
      measured: `${named}/${clusters.length} told, ${ordered} in order, ${tries} requests in vain`,
      ok: named === clusters.length && ordered === stories.length && tries > 0,
    };
  } finally {
    await world.close();
  }
}
