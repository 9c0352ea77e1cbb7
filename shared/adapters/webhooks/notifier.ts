import type { Clock } from "#ports/clock.ts";
import type { Notifier, SendOutcome } from "#ports/notifier.ts";
import type { OutboxKey } from "#ports/outbox.ts";
import { type ChannelConfig, passesFilters } from "./channel.ts";
import { formatOf } from "./formats.ts";
import { died, judgeFailure, judgeStatus } from "./outcome.ts";
import { createPost, type Post } from "./post.ts";

export interface NotifierOptions {
  readonly channels: readonly ChannelConfig[];
  /** Address of the app for links in messages; `null`: messages have none. */
  readonly baseUrl: string | null;
  /** Lets channels be http and on the own network. */
  readonly allowPrivate: boolean;
  readonly clock: Clock;
  readonly post?: Post;
}

/** Tells the configured channels. */
export function createNotifier(options: NotifierOptions): Notifier {
  const { baseUrl, clock, post = createPost({ allowPrivate: options.allowPrivate }) } = options;
  const channels = new Map(options.channels.map((channel) => [channel.name, channel]));

  return {
    channels: [...channels.keys()],

    wants(name, message) {
      const channel = channels.get(name);
      return channel !== undefined && passesFilters(channel, message);
    },

    async send(row, signal): Promise<SendOutcome> {
      const channel = channels.get(row.channel);
      if (channel === undefined) return died("rejected", "no channel of this name is configured any more");

      const format = formatOf(channel.kind);
      const { body, headers } = format.request(row, { baseUrl, nowMs: clock.nowMs() });
      const result = await post(
        { url: channel.url, body, headers: { ...headers, ...commonHeaders(row) } },
        signal,
      );
      if (result.kind === "failure") return judgeFailure(result.failure);

      const verdict = judgeStatus(result.answer, clock.nowMs());
      return verdict.kind === "delivered" ? format.judge(result.answer, clock.nowMs()) : verdict;
    },
  };
}

function commonHeaders({ channel, incidentId, sequence }: OutboxKey): Record<string, string> {
  // A channel's name is a person's choice; a header takes ASCII only.
  const name = encodeURIComponent(channel.toWellFormed());
  return { "idempotency-key": `${incidentId}-${sequence}-${name}`, "user-agent": "Snatwatch" };
}
