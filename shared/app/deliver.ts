import { notificationEvent } from "#core/events/notification-event.ts";
import {
  abandoned,
  afterAttempt,
  type Delivery,
  isOpen,
  standing,
  superseded,
  taken,
} from "#core/notify/delivery-state.ts";
import type { EventStore } from "#ports/event-store.ts";
import type { Logger } from "#ports/logger.ts";
import type { Notifier, SendOutcome } from "#ports/notifier.ts";
import type { OutboxKey, OutboxRow } from "#ports/outbox.ts";
import type { Tagged } from "#ports/tagged.ts";
import type { WorkQueue } from "#ports/work-queue.ts";
import { earlierOpen, isStale, laterOpen } from "./deliver-order.ts";
import { noteOutcome, type TurnParts, takeTurn } from "./deliver-turn.ts";

export interface DeliverParts extends TurnParts {
  readonly notifier: Notifier;
  readonly queue: WorkQueue;
  readonly events: EventStore;
  readonly logger: Logger;
}

/**
 * What became of a request to deliver. `waiting`: not due yet, or the channel takes no more now; asked for again later.
 * `blocked`: an earlier message of the incident goes first. `overtaken`: another sender has it.
 */
export type DeliverResult =
  | "unknown"
  | "settled"
  | "waiting"
  | "blocked"
  | "overtaken"
  | "delivered"
  | "retry"
  | "dead"
  | "superseded";

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
      // Who settled it may have died before this. The queue brings the message again then.
      await noteEvent(parts, found.value);
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
      return deliverDueRow(parts, found, signal);
  }
}

async function deliverDueRow(
  parts: DeliverParts,
  found: Tagged<OutboxRow>,
  signal: AbortSignal,
): Promise<DeliverResult> {
  const nowMs = parts.clock.nowMs();
  if (await isStale(parts.outbox, found.value)) return settle(parts, found, superseded(found.value, nowMs));
  const key = keyOf(found.value);
  if (await givesWay(parts, key, nowMs)) return "blocked";
  const turn = await takeTurn(parts, key.channel);
  if (turn.kind === "go") return attempt(parts, found, turn.isDoubted, signal);
  if (turn.untilMs !== null) await parts.queue.deliver(key, Math.max(0, turn.untilMs - parts.clock.nowMs()));
  return "waiting";
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
  isDoubted: boolean,
  signal: AbortSignal,
): Promise<DeliverResult> {
  const startedAtMs = parts.clock.nowMs();
  const leased: OutboxRow = { ...row, ...taken(row, startedAtMs) };
  const leaseTag = await parts.outbox.update(leased, tag);
  if (leaseTag === undefined) return "overtaken";

  const { outcome, isOurs } = await sendOnce(parts, leased, signal);
  const note = () => noteOutcome(parts, row.channel, outcome, startedAtMs);
  // The gate closes before anything is put back on the queue.
  if (outcome.kind === "retry" && !isOurs) await note();
  const next = afterAttempt(leased, outcome, parts.clock.nowMs(), parts.random());
  const result = await settle(parts, { value: leased, tag: leaseTag }, next);
  // After the mark: a crash before it would cost a second copy.
  if (outcome.kind !== "retry" && isDoubted) await note();
  return result;
}

interface Sent {
  readonly outcome: SendOutcome;
  /** The fault is our own, and says nothing about the receiver. */
  readonly isOurs: boolean;
}

/** A message that cannot even be rendered must come to an end like any other, not circle in the queue. */
async function sendOnce(parts: DeliverParts, row: OutboxRow, signal: AbortSignal): Promise<Sent> {
  try {
    return { outcome: await parts.notifier.send(row, signal), isOurs: false };
  } catch (error) {
    // The name alone: the message of an error that nobody foresaw may hold an address.
    const name = error instanceof Error ? error.name : typeof error;
    const reason = `malformed: the notifier failed with ${name}`;
    return { outcome: { kind: "retry", reason, retryAtMs: null }, isOurs: true };
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
  // A write that arrived and whose answer was lost looks overtaken. Whoever settled the row: what follows from it may be repeated.
  const known = stored === undefined ? (await parts.outbox.load(key))?.value : row;
  if (known !== undefined && !isOpen(known)) {
    await passTurn(parts, key);
    await noteEvent(parts, known);
  }
  return result;
}

/** Puts what became of a message on the time line of its cluster; repeating it is safe. */
async function noteEvent({ events }: DeliverParts, row: OutboxRow): Promise<void> {
  const event = notificationEvent(row);
  if (event !== null) await events.write([{ clusterKey: row.message.cluster.key, events: [event] }]);
}

async function passTurn({ outbox, queue }: DeliverParts, key: OutboxKey): Promise<void> {
  const next = await laterOpen(outbox, key);
  if (next !== undefined) await queue.deliver(next);
}

function resultOf({ state }: OutboxRow): DeliverResult {
  return state === "pending" || state === "sending" ? "retry" : state;
}

function report(logger: Logger, row: OutboxRow, result: DeliverResult): void {
  const { channel, incidentId, sequence, attempts, lastError } = row;
  const fields = { channel, incidentId, sequence, kind: row.message.kind, attempts, result };
  if (result === "delivered" || result === "superseded") logger.info("delivery", fields);
  else logger.warn("delivery", { ...fields, reason: lastError });
}

function keyOf({ channel, incidentId, sequence }: OutboxKey): OutboxKey {
  return { channel, incidentId, sequence };
}
