import type { Random } from "./random.ts";

/** Something that happens on a node: more arrivals, or flows that stay. Minutes from the start of the world. */
export interface Story {
  readonly from: number;
  readonly to: number;
  /** Flows a minute besides the usual ones, as a part of what fills the allocation in a minute. */
  arrivals(at: number): number;
  /** How long these flows hold their ports, minutes; infinite for a leak with keep-alive, until the pods are started anew. */
  readonly holding: number;
  /** It builds up over an hour or more. */
  readonly slow: boolean;
}

const DAY = 1_440;

/** Flows that are opened and never closed: without keep-alive the idle time-out ends them, so that the leak has a level. */
function leak(random: Random, at: number, keepAlive: boolean): Story {
  const length = random.between(120, 900);
  const holding = keepAlive ? Number.POSITIVE_INFINITY : random.chance(0.5) ? 30 : 4;
  const top = random.between(0.25, 1.1);
  const rate = keepAlive ? top / length : top / holding;
  // Without keep-alive it is the rate that grows.
  const growth = (minute: number) => (keepAlive ? 1 : Math.min(1, (minute - at) / (length * 0.8)));
  return { from: at, to: at + length, arrivals: (minute) => rate * growth(minute), holding, slow: true };
}

/** More and more load over hours, and gone again. */
function growth(random: Random, at: number): Story {
  const rise = random.between(70, 400);
  const hold = random.between(20, 200);
  const top = random.between(0.2, 0.9);
  return {
    from: at,
    to: at + rise + hold,
    arrivals: (minute) => (top / 5) * Math.min(1, (minute - at) / rise),
    holding: 5,
    slow: true,
  };
}

/** A job on the full hour that opens many connections for a minute or a few. */
function batch(random: Random, at: number): Story {
  const length = Math.round(random.between(1, 6));
  const rate = random.between(0.05, 0.45) / length;
  return { from: at, to: at + length, arrivals: () => rate, holding: 3, slow: false };
}

/** Clients that try again and again. */
function storm(random: Random, at: number): Story {
  const length = random.between(3, 20);
  const rate = random.between(0.1, 0.5);
  return {
    from: at,
    to: at + length,
    arrivals: (minute) => rate * Math.min(1, (minute - at + 1) / 3),
    holding: 2,
    slow: false,
  };
}

/** A new release that holds more connections than the one before. */
function release(random: Random, at: number): Story {
  const length = random.between(90, 700);
  const more = random.between(0.05, 0.6);
  return { from: at, to: at + length, arrivals: () => more / 5, holding: 5, slow: false };
}

/** What happens on one node in so many days. */
export function storiesOf(random: Random, days: number): Story[] {
  const stories: Story[] = [];
  const several = (aDay: number, make: (at: number) => Story) => {
    const count = random.poisson(aDay * days);
    for (let i = 0; i < count; i += 1) stories.push(make(Math.floor(random.between(0, days * DAY))));
  };
  several(0.05, (at) => leak(random, at, true));
  several(0.03, (at) => leak(random, at, false));
  several(0.06, (at) => growth(random, at));
  several(0.03, (at) => storm(random, at));
  several(0.06, (at) => release(random, at));
  several(1.5, (at) => batch(random, Math.floor(at / 60) * 60));
  return stories;
}
