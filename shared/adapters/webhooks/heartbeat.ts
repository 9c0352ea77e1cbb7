import type { Heartbeat } from "#ports/heartbeat.ts";
import { createPost, type Post } from "./post.ts";

export interface HeartbeatOptions {
  /** Secret. */
  readonly url: string;
  /** Lets it be http and on the own network. */
  readonly allowPrivate: boolean;
  readonly post?: Post;
}

/** A dead-man switch that is fetched, under the same guard as the channels. */
export function createHeartbeat({
  url,
  allowPrivate,
  post = createPost({ allowPrivate }),
}: HeartbeatOptions): Heartbeat {
  return {
    async beat(signal) {
      const headers = { "user-agent": "Snatwatch" };
      const result = await post({ method: "GET", url, headers, body: "" }, signal);
      if (result.kind === "failure") return { kind: "lost", reason: result.failure };
      const { status } = result.answer;
      return status >= 200 && status < 300 ? { kind: "heard" } : { kind: "lost", reason: `status ${status}` };
    },
  };
}
