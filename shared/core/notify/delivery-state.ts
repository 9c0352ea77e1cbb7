import { DAY_MS, MINUTE_MS } from "../time.ts";
import { backOffMs } from "./back-off.ts";

/** How long a sender may hold a delivery; one attempt is at most three requests, of 10 seconds at most. */
export const LEASE_MS = MINUTE_MS;

/** After this, a failed delivery is not tried again. */
export const GIVE_UP_AFTER_MS = DAY_MS;

/** `superseded`: never sent, for a later message of the same incident says more. */
export type DeliveryState = "pending" | "sending" | "delivered" | "dead" | "superseded";

/** The part of an outbox row that says how its delivery stands. */
export interface Delivery {
  readonly state: DeliveryState;
  readonly createdAtMs: number;
  readonly attempts: number;
  readonly nextAttemptAtMs: number;
  readonly leaseUntilMs: number | null;
  readonly settledAtMs: number | null;
  readonly lastError: string | null;
}

/** What one attempt came to. */
export type AttemptOutcome =
  | { readonly kind: "delivered" }
  | { readonly kind: "retry"; readonly reason: string; readonly retryAtMs: number | null }
  | { readonly kind: "dead"; readonly reason: string };

/** What is to be done with a delivery now. `lost`: its sender never came back, and its day is over. */
export type Standing =
  | { readonly kind: "settled" }
  | { readonly kind: "wait"; readonly untilMs: number }
  | { readonly kind: "due" }
  | { readonly kind: "lost" };

export function isOpen({ state }: Pick<Delivery, "state">): boolean {
  return state === "pending" || state === "sending";
}

/** From when on a delivery may be taken: the next attempt, or the end of the present sender's lease. */
export function takeableAtMs(delivery: Delivery): number {
  return delivery.state === "sending" ? (delivery.leaseUntilMs ?? 0) : delivery.nextAttemptAtMs;
}

export function standing(delivery: Delivery, nowMs: number): Standing {
  if (!isOpen(delivery)) return { kind: "settled" };
  const untilMs = takeableAtMs(delivery);
  if (nowMs < untilMs) return { kind: "wait", untilMs };
  // A message that kills every sender must not be tried for ever. A pending one gets its attempt however late.
  const over = delivery.state === "sending" && nowMs >= delivery.createdAtMs + GIVE_UP_AFTER_MS;
  return over ? { kind: "lost" } : { kind: "due" };
}

/** Taken by one sender. The attempt is counted before it is made: one that crashes counts too. */
export function taken(delivery: Delivery, nowMs: number): Delivery {
  return {
    ...stateOf(delivery),
    state: "sending",
    attempts: delivery.attempts + 1,
    leaseUntilMs: nowMs + LEASE_MS,
  };
}

/**
 * How the delivery stands after an attempt.
 *
 * @param random from 0 up to, not with, 1
 */
export function afterAttempt(
  delivery: Delivery,
  outcome: AttemptOutcome,
  nowMs: number,
  random: number,
): Delivery {
  switch (outcome.kind) {
    case "delivered":
      return { ...settled(delivery, nowMs), state: "delivered" };
    case "dead":
      return { ...settled(delivery, nowMs), state: "dead", lastError: outcome.reason };
    case "retry":
      return afterFailure(delivery, outcome, nowMs, random);
  }
}

/** Declared dead without another attempt. */
export function abandoned(delivery: Delivery, reason: string, nowMs: number): Delivery {
  return { ...settled(delivery, nowMs), state: "dead", lastError: reason };
}

/** Not worth sending any more. */
export function superseded(delivery: Delivery, nowMs: number): Delivery {
  return { ...settled(delivery, nowMs), state: "superseded" };
}

function afterFailure(
  delivery: Delivery,
  { reason, retryAtMs }: { readonly reason: string; readonly retryAtMs: number | null },
  nowMs: number,
  random: number,
): Delivery {
  // The receiver's own wish comes first; the jitter on top keeps those it told the same from coming at once.
  const nextAttemptAtMs = Math.max(nowMs, retryAtMs ?? nowMs) + backOffMs(delivery.attempts, random);
  if (nextAttemptAtMs >= delivery.createdAtMs + GIVE_UP_AFTER_MS) {
    return abandoned(delivery, `gave up after 24 hours; ${reason}`, nowMs);
  }
  return { ...stateOf(delivery), state: "pending", nextAttemptAtMs, leaseUntilMs: null, lastError: reason };
}

function settled(delivery: Delivery, nowMs: number): Delivery {
  return { ...stateOf(delivery), leaseUntilMs: null, settledAtMs: nowMs };
}

/** The delivery alone, so that what is spread over a row never carries its other fields. */
function stateOf(delivery: Delivery): Delivery {
  const { state, createdAtMs, attempts, nextAttemptAtMs, leaseUntilMs, settledAtMs, lastError } = delivery;
  return { state, createdAtMs, attempts, nextAttemptAtMs, leaseUntilMs, settledAtMs, lastError };
}
