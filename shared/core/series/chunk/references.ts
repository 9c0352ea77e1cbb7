import { type Candidate, FOLLOWING_MEAN_SHIFT } from "./candidate.ts";
import { leadOf } from "./lead.ts";
import { type Moments, missOf, momentsOf, solve } from "./moments.ts";

/** That a series follows another. */
export interface Following {
  readonly leader: Candidate;
  /** What the leader says, at each of the follower's values. */
  readonly lead: Float64Array;
  /** The follower's levels for each unit of the leader's values. */
  readonly slope: number;
  /** Of what the leader does not say. */
  readonly moments: Moments;
  /** Bits saved. */
  readonly gain: number;
}

/** A value of a name field that more series have than that relates none of them. */
const MOST_SHARING = 16;
/** So many relatives are enough to try. */
const ENOUGH = 2;
/** What naming the leader and the slope costs, and some doubt. */
const LEAST_GAIN_BITS = 40;

/**
 * Which series follow which: the pairs that save most, such that no leader follows.
 *
 * @returns by the follower's index
 */
export function chooseReferences(candidates: readonly Candidate[]): Map<number, Following> {
  const relativesOf = relatives(candidates);
  const pairs: { follower: Candidate; following: Following }[] = [];
  for (const follower of candidates) {
    for (const leader of relativesOf(follower)) {
      const following = follow(follower, leader);
      if (following !== null) pairs.push({ follower, following });
    }
  }
  pairs.sort((one, other) => other.following.gain - one.following.gain);
  const found = new Map<number, Following>();
  const leaders = new Set<Candidate>();
  for (const { follower, following } of pairs) {
    const { leader } = following;
    if (leaders.has(follower) || found.has(follower.index) || found.has(leader.index)) continue;
    leaders.add(leader);
    found.set(follower.index, following);
  }
  return found;
}

/** The series that share a value of a name field with one: those of the rarest value first, until there are enough. */
function relatives(candidates: readonly Candidate[]): (candidate: Candidate) => ReadonlySet<Candidate> {
  const sharing = new Map<string, Candidate[]>();
  // Later fields tell series apart more finely: of two values equally rare, the later one's.
  const keysOf = ({ name }: Candidate) =>
    name.flatMap((value, field) => (value === null ? [] : [`${field} ${value}`])).reverse();
  for (const candidate of candidates) {
    for (const key of keysOf(candidate)) {
      const known = sharing.get(key);
      if (known === undefined) sharing.set(key, [candidate]);
      else known.push(candidate);
    }
  }
  return (candidate) => {
    const found = new Set<Candidate>();
    const groups = keysOf(candidate)
      .map((key) => sharing.get(key) ?? [])
      .filter((group) => group.length <= MOST_SHARING)
      .sort((one, other) => one.length - other.length);
    for (const group of groups) {
      if (found.size >= ENOUGH) break;
      for (const other of group) if (other !== candidate) found.add(other);
    }
    return found;
  };
}

function follow(follower: Candidate, leader: Candidate): Following | null {
  const { levels, importance, miss } = follower;
  const lead = leadOf(leader.values, leader.mask, follower.mask);
  const { slope, left } = regress(levels, lead, importance);
  // What a line leaves must come near to what the series' own past leaves.
  if (!(left < MOST_LEFT * miss) || !(Math.abs(slope) <= MOST_SLOPE)) return null;
  if (slope === 0) return null;
  const rest = new Float64Array(levels.length);
  for (let index = 0; index < levels.length; index += 1) {
    rest[index] = (levels[index] ?? 0) - slope * (lead[index] ?? 0);
  }
  const moments = momentsOf(rest, importance, 0, 2 ** -FOLLOWING_MEAN_SHIFT);
  const missed = missOf(moments, solve(moments));
  const gain = (levels.length / 2) * Math.log2(miss / (missed + TINY)) - LEAST_GAIN_BITS;
  return gain > 0 ? { leader, lead, slope, moments, gain } : null;
}

/** A steeper slope is chance. */
export const MOST_SLOPE = 2 ** 40;
const MOST_LEFT = 8;
const TINY = 1e-9;

/** The line through the points by weighted least squares, and the weighted square that it leaves. */
function regress(levels: Float64Array, lead: Float64Array, importance: Float64Array) {
  let sum = 0;
  let sumX = 0;
  let sumY = 0;
  let sumXX = 0;
  let sumXY = 0;
  let sumYY = 0;
  for (let index = 0; index < levels.length; index += 1) {
    const weight = importance[index] ?? 0;
    const x = lead[index] ?? 0;
    const y = levels[index] ?? 0;
    sum += weight;
    sumX += weight * x;
    sumY += weight * y;
    sumXX += weight * x * x;
    sumXY += weight * x * y;
    sumYY += weight * y * y;
  }
  const spreadX = sumXX - (sumX * sumX) / sum;
  const spreadXY = sumXY - (sumX * sumY) / sum;
  const slope = spreadX > 0 ? spreadXY / spreadX : 0;
  return { slope, left: sumYY - (sumY * sumY) / sum - slope * spreadXY };
}
