import type { PlannedCluster } from "../fleet-plan.ts";
import { storiesOf } from "../story.ts";
import type { Size, Verdict } from "../verdict.ts";
import { eventually, openWorld } from "../world.ts";

const SPEED = 60;
const GONE = [12, 22] as const;
/** Long enough after the gap for a false end to be told. */
const LOOK_AT = 40;

/** Data is gone for ten minutes while clusters fire: nobody is told that they are well. */
export async function gapTrial({ firing }: Size): Promise<Verdict> {
  const clusters: PlannedCluster[] = Array.from({ length: firing }, (_, index) => ({
    name: `full-${index}`,
    episodes: [[2, 1_000]],
  }));
  const world = await openWorld({ speed: SPEED, clusters, gone: GONE, channels: { hook: "webhook" } });
  try {
    await world.startProduct();
    const stories = async () => storiesOf(await world.receiver.log(), "hook");
    await eventually(async () => (await stories()).length >= firing, 30_000);
    const before = (await stories()).length;
    await world.untilMinute(LOOK_AT);
    const after = await stories();
    const resolved = after.filter(({ kinds }) => kinds.includes("resolved")).length;
    const openings = after.filter(({ kinds }) => kinds.includes("opened")).length;
    return {
      trial: `${firing} firing, data gone for 10 min, then back`,
      mustBe: "0 false resolved",
      measured: `${before} firing, ${resolved} resolved, ${openings} openings in all`,
      ok: before === firing && resolved === 0 && openings === firing,
    };
  } finally {
    await world.close();
  }
}
