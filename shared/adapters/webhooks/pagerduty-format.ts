import { briefing } from "#core/notify/briefing.ts";
import { testBriefing } from "#core/notify/test-briefing.ts";
import { type ChannelFormat, type ChannelRequest, jsonRequest } from "./channel-format.ts";
import { DELIVERED, died, retry } from "./outcome.ts";
import { type PagerdutyEvent, pagerdutyEvents, pagerdutyTest } from "./pagerduty-event.ts";

/** There is room for more than a person reads at once. */
const MOST_LINES = 100;

export const pagerdutyFormat: ChannelFormat = {
  requests: ({ message }, context) =>
    pagerdutyEvents(message, briefing(message, context, MOST_LINES)).map((each) =>
      event(each, context.channel.secrets),
    ),
  testRequests({ channel, ...telling }) {
    const brief = testBriefing(channel.name, telling);
    return pagerdutyTest(brief, channel.name, telling.nowMs).map((each) => event(each, channel.secrets));
  },
  judge({ status, body }) {
    // 202 is what it promises; something in between that answers 200 has not taken the event.
    if (status === 202 || /"status"\s*:\s*"success"/.test(body)) return DELIVERED;
    if (/"status"\s*:\s*"invalid event"/.test(body)) return died("rejected", "did not accept the event");
    return retry("malformed", `answered ${status} without success`, null);
  },
};

function event(content: PagerdutyEvent, [routingKey = ""]: readonly string[] = []): ChannelRequest {
  return jsonRequest({ routing_key: routingKey, ...content });
}
