import { DAY_MS, HOUR_MS, MINUTE_MS } from "../time.ts";

const SECOND_MS = 1_000;

/** At most `count` messages in any `windowMs`. */
export interface RateLimit {
  readonly count: number;
  readonly windowMs: number;
}

/** How a channel stands with its receiver, shared by all senders. Instants are of the app's clock. */
export interface Gate {
  /** The last sends, oldest first, as many as the largest limit counts. */
  readonly sentAtMs: readonly number[];
  /** Up to here, waiting messages were told when to come back. */
  readonly promisedUntilMs: number;
  /** Nothing is sent before this: the receiver asked for time, or it fails. */
  readonly closedUntilMs: number;
  /** Waves of failures since the receiver last answered. */
  readonly failures: number;
  readonly failedAtMs: number | null;
}

export const NEW_GATE: Gate = {
  sentAtMs: [],
  promisedUntilMs: 0,
  closedUntilMs: 0,
  failures: 0,
  failedAtMs: null,
};

/**
 * What receivers take, by kind of channel. Slack: api.slack.com/docs/rate-limits. Teams: "connectors-using" of
 * msteams-docs, whose longer windows are of the older connectors; nothing newer is documented for Workflows. PagerDuty
 * names no figure for events, only that it answers 429; 120 a minute is what its guides advise.
 */
const LIMITS: Readonly<Record<string, readonly RateLimit[]>> = {
  slack: [{ count: 1, windowMs: SECOND_MS }],
  teams: [
    { count: 4, windowMs: SECOND_MS },
    { count: 60, windowMs: 30 * SECOND_MS },
    { count: 100, windowMs: HOUR_MS },
    { count: 150, windowMs: 2 * HOUR_MS },
    { count: 1_800, windowMs: DAY_MS },
  ],
  pagerduty: [{ count: 120, windowMs: MINUTE_MS }],
};

/** A receiver that failed twice is asked by one sender at a time: an attempt takes no longer than this. */
const PROBE_MS = 10 * SECOND_MS;
const PROBE_FROM_FAILURES = 2;

/** Limits of a kind of channel; none where the receiver is the user's own. */
export function rateLimitsOf(kind: string): readonly RateLimit[] {
  return LIMITS[kind] ?? [];
}

/** When the next message may go, `nowMs` at the earliest. */
export function earliestMs(gate: Gate, limits: readonly RateLimit[], nowMs: number): number {
  const { sentAtMs, closedUntilMs } = gate;
  const free = limits.map(({ count, windowMs }) => {
    const oldest = sentAtMs.at(-count);
    return oldest === undefined || sentAtMs.length < count ? 0 : oldest + windowMs;
  });
  const probe = isFailing(gate) ? (sentAtMs.at(-1) ?? 0) + PROBE_MS : 0;
  return Math.max(nowMs, closedUntilMs, probe, ...free);
}

/** From one message to the next when many wait, as long as no window beyond a minute is full. */
export function spacingMs(gate: Gate, limits: readonly RateLimit[]): number {
  if (isFailing(gate)) return PROBE_MS;
  const short = limits.filter(({ windowMs }) => windowMs <= MINUTE_MS);
  return Math.max(0, ...short.map(({ count, windowMs }) => windowMs / count));
}

/** Two waves of failures in a row: the receiver is away, and not only one message refused. */
export function isFailing({ failures }: Gate): boolean {
  return failures >= PROBE_FROM_FAILURES;
}
