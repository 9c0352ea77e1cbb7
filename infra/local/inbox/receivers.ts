import { slackFault } from "./slack-rules.ts";

interface Reply {
  readonly status: number;
  readonly body: string;
}

interface Receiver {
  /** Looks like the real thing, and no one guesses it by accident. Fixed, so that settings survive a restart. */
  readonly path: string;
  /** What the real service answers; a message is kept where the answer is a success. */
  reply(payload: unknown): Reply;
}

export type ReceiverName = "teams" | "slack";

/** The services we stand in for. Another is one more entry here and in the page's renderers. */
export const RECEIVERS: Readonly<Record<ReceiverName, Receiver>> = {
  teams: {
    path: "/workflows/6f1d2c0be7a94b6d9f1a3e58c47d20aa/triggers/manual/paths/invoke?api-version=1&sig=qk3V9d0c2LrXnT7bHs5Y",
    // The flow starts, and nobody tells the sender whether its card could be shown.
    reply: () => ({ status: 202, body: "" }),
  },
  slack: {
    path: "/services/TINBOX000/BINBOX000/w8Zr4TgK1mQy6VxD3sNc7JpE",
    reply(payload) {
      const fault = slackFault(payload);
      return fault === null ? { status: 200, body: "ok" } : { status: 400, body: fault };
    },
  },
};

export const RECEIVER_NAMES: readonly ReceiverName[] = ["teams", "slack"];

export function pathOf(name: ReceiverName): string {
  return RECEIVERS[name].path;
}

/** @param pathAndQuery as posted to */
export function receiverAt(pathAndQuery: string): ReceiverName | undefined {
  return RECEIVER_NAMES.find((name) => RECEIVERS[name].path === pathAndQuery);
}
