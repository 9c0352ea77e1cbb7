import { MINUTE_MS } from "../time.ts";
import { backOffMs } from "./back-off.ts";
import { earliestMs, type Gate, isFailing, type RateLimit, spacingMs } from "./rate-limits.ts";

/** What is beyond this is not promised: the message is left where it is, and the sweep brings it when there is room. */
export const HORIZON_MS = MINUTE_MS;

/** A receiver that fails is asked again at least this often. One that asks for time gets all it asks for. */
const LONGEST_CLOSED_MS = MINUTE_MS;

/**
 * Wake-ups for each free place. They come at uneven times, and the first after a place is free takes it: with two, a
 * channel of one a second would do 0.75, with six it does about 0.9.
 */
const WAKE_UPS = 6;

/** Two messages are never closer than the channel's spacing less this: receivers bear short bursts, and ask for an average. */
const SLIP_MS = 500;

/** The answer to a message that wants to be sent. `park`: no place within the horizon. */
export type Turn =
  | { readonly kind: "go"; readonly gate: Gate }
  | { readonly kind: "wait"; readonly gate: Gate; readonly untilMs: number }
  | { readonly kind: "park" };

/** Asks a channel's gate for a place now, or for a time to ask again. */
export function askTurn(gate: Gate, limits: readonly RateLimit[], nowMs: number): Turn {
  const freeMs = earliestMs(gate, limits, 0);
  if (freeMs <= nowMs) return { kind: "go", gate: afterGoing(gate, limits, placeMs(freeMs, nowMs)) };
  const untilMs = nextPromiseMs(gate, limits, freeMs);
  if (untilMs > nowMs + HORIZON_MS) return { kind: "park" };
  return { kind: "wait", untilMs, gate: { ...gate, promisedUntilMs: untilMs } };
}

/** When to wake waiting messages, at most `most`: as many as have a place within the horizon, and no more. */
export function wakeUps(
  gate: Gate,
  limits: readonly RateLimit[],
  nowMs: number,
  most: number,
): readonly number[] {
  const times: number[] = [];
  let promised = gate;
  while (times.length < most) {
    const atMs = nextPromiseMs(promised, limits, earliestMs(gate, limits, nowMs));
    if (atMs > nowMs + HORIZON_MS) break;
    times.push(atMs);
    promised = { ...promised, promisedUntilMs: atMs };
  }
  return times;
}

/** The receiver took a message, or refused that one alone: it is there. */
export function answered(gate: Gate): Gate {
  return gate.failures === 0 ? gate : { ...gate, failures: 0, failedAtMs: null };
}

/**
 * The receiver failed: nobody asks it before its own wish, or before a pause that grows with its failures. Those of one
 * wave, under way together, count as one.
 *
 * @param startedAtMs when the attempt began
 * @param retryAtMs not sooner than this, where the receiver said so
 * @param random from 0 up to, not with, 1
 */
export function failed(
  gate: Gate,
  attempt: { readonly startedAtMs: number; readonly retryAtMs: number | null },
  nowMs: number,
  random: number,
): Gate {
  const { startedAtMs, retryAtMs } = attempt;
  const isSameWave = gate.failedAtMs !== null && startedAtMs < gate.failedAtMs;
  const failures = gate.failures + (isSameWave ? 0 : 1);
  const pauseMs = Math.min(LONGEST_CLOSED_MS, backOffMs(failures, random));
  const closedUntilMs = Math.max(gate.closedUntilMs, retryAtMs ?? nowMs + pauseMs);
  return { ...gate, failures, failedAtMs: nowMs, closedUntilMs };
}

/**
 * When a message counts as sent. One that comes a little late for its place counts for that place: else every delay of
 * storage and queue would lower the rate. Nobody saves up for longer than that.
 */
function placeMs(freeMs: number, nowMs: number): number {
  return nowMs - freeMs > 2 * SLIP_MS ? nowMs : Math.max(freeMs, nowMs - SLIP_MS);
}

/** Where nothing limits the channel, senders need not wait for each other to write. */
function afterGoing(gate: Gate, limits: readonly RateLimit[], sentAtMs: number): Gate {
  if (limits.length === 0 && !isFailing(gate)) return gate;
  const kept = Math.max(1, ...limits.map(({ count }) => count));
  return { ...gate, sentAtMs: [...gate.sentAtMs, sentAtMs].slice(-kept) };
}

function nextPromiseMs(gate: Gate, limits: readonly RateLimit[], freeMs: number): number {
  return Math.max(freeMs, gate.promisedUntilMs + Math.ceil(spacingMs(gate, limits) / WAKE_UPS));
}
