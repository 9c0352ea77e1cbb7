import { answered, askTurn, failed } from "#core/notify/pacing.ts";
import { type Gate, NEW_GATE, type RateLimit } from "#core/notify/rate-limits.ts";
import type { Clock } from "#ports/clock.ts";
import type { SendOutcome } from "#ports/notifier.ts";
import type { DeliveryOutbox } from "#ports/outbox.ts";

export interface TurnParts {
  readonly outbox: DeliveryOutbox;
  readonly clock: Clock;
  /** What the channel's receiver takes. */
  readonly limitsOf: (channel: string) => readonly RateLimit[];
  /** From 0 up to, not with, 1. */
  readonly random: () => number;
}

/** Whether a message may be sent now. `untilMs` of `null`: the sweep brings it when there is room. */
export type ChannelTurn =
  /** @property isDoubted the receiver failed last time: how this attempt goes is to be told with `noteOutcome` */
  | { readonly kind: "go"; readonly isDoubted: boolean }
  | { readonly kind: "wait"; readonly untilMs: number | null };

/** Writers of one gate are as many as senders at once; the loser of so many races is in a crowd and comes again. */
const MOST_RACES = 8;
const CROWDED_MS = 1_000;

/** Takes a place in the channel's rate. One that is taken and not used (its sender died) costs that place alone. */
export async function takeTurn(parts: TurnParts, channel: string): Promise<ChannelTurn> {
  const { outbox, clock } = parts;
  for (let race = 0; race < MOST_RACES; race += 1) {
    const found = await outbox.loadGate(channel);
    const gate = found?.value ?? NEW_GATE;
    const turn = askTurn(gate, parts.limitsOf(channel), clock.nowMs());
    if (turn.kind === "park") return { kind: "wait", untilMs: null };
    const answer: ChannelTurn =
      turn.kind === "go"
        ? { kind: "go", isDoubted: gate.failures > 0 }
        : { kind: "wait", untilMs: turn.untilMs };
    if (turn.gate === gate || (await outbox.saveGate(channel, turn.gate, found?.tag))) return answer;
  }
  return { kind: "wait", untilMs: clock.nowMs() + CROWDED_MS + Math.floor(parts.random() * CROWDED_MS) };
}

/** Tells the channel's gate how an attempt went: a receiver that fails or asks for time is left alone by every message. */
export async function noteOutcome(
  parts: TurnParts,
  channel: string,
  outcome: SendOutcome,
  startedAtMs: number,
): Promise<void> {
  const random = parts.random();
  const change = (gate: Gate): Gate =>
    outcome.kind === "retry"
      ? failed(gate, { startedAtMs, retryAtMs: outcome.retryAtMs }, parts.clock.nowMs(), random)
      : answered(gate);
  for (;;) {
    const found = await parts.outbox.loadGate(channel);
    const gate = found?.value ?? NEW_GATE;
    const next = change(gate);
    if (next === gate || (await parts.outbox.saveGate(channel, next, found?.tag))) return;
  }
}
