import type { IncidentMessage } from "#core/alert/incident.ts";
import { isOpen, takeableAtMs } from "#core/notify/delivery-state.ts";
import type { Gate } from "#core/notify/rate-limits.ts";
import type { Logger } from "#ports/logger.ts";
import type { Notifier, SendOutcome } from "#ports/notifier.ts";
import type { DeliveryOutbox, OutboxKey, OutboxRow } from "#ports/outbox.ts";
import type { Tagged } from "#ports/tagged.ts";
import type { WorkQueue } from "#ports/work-queue.ts";
import { message } from "../core/notify/support-messages.ts";

export const START = 1_795_255_500_000;

/** The least that keeps an outbox's promises. */
export class MemoryOutbox implements DeliveryOutbox {
  readonly #gates = new Map<string, Tagged<Gate>>();
  readonly #rows = new Map<string, Tagged<OutboxRow>>();
  #version = 0;

  async put(rows: readonly OutboxRow[]): Promise<void> {
    for (const row of rows) {
      const at = textOf(row);
      if (!this.#rows.has(at)) this.#rows.set(at, { value: row, tag: this.#nextTag() });
    }
  }

  async load(key: OutboxKey): Promise<Tagged<OutboxRow> | undefined> {
    return this.#rows.get(textOf(key));
  }

  async update(row: OutboxRow, tag: string): Promise<string | undefined> {
    if (this.#rows.get(textOf(row))?.tag !== tag) return undefined;
    const next = { value: row, tag: this.#nextTag() };
    this.#rows.set(textOf(row), next);
    return next.tag;
  }

  async listOpen(): Promise<readonly OutboxRow[]> {
    return this.all().filter(isOpen);
  }

  async openChannels(): Promise<readonly string[]> {
    return [
      ...new Set(
        this.all()
          .filter(isOpen)
          .map(({ channel }) => channel),
      ),
    ];
  }

  async listDue(channel: string, atMs: number, most: number): Promise<readonly OutboxKey[]> {
    return this.all()
      .filter((row) => isOpen(row) && row.channel === channel && takeableAtMs(row) <= atMs)
      .toSorted((a, b) => a.createdAtMs - b.createdAtMs)
      .slice(0, most);
  }

  async countDead(sinceMs: number): Promise<number> {
    return this.all().filter(({ state, settledAtMs }) => state === "dead" && (settledAtMs ?? 0) > sinceMs)
      .length;
  }

  async loadGate(channel: string): Promise<Tagged<Gate> | undefined> {
    return this.#gates.get(channel);
  }

  async saveGate(channel: string, gate: Gate, tag: string | undefined): Promise<boolean> {
    if (this.#gates.get(channel)?.tag !== tag) return false;
    this.#gates.set(channel, { value: gate, tag: this.#nextTag() });
    return true;
  }

  async listSince(fromMs: number): Promise<readonly OutboxRow[]> {
    return this.all().filter(({ createdAtMs }) => createdAtMs >= fromMs);
  }

  async expire(): Promise<void> {}

  all(): readonly OutboxRow[] {
    return [...this.#rows.values()].map(({ value }) => value);
  }

  /** `1 delivered`, `2 pending`, ... */
  states(): readonly string[] {
    return this.all().map(({ sequence, state }) => `${sequence} ${state}`);
  }

  #nextTag(): string {
    this.#version += 1;
    return String(this.#version);
  }
}

/** Messages become visible by the test's clock. */
export class MemoryQueue implements WorkQueue {
  readonly #clock: TestClock;
  #messages: { readonly key: OutboxKey; readonly visibleAtMs: number }[] = [];
  constructor(clock: TestClock) {
    this.#clock = clock;
  }

  async collectShard(): Promise<void> {}

  async deliver(key: OutboxKey, delayMs = 0): Promise<void> {
    this.#messages.push({ key, visibleAtMs: this.#clock.nowMs() + delayMs });
  }

  /** What is visible, taken out. */
  take(): readonly OutboxKey[] {
    const now = this.#clock.nowMs();
    const visible = this.#messages.filter(({ visibleAtMs }) => visibleAtMs <= now);
    this.#messages = this.#messages.filter(({ visibleAtMs }) => visibleAtMs > now);
    return visible.map(({ key }) => key);
  }

  /** `sequence @ delay`, of all that is there. */
  waiting(): readonly string[] {
    return this.#messages.map(
      ({ key, visibleAtMs }) => `${key.sequence} @ ${visibleAtMs - this.#clock.nowMs()}`,
    );
  }
}

export class TestClock {
  #nowMs = START;
  nowMs(): number {
    return this.#nowMs;
  }
  advance(ms: number): void {
    this.#nowMs += ms;
  }
}

/** Answers with the outcomes given, then with `delivered`; remembers what arrived. */
export class ScriptedNotifier implements Notifier {
  readonly channels: readonly string[] = ["ops"];
  readonly sent: string[] = [];
  readonly #script: (SendOutcome | (() => Promise<SendOutcome>))[];
  constructor(...script: (SendOutcome | (() => Promise<SendOutcome>))[]) {
    this.#script = script;
  }

  wants(): boolean {
    return true;
  }

  async send(row: OutboxRow): Promise<SendOutcome> {
    const next = this.#script.shift() ?? { kind: "delivered" };
    const outcome = typeof next === "function" ? await next() : next;
    this.sent.push(`${row.sequence} ${outcome.kind}`);
    return outcome;
  }
}

/** Keeps every line. */
export class MemoryLogger implements Logger {
  readonly lines: string[] = [];
  readonly debug = this.#keep.bind(this);
  readonly info = this.#keep.bind(this);
  readonly warn = this.#keep.bind(this);
  readonly error = this.#keep.bind(this);
  #keep(event: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.lines.push(`${event} ${JSON.stringify(fields)}`);
  }
}

export function row(sequence: number, changes: Partial<OutboxRow> = {}): OutboxRow {
  const told: IncidentMessage = message({ sequence });
  return {
    channel: "ops",
    incidentId: told.incidentId,
    sequence,
    message: told,
    state: "pending",
    createdAtMs: START,
    attempts: 0,
    nextAttemptAtMs: START,
    leaseUntilMs: null,
    settledAtMs: null,
    lastError: null,
    ...changes,
  };
}

export function keyOf({ channel, incidentId, sequence }: OutboxKey): OutboxKey {
  return { channel, incidentId, sequence };
}

function textOf({ channel, incidentId, sequence }: OutboxKey): string {
  return `${incidentId}|${channel}|${sequence}`;
}
