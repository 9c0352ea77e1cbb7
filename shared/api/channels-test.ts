import * as z from "zod";
import type { SendOutcome } from "#ports/notifier.ts";
import { ChannelTestAnswer } from "./answers/channels.ts";
import { jsonResponse } from "./http.ts";
import { problem } from "./problem.ts";
import { defineRoute } from "./route.ts";

const OUTCOMES: Readonly<Record<SendOutcome["kind"], ChannelTestAnswer["outcome"]>> = {
  delivered: "delivered",
  dead: "rejected",
  retry: "unavailable",
};

export const channelTestRoute = defineRoute({
  summary: "Sends a message that is labelled a test to one channel, now, and tells what came of it.",
  query: z.object({}),
  body: z.object({}),
  responses: {
    200: { description: "What the receiver made of it.", content: { "application/json": ChannelTestAnswer } },
  },
  async handle({ channels, params, instance, logger }) {
    const wanted = params["name"]?.toLowerCase() ?? "";
    const directory = await channels?.();
    const name = directory?.list.find((channel) => channel.name.toLowerCase() === wanted)?.name;
    const outcome = name === undefined ? undefined : await directory?.test(name);
    if (name === undefined || outcome === undefined) {
      return problem("not-found", "no channel of this name is configured", instance);
    }
    const reason = outcome.kind === "delivered" ? null : outcome.reason;
    logger.info("channel.test", { channel: name, outcome: outcome.kind, reason });
    const answer: ChannelTestAnswer = { channel: name, outcome: OUTCOMES[outcome.kind], reason };
    return jsonResponse(answer);
  },
});
