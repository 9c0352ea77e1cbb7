import { briefing } from "#core/notify/briefing.ts";
import { testBriefing } from "#core/notify/test-briefing.ts";
import { type ChannelFormat, jsonRequest } from "./channel-format.ts";
import { DELIVERED, died, retry } from "./outcome.ts";
import { slackMessage } from "./slack-message.ts";

export const slackFormat: ChannelFormat = {
  requests: ({ message }, context) => [jsonRequest(slackMessage(briefing(message, context)))],
  testRequests: (context) => [jsonRequest(slackMessage(testBriefing(context.channel.name, context)))],
  judge({ body }) {
    const text = body.trim();
    // Workflow triggers and some servers that speak Slack's protocol answer in JSON.
    if (text === "ok" || /^\{\s*"ok"\s*:\s*true\b/.test(text)) return DELIVERED;
    // One of Slack's own error words: the same message would be refused again. The word itself stays here, for an
    // answer may repeat what it was sent, and the address is a secret.
    if (/^[a-z_]{1,60}$/.test(text) && !text.startsWith("rate")) {
      return died("rejected", "answered 200 with an error word in place of ok");
    }
    return retry("malformed", "answered 200 without ok", null);
  },
};
