import { type Candidate, FOLLOWING_MEAN_SHIFT, FREE_MEAN_SHIFT } from "./candidate.ts";
import { addMoments, emptyMoments, type Moments, missOf, solve } from "./moments.ts";
import { startOf } from "./numbers.ts";
import type { Parameters } from "./parameters.ts";
import { type Following, MOST_SLOPE } from "./references.ts";
import { zigzag } from "./zigzag.ts";

/** Name fields beyond the first tell kinds of series apart if they have so few values. */
const FEW = 4;
const SPREAD_SHIFT = 5;
const SHAPE = 4;
/** Slopes are whole numbers of units so small that they move a forecast by a small part of its spread. */
const SLOPE_PRECISION = 16;

export interface ParameterSets {
  readonly sets: readonly Parameters[];
  /** Which set is that of which series, by its index. */
  readonly setOf: ReadonlyMap<number, number>;
}

/** One set for each kind of series, found from all of them together and told once; and some series' own. */
export function chooseParameters(
  candidates: readonly Candidate[],
  followings: ReadonlyMap<number, Following>,
): ParameterSets {
  const kindOf = kinds(candidates);
  const members = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const leader = followings.get(candidate.index)?.leader;
    const key = leader === undefined ? kindOf(candidate) : `${kindOf(candidate)} after ${kindOf(leader)}`;
    const known = members.get(key);
    if (known === undefined) members.set(key, [candidate]);
    else known.push(candidate);
  }
  const sets: Parameters[] = [];
  const setOf = new Map<number, number>();
  for (const group of members.values()) {
    const shared = fitParameters(group, followings);
    const place = sets.push(shared) - 1;
    for (const candidate of group) {
      const own = ownParameters(followings.get(candidate.index)?.moments ?? candidate.moments, shared);
      setOf.set(candidate.index, own === null ? place : sets.push(own) - 1);
    }
  }
  return { sets, setOf };
}

function kinds(candidates: readonly Candidate[]): (candidate: Candidate) => string {
  const distinct: Set<string | null>[] = [];
  for (const { name } of candidates) {
    for (const [field, value] of name.entries()) {
      distinct[field] ??= new Set();
      distinct[field].add(value);
    }
  }
  return ({ name, fractions }) =>
    JSON.stringify([
      fractions.divisors[0],
      ...name.filter((_, field) => field === 0 || (distinct[field]?.size ?? 0) <= FEW),
    ]);
}

function fitParameters(group: readonly Candidate[], followings: ReadonlyMap<number, Following>): Parameters {
  const moments: Moments = emptyMoments();
  let activity = 0;
  let starts = 0;
  let finest = 0;
  let bound = 63;
  let follows = false;
  for (const candidate of group) {
    const following = followings.get(candidate.index);
    addMoments(moments, following?.moments ?? candidate.moments);
    activity += candidate.activity / group.length;
    starts += zigzag(startOf(candidate.levels)) / group.length;
    if (following === undefined) continue;
    follows = true;
    const largest = following.lead.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    finest = Math.max(finest, Math.ceil(Math.log2((SLOPE_PRECISION * largest) / (candidate.activity + 1))));
    bound = Math.min(bound, Math.floor(Math.log2(MOST_SLOPE / Math.abs(following.slope))));
  }
  const [pull, change, changeBefore] = solve(moments);
  return {
    pull,
    change,
    changeBefore,
    meanShift: follows ? FOLLOWING_MEAN_SHIFT : FREE_MEAN_SHIFT,
    spreadShift: SPREAD_SHIFT,
    shape: SHAPE,
    firstSpread: spreadCode(activity * SETTLED),
    startOrder: Math.max(0, Math.min(50, Math.floor(Math.log2(starts + 1)) - 1)),
    slopeShift: Math.min(finest, bound),
  };
}

/** A set for a series that moves in a way of its own, where that saves more than it costs; else `null`. */
function ownParameters(moments: Moments, shared: Parameters): Parameters | null {
  const [pull, change, changeBefore] = solve(moments);
  const sharedMiss = missOf(moments, [shared.pull, shared.change, shared.changeBefore]);
  const ownMiss = missOf(moments, [pull, change, changeBefore]);
  const gain = (moments.count / 2) * Math.log2(sharedMiss / ownMiss);
  return gain > OWN_BITS ? { ...shared, pull, change, changeBefore } : null;
}

/** What a set costs. */
const OWN_BITS = 48;

/** How much of a change is a surprise, typically. */
const SETTLED = 0.75;

function spreadCode(spread: number): number {
  const octave = Math.max(-5, Math.floor(Math.log2(spread + 1e-9)));
  const quarter = Math.max(0, Math.floor(4 * (spread / 2 ** octave - 1)));
  return Math.min(223, 4 * (octave + 5) + quarter);
}
