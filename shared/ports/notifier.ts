import type { OutboxRow } from "./outbox.ts";

/** What became of one attempt. */
export type SendOutcome =
  | { readonly kind: "delivered" }
  /** @property retryAtMs not sooner than this, where the receiver said so */
  | { readonly kind: "retry"; readonly reason: string; readonly retryAtMs: number | null }
  | { readonly kind: "dead"; readonly reason: string };

/** Sends one message to one channel. Never throws for the receiver's failures; reasons hold no address. */
export interface Notifier {
  /** Names of the configured channels. */
  readonly channels: readonly string[];
  /** False where the channel's filters (severity, cluster) leave this message out. */
  wants(channel: string, row: OutboxRow["message"]): boolean;
  send(row: OutboxRow, signal: AbortSignal): Promise<SendOutcome>;
}
