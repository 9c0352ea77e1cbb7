import { abandoned, afterAttempt, type Delivery, standing, taken } from "#core/notify/delivery-state.ts";
import type { Clock } from "#ports/clock.ts";
import type { Logger } from "#ports/logger.ts";
import type { Notifier, SendOutcome } from "#ports/notifier.ts";
import type { Outbox, OutboxKey, OutboxRow } from "#ports/outbox.ts";
import type { Tagged } from "#ports/tagged.ts";
import type { WorkQueue } from "#ports/work-queue.ts";
import { earlierOpen } from "./deliver-order.ts";

export interface DeliverParts {
  readonly outbox: Outbox;
  readonly notifier: Notifier;
  readonly queue: WorkQueue;
  readonly clock: Clock;
  readonly logger: Logger;
  /** From 0 up to, not with, 1. */
  readonly random: () => number;
}

/**
 * What became of a request to deliver. `waiting`: not due yet, asked for again later. `blocked`: an earlier message
 * of the incident goes first. `overtaken`: another sender has it.
 */
export type DeliverResult =
  | "unknown"
  | "settled"
  | "waiting"
  | "blocked"
  | "overtaken"
  | "delivered"
  | "retry"
  | "dead";

/**
 * Delivers one message to one channel, if it is its turn. May be called any number of times, by any number of
 * workers: the lease lets one of them send. A sender that dies after the send and before the mark is the only way
 * to a second copy.
 */
export async function deliver(
  parts: DeliverParts,
  key: OutboxKey,
  signal: AbortSignal,
): Promise<DeliverResult> {
  const found = await parts.outbox.load(key);
  if (found === undefined) return "unknown";

  const nowMs = parts.clock.nowMs();
  const state = standing(found.value, nowMs);
  switch (state.kind) {
    case "settled":
      return "settled";
    case "wait":
      await parts.queue.deliver(key, state.untilMs - nowMs);
      return "waiting";
    case "lost":
      return settle(
        parts,
        found,
        abandoned(found.value, "gave up after 24 hours; the sender never came back", nowMs),
      );
    case "due":
      return (await givesWay(parts, key, nowMs)) ? "blocked" : attempt(parts, found, signal);
  }
}

/** The earlier one brings this one along when it is settled. */
async function givesWay(parts: DeliverParts, key: OutboxKey, nowMs: number): Promise<boolean> {
  const earlier = await earlierOpen(parts.outbox, key);
  if (earlier === undefined) return false;
  // One that waits has a queue message of its own for its time, or the sweep finds it.
  if (standing(earlier, nowMs).kind !== "wait") await parts.queue.deliver(keyOf(earlier));
  return true;
}

async function attempt(
  parts: DeliverParts,
  { value: row, tag }: Tagged<OutboxRow>,
  signal: AbortSignal,
): Promise<DeliverResult> {
  const leased: OutboxRow = { ...row, ...taken(row, parts.clock.nowMs()) };
  const leaseTag = await parts.outbox.update(leased, tag);
  if (leaseTag === undefined) return "overtaken";

  const outcome = await sendOnce(parts, leased, signal);
  const next = afterAttempt(leased, outcome, parts.clock.nowMs(), parts.random());
  return settle(parts, { value: leased, tag: leaseTag }, next);
}

/** A message that cannot even be rendered must come to an end like any other, not circle in the queue. */
async function sendOnce(parts: DeliverParts, row: OutboxRow, signal: AbortSignal): Promise<SendOutcome> {
  try {
    return await parts.notifier.send(row, signal);
  } catch (error) {
    // The name alone: the message of an error that nobody foresaw may hold an address.
    const name = error instanceof Error ? error.name : typeof error;
    return { kind: "retry", reason: `malformed: the notifier failed with ${name}`, retryAtMs: null };
  }
}

/** Stores how the row stands, tells the log, and passes the turn on. */
async function settle(parts: DeliverParts, held: Tagged<OutboxRow>, next: Delivery): Promise<DeliverResult> {
  const row: OutboxRow = { ...held.value, ...next };
  const key = keyOf(row);
  const stored = await parts.outbox.update(row, held.tag);
  const result = stored === undefined ? "overtaken" : resultOf(row);
  report(parts.logger, row, result);
  if (result === "retry")
    await parts.queue.deliver(key, Math.max(0, row.nextAttemptAtMs - parts.clock.nowMs()));
  if (result === "delivered" || result === "dead") await passTurn(parts, key);
  return result;
}

/** Once a channel was told, it is told every later message, so the next number is the next in line. */
async function passTurn({ outbox, queue }: DeliverParts, key: OutboxKey): Promise<void> {
  const next = { ...key, sequence: key.sequence + 1 };
  if ((await outbox.load(next)) !== undefined) await queue.deliver(next);
}

function resultOf({ state }: OutboxRow): DeliverResult {
  return state === "delivered" || state === "dead" ? state : "retry";
}

function report(logger: Logger, row: OutboxRow, result: DeliverResult): void {
  const { channel, incidentId, sequence, attempts, lastError } = row;
  const fields = { channel, incidentId, sequence, kind: row.message.kind, attempts, result };
  if (result === "delivered") logger.info("delivery", fields);
  else logger.warn("delivery", { ...fields, reason: lastError });
}

function keyOf({ channel, incidentId, sequence }: OutboxKey): OutboxKey {
  return { channel, incidentId, sequence };
}
