import type { IncidentMessage } from "#core/alert/incident.ts";
import type { DeliveryState } from "#core/notify/delivery-state.ts";
import type { Gate } from "#core/notify/rate-limits.ts";
import type { Tagged } from "./tagged.ts";

/** What identifies a delivery, and the idempotency key that goes out with it. */
export interface OutboxKey {
  readonly channel: string;
  readonly incidentId: string;
  readonly sequence: number;
}

export interface OutboxRow extends OutboxKey {
  readonly message: IncidentMessage;
  readonly state: DeliveryState;
  readonly createdAtMs: number;
  readonly attempts: number;
  /** Not before this instant. */
  readonly nextAttemptAtMs: number;
  /** While `sending`: until when the sender holds it; afterwards another may take it. */
  readonly leaseUntilMs: number | null;
  /** When it was delivered, declared dead or superseded. */
  readonly settledAtMs: number | null;
  /** Closed reason of the last failure and a sentence without secrets; `null` before any. */
  readonly lastError: string | null;
}

/** Messages to be told, one row for each channel. Every adapter passes test/contract/outbox.ts. */
export interface Outbox {
  /** Inserts rows that are not there yet; those that are stay as they are. */
  put(rows: readonly OutboxRow[]): Promise<void>;
  load(key: OutboxKey): Promise<Tagged<OutboxRow> | undefined>;
  /** @returns the new tag, or `undefined` if another writer was faster */
  update(row: OutboxRow, tag: string): Promise<string | undefined>;
  /** Rows that are pending or sending, oldest first. All of them: for reports, never for a worker. */
  listOpen(): Promise<readonly OutboxRow[]>;
  /** All rows created since that instant, oldest first. */
  listSince(fromMs: number): Promise<readonly OutboxRow[]>;
  /** Drops settled rows created before that instant. */
  expire(beforeMs: number): Promise<void>;
}

/** What senders need beside the rows. Every call is bounded, however many messages wait. */
export interface DeliveryOutbox extends Outbox {
  /** Channels with open rows, configured or not. */
  openChannels(): Promise<readonly string[]>;
  /** Open rows of a channel that may be taken at that instant, oldest first, at most `most`. */
  listDue(channel: string, atMs: number, most: number): Promise<readonly OutboxKey[]>;
  /** How many messages were given up after that instant. */
  countDead(sinceMs: number): Promise<number>;
  /** How the channel stands with its receiver; `undefined`: nothing was ever sent. */
  loadGate(channel: string): Promise<Tagged<Gate> | undefined>;
  /**
   * @param tag `undefined`: only if there is no gate yet
   * @returns false if another writer was faster
   */
  saveGate(channel: string, gate: Gate, tag: string | undefined): Promise<boolean>;
}
