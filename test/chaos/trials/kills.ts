import { setTimeout as sleep } from "node:timers/promises";
import { openTables } from "#adapters/tables/open-tables.ts";
import { MINUTE_MS } from "#core/time.ts";
import { episodesBefore, type PlannedCluster } from "../fleet-plan.ts";
import { falseRows, holes, ledgerOf, longestPause } from "../ledger.ts";
import { STEPS } from "../steps.ts";
import { disorders, duplicates, isInOrder, isWhole, type Story, storiesOf } from "../story.ts";
import type { Size, Verdict } from "../verdict.ts";
import { type ChaosWorld, eventually, openWorld } from "../world.ts";

const SPEED = 60;
const EVERY = 24;
const LASTS = 6;
const CLUSTERS = 8;
/** From the end of an episode until its last message is due at the latest: data comes late, alerts take their time. */
const SETTLED_AFTER = 14;
/** So that a short run, too, kills while it collects and while it delivers; prime to the number of steps. */
const STRIDE = 7;
/** The incidents of this one are silenced while they fire, after they were told. */
const SILENCED = `wave-${CLUSTERS - 1}`;
/** In minutes from the start of an episode, as what is told then is some minutes old. */
const [SILENT_FROM, SILENT_TO] = [7.5, 20];
/** More than a run has. */
const MOST_EPISODES = 100;
/** After so many kills a step that was never reached is a fault of the trial. */
const KILLS_FOR_ALL_STEPS = 200;
const STEP_WITHIN_MS = 4_000;
const LONGEST_LIFE_MS = 2_500;

/** The whole process is killed again and again: at each named step in turn, and between them at any moment. */
export async function killsTrial({ kills }: Size): Promise<Verdict> {
  const clusters: PlannedCluster[] = Array.from({ length: CLUSTERS }, (_, index) => ({
    name: `wave-${index}`,
    episodes: [[index * 2, index * 2 + LASTS]],
    every: EVERY,
  }));
  const world = await openWorld({ speed: SPEED, clusters, channels: { hook: "webhook", chat: "slack" } });
  try {
    await silenceEpisodes(world);
    const reached = new Map<string, number>();
    for (let kill = 0; kill < kills; kill += 1) {
      const step = kill % 2 === 0 ? STEPS[((kill / 2) * STRIDE) % STEPS.length] : undefined;
      const hit = await lifeUntil(world, step);
      if (step !== undefined && hit)
        reached.set(`${step.name} ${step.when}`, 1 + (reached.get(`${step.name} ${step.when}`) ?? 0));
    }
    const product = await world.startProduct();
    const due = world.minute() - SETTLED_AFTER;
    const expected = clusters.map((cluster) => ({ name: cluster.name, count: episodesBefore(cluster, due) }));
    await eventually(
      async () => missing(storiesOf(await world.receiver.log(), "hook"), expected) === 0,
      90_000,
    );
    await sleep(3_000);
    const log = await world.receiver.log();
    const stories = storiesOf(log, "hook");
    const lost = missing(stories, expected);
    await product.kill();
    const rows = await ledgerOf(world);
    const chatKeys = new Set(log.filter(({ channel }) => channel === "chat").map(({ key }) => key));
    const unheard = stories.filter(isWhole).filter((story) => !isWholeIn(chatKeys, story)).length;
    const untrue = falseRows(rows, await world.receiver.log()) + holes(rows);
    const unsilenced = stories
      .filter((story) => story.cluster === SILENCED && isWhole(story))
      .filter(({ incidentId }) => {
        const silenced = rows.filter(
          (row) => row.incidentId === incidentId && row.message.kind === "silenced",
        );
        return silenced.length !== 2;
      }).length;
    const copies = duplicates(log);
    const disorder = stories.filter((story) => !isInOrder(story)).length + disorders(log, "chat");
    const allReached = reached.size === STEPS.length || kills < KILLS_FOR_ALL_STEPS;
    const total = expected.reduce((sum, { count }) => sum + count, 0);
    const silences = stories.filter((story) => story.cluster === SILENCED && isWhole(story)).length;
    return {
      trial: `${kills} kills -9, ${[...reached.values()].reduce((a, b) => a + b, 0)} of them at ${reached.size} of ${STEPS.length} named steps`,
      mustBe: "0 messages lost, at most 1 copy a kill, 0 resolved lost, order kept",
      measured: `${total} incidents: ${lost} openings or ends lost, ${unheard} lost in the other channel, ${untrue} of ${rows.length} outbox rows missing or untrue, ${unsilenced} of ${silences} silences lost, ${copies} copies, ${disorder} out of order; idle for ${longestPause(rows)} min at most`,
      ok:
        allReached &&
        total > 0 &&
        lost + unheard + untrue + unsilenced === 0 &&
        copies <= kills &&
        disorder === 0,
    };
  } finally {
    await world.close();
  }
}

/** One life of the product. @returns whether it died at the step, and not for want of reaching it */
async function lifeUntil(world: ChaosWorld, step: (typeof STEPS)[number] | undefined): Promise<boolean> {
  const starting = world.startProduct();
  if (step === undefined) {
    const product = await starting;
    await sleep(Math.random() * LONGEST_LIFE_MS);
    await product.kill();
    return false;
  }
  let hit = () => {};
  const struck = new Promise<boolean>((resolve) => {
    hit = () => resolve(true);
  });
  const product = await starting;
  const wire = world.wires[step.at];
  wire.arm(step, () => {
    product.child.kill("SIGKILL");
    hit();
  });
  const died = await Promise.race([struck, sleep(STEP_WITHIN_MS, false)]);
  wire.disarm();
  await product.kill();
  return died;
}

/** Openings and ends that were never told, of the episodes that are over. */
function missing(
  stories: readonly Story[],
  expected: readonly { readonly name: string; readonly count: number }[],
): number {
  let lost = 0;
  for (const { name, count } of expected) {
    const own = stories.filter(({ cluster }) => cluster === name);
    lost += Math.max(0, count - own.filter(({ kinds }) => kinds.includes("opened")).length);
    lost += Math.max(0, count - own.filter(({ kinds }) => kinds.includes("resolved")).length);
  }
  return lost;
}

function isWholeIn(keys: ReadonlySet<string>, { incidentId, sequences }: Story): boolean {
  return [1, Math.max(...sequences)].every((sequence) => keys.has(`${incidentId}-${sequence}-chat`));
}

async function silenceEpisodes({ clock, connectionString }: ChaosWorld): Promise<void> {
  const { silences } = openTables({ connection: { connectionString } });
  // The minutes of the plan begin with the minute of the start.
  const startMs = Math.floor(clock.startMs / MINUTE_MS) * MINUTE_MS;
  const first = (CLUSTERS - 1) * 2;
  for (let episode = 0; episode < MOST_EPISODES; episode += 1) {
    const fromMs = startMs + (first + episode * EVERY) * MINUTE_MS;
    await silences.add({
      cluster: SILENCED,
      startsAtMs: fromMs + SILENT_FROM * MINUTE_MS,
      untilMs: fromMs + SILENT_TO * MINUTE_MS,
      comment: "planned",
      createdBy: "the trial",
      createdAtMs: startMs,
      endedAtMs: null,
    });
  }
}
