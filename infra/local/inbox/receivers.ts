import { pagerdutyFaults } from "./pagerduty-rules.ts";
import type { Posted } from "./posted.ts";
import { slackFault } from "./slack-rules.ts";
import { webhookFault } from "./webhook-rules.ts";

interface Reply {
  readonly status: number;
  readonly body: string;
}

interface Receiver {
  /** Looks like the real thing, and no one guesses it by accident. Fixed, so that settings survive a restart. */
  readonly path: string;
  /** What a sender must know beside the path, where the real service asks for more. */
  readonly secret?: string;
  /** What the real service answers; a message is kept where the answer is a success. */
  reply(posted: Posted): Reply;
}

export type ReceiverName = "teams" | "slack" | "pagerduty" | "webhook";

const ROUTING_KEY = "R0INB0X7mWq4TzK9pXc2LvB6nYs1HdE8";
const SIGNING_SECRET = "whsec_q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=";

/** The services we stand in for. Another is one more entry here and in the page's renderers. */
export const RECEIVERS: Readonly<Record<ReceiverName, Receiver>> = {
  teams: {
    path: "/workflows/6f1d2c0be7a94b6d9f1a3e58c47d20aa/triggers/manual/paths/invoke?api-version=1&sig=qk3V9d0c2LrXnT7bHs5Y",
    // The flow starts, and nobody tells the sender whether its card could be shown.
    reply: () => ({ status: 202, body: "" }),
  },
  slack: {
    path: "/services/TINBOX000/BINBOX000/w8Zr4TgK1mQy6VxD3sNc7JpE",
    reply({ payload }) {
      const fault = slackFault(payload);
      return fault === null ? { status: 200, body: "ok" } : { status: 400, body: fault };
    },
  },
  pagerduty: {
    path: "/v2/enqueue",
    secret: ROUTING_KEY,
    reply(posted) {
      const errors = pagerdutyFaults(posted, ROUTING_KEY);
      const answer =
        errors.length === 0
          ? { status: "success", message: "Event processed" }
          : { status: "invalid event", message: "Event object is invalid", errors };
      return { status: errors.length === 0 ? 202 : 400, body: JSON.stringify(answer) };
    },
  },
  webhook: {
    path: "/hooks/9a4f7c21d6e84b0fb3c5",
    secret: SIGNING_SECRET,
    reply(posted) {
      const fault = webhookFault(posted, SIGNING_SECRET);
      return fault === null ? { status: 204, body: "" } : { status: 400, body: fault };
    },
  },
};

export const RECEIVER_NAMES: readonly ReceiverName[] = ["teams", "slack", "pagerduty", "webhook"];

export function pathOf(name: ReceiverName): string {
  return RECEIVERS[name].path;
}

/** @param pathAndQuery as posted to */
export function receiverAt(pathAndQuery: string): ReceiverName | undefined {
  return RECEIVER_NAMES.find((name) => RECEIVERS[name].path === pathAndQuery);
}
