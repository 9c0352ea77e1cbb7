import type { ChannelDirectory, ChannelInfo } from "#ports/channel-directory.ts";
import type { Clock } from "#ports/clock.ts";
import type { Logger } from "#ports/logger.ts";
import type { Notifier, SendOutcome } from "#ports/notifier.ts";
import { type ChannelConfig, idempotencyKey, passesFilters } from "./channel.ts";
import type { ChannelRequest } from "./channel-format.ts";
import { formatOf } from "./formats.ts";
import { DELIVERED, died, judgeFailure, judgeStatus } from "./outcome.ts";
import { createPost, type Post } from "./post.ts";

export interface NotifierOptions {
  readonly channels: readonly ChannelConfig[];
  /** Address of the app for links in messages; `null`: messages have none. */
  readonly baseUrl: string | null;
  /** Lets channels be http and on the own network. */
  readonly allowPrivate: boolean;
  readonly clock: Clock;
  /** Told where a message has arrived and something around it went wrong. */
  readonly logger?: Pick<Logger, "warn">;
  readonly post?: Post;
}

/** Tells the configured channels. */
export function createNotifier(
  options: NotifierOptions,
): Notifier & { readonly directory: ChannelDirectory } {
  const { baseUrl, clock, logger, post = createPost({ allowPrivate: options.allowPrivate }) } = options;
  const channels = new Map(options.channels.map((channel) => [channel.name, channel]));

  /** @param tidies the first request tells, and those after it only close what earlier messages opened */
  async function sendAll(
    channel: ChannelConfig,
    requests: readonly ChannelRequest[],
    tidies: boolean,
    signal: AbortSignal,
  ): Promise<SendOutcome> {
    for (const [index, request] of requests.entries()) {
      const outcome = await sendOne(channel, request, signal);
      if (outcome.kind === "dead" && tidies && index > 0) {
        // What was told is told, and asking for the rest again would not help.
        logger?.warn("notifier.untidy", {
          channel: channel.name,
          request: index + 1,
          reason: outcome.reason,
        });
      } else if (outcome.kind !== "delivered") return outcome;
    }
    return DELIVERED;
  }

  async function sendOne(
    { kind, url }: ChannelConfig,
    { body, headers }: ChannelRequest,
    signal: AbortSignal,
  ): Promise<SendOutcome> {
    const result = await post({ url, body, headers: { ...headers, "user-agent": "Snatwatch" } }, signal);
    if (result.kind === "failure") return judgeFailure(result.failure);

    const verdict = judgeStatus(result.answer, clock.nowMs());
    return verdict.kind === "delivered" ? formatOf(kind).judge(result.answer, clock.nowMs()) : verdict;
  }

  return {
    channels: [...channels.keys()],

    wants(name, message) {
      const channel = channels.get(name);
      return channel !== undefined && passesFilters(channel, message);
    },

    async send(row, signal) {
      const channel = channels.get(row.channel);
      if (channel === undefined) return died("rejected", "no channel of this name is configured any more");

      const requests = formatOf(channel.kind).requests(row, { channel, baseUrl, nowMs: clock.nowMs() });
      const keyed = requests.map(({ body, headers }, index) => ({
        body,
        headers: { ...headers, "idempotency-key": idempotencyKey(row, index) },
      }));
      return sendAll(channel, keyed, true, signal);
    },

    directory: {
      list: options.channels.map(describeChannel),

      async test(name) {
        const channel = channels.get(name);
        if (channel === undefined) return undefined;

        const context = { channel, baseUrl, nowMs: clock.nowMs() };
        // Its own time limit ends it; whoever asks cannot take it back.
        const never = new AbortController().signal;
        return sendAll(channel, formatOf(channel.kind).testRequests(context), false, never);
      },
    },
  };
}

function describeChannel({ name, kind, url, minSeverity, clusters }: ChannelConfig): ChannelInfo {
  return {
    name,
    kind,
    host: URL.parse(url)?.host ?? "",
    minSeverity: minSeverity ?? "warning",
    clusters: clusters ?? [],
  };
}
