import type { Telling } from "#core/notify/telling.ts";
import type { SendOutcome } from "#ports/notifier.ts";
import type { OutboxRow } from "#ports/outbox.ts";
import type { ChannelConfig } from "./channel.ts";
import type { Answer } from "./post.ts";

/**
 * What a kind of channel says, and how it reads the answer. A new kind is one file and one line in `formats.ts`. Requests are sent
 * one after the other, up to the first that is not delivered.
 */
export interface ChannelFormat {
  /** What tells a message: one request as a rule. Sending all of them again must do no harm where some were taken. */
  requests(row: OutboxRow, context: FormatContext): readonly ChannelRequest[];
  /** What tries the channel. */
  testRequests(context: FormatContext): readonly ChannelRequest[];
  /** Judges an answer with a status from 200 to 299; all others mean the same for every kind. */
  judge(answer: Answer, nowMs: number): SendOutcome;
}

export interface FormatContext extends Telling {
  readonly channel: ChannelConfig;
}

export interface ChannelRequest {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A request whose body is the JSON of `payload`. */
export function jsonRequest(payload: object): ChannelRequest {
  return {
    body: JSON.stringify(payload),
    headers: { "content-type": "application/json; charset=utf-8" },
  };
}
