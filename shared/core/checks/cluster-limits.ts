import type { CheckLimits, GivenLimit } from "./limits.ts";

/** What a limit may be: above `above` or from `atLeast`, up to and with `atMost`. */
export interface LimitRange {
  readonly above?: number;
  readonly atLeast?: number;
  readonly atMost: number;
}

/** Limits that a setting gives for all clusters and a tag for one. The same range holds for both. */
export const LIMIT_RANGES = {
  warnRatio: { above: 0, atMost: 1 },
  failRatio: { above: 0, atMost: 1 },
  failedRatio: { above: 0, atMost: 1 },
  skewFactor: { above: 1, atMost: 100 },
} as const satisfies Partial<Record<keyof CheckLimits, LimitRange>>;

type TaggableLimit = keyof typeof LIMIT_RANGES;

/** The tag of a cluster that overrides each limit. */
const LIMIT_TAGS: Readonly<Record<TaggableLimit, string>> = {
  warnRatio: "snatwatch-warn-ratio",
  failRatio: "snatwatch-fail-ratio",
  failedRatio: "snatwatch-failed-ratio",
  skewFactor: "snatwatch-skew-factor",
};

/** Leaves a cluster out of the watch; read by discovery, known here so that it is no fault. */
const EXCLUDE_TAG = "snatwatch-exclude";
const TAG_PREFIX = "snatwatch-";

export interface ClusterLimits {
  readonly limits: CheckLimits;
  /** One sentence for each tag that was ignored, with its name, value and what was expected. */
  readonly faults: readonly string[];
}

/** The range in words: `a number above 0, at most 1`. */
export function describeRange(range: LimitRange): string {
  const lower = range.above === undefined ? `at least ${range.atLeast ?? 0}` : `above ${range.above}`;
  return `a number ${lower}, at most ${range.atMost}`;
}

/** A plain decimal number within the range; `undefined` for everything else, such as `75%` or `1e-1`. */
export function parseLimit(text: string, range: LimitRange): number | undefined {
  if (!/^\d+(\.\d+)?$/.test(text)) return undefined;
  const value = Number(text);
  const lowEnough = value <= range.atMost;
  const highEnough = range.above === undefined ? value >= (range.atLeast ?? 0) : value > range.above;
  return lowEnough && highEnough ? value : undefined;
}

/**
 * The limits of one cluster: those of the settings, with what its own tags override.
 *
 * A tag that cannot be used is ignored and named: a typing error in a tag must not stop the watch over the cluster.
 *
 * @param tags as ARM gives them; ARM compares tag names without regard to case, so do we
 */
export function limitsForCluster(limits: CheckLimits, tags: Readonly<Record<string, string>>): ClusterLimits {
  const faults: string[] = [];
  const given: Partial<Record<TaggableLimit, number>> = {};
  const names = Object.keys(tags).sort();
  for (const name of names) {
    const tag = name.toLowerCase();
    if (!tag.startsWith(TAG_PREFIX) || tag === EXCLUDE_TAG) continue;
    const limit = limitOfTag(tag);
    if (limit === undefined) {
      faults.push(
        `tag ${name} is not known: expected one of ${[...Object.values(LIMIT_TAGS), EXCLUDE_TAG].join(", ")}`,
      );
      continue;
    }
    const text = (tags[name] ?? "").trim();
    const value = parseLimit(text, LIMIT_RANGES[limit]);
    if (value === undefined) {
      faults.push(`tag ${name}="${text}" is ignored: expected ${describeRange(LIMIT_RANGES[limit])}`);
    } else {
      given[limit] = value;
    }
  }
  return withoutContradiction(limits, given, faults);
}

/** A warning limit that is not below the failure limit would never be seen; neither tag of the pair is taken. */
function withoutContradiction(
  limits: CheckLimits,
  given: Partial<Record<TaggableLimit, number>>,
  faults: readonly string[],
): ClusterLimits {
  const merged = { ...limits, ...given };
  const ratiosGiven = given.warnRatio !== undefined || given.failRatio !== undefined;
  if (!ratiosGiven) return { limits: merged, faults };
  if (merged.warnRatio < merged.failRatio)
    return { limits: { ...merged, given: obeyed(limits, given) }, faults };
  const fault =
    `tags ${LIMIT_TAGS.warnRatio} and ${LIMIT_TAGS.failRatio} are ignored: expected the warning limit below the failure limit, ` +
    `got ${merged.warnRatio} and ${merged.failRatio}`;
  return {
    limits: { ...merged, warnRatio: limits.warnRatio, failRatio: limits.failRatio },
    faults: [...faults, fault],
  };
}

function obeyed(limits: CheckLimits, tags: Partial<Record<TaggableLimit, number>>): readonly GivenLimit[] {
  const names = (["warnRatio", "failRatio"] as const).filter((name) => tags[name] !== undefined);
  return [...new Set([...(limits.given ?? []), ...names])];
}

function limitOfTag(tag: string): TaggableLimit | undefined {
  for (const limit of TAGGABLE) if (LIMIT_TAGS[limit] === tag) return limit;
  return undefined;
}

const TAGGABLE: readonly TaggableLimit[] = ["warnRatio", "failRatio", "failedRatio", "skewFactor"];
