import { briefing } from "#core/notify/briefing.ts";
import { testBriefing } from "#core/notify/test-briefing.ts";
import { type ChannelFormat, jsonRequest } from "./channel-format.ts";
import { DELIVERED, judgeStatus } from "./outcome.ts";
import { teamsMessage } from "./teams-card.ts";

/** The old connectors answered 200 and told of a refusal in the body; gateways in front of flows still do. */
const FAILURE_IN_BODY = /HTTP error (\d{3})/i;

export const teamsFormat: ChannelFormat = {
  requests: ({ message }, context) => [jsonRequest(teamsMessage(briefing(message, context)))],
  testRequests: (context) => [jsonRequest(teamsMessage(testBriefing(context.channel.name, context)))],
  judge(answer, nowMs) {
    const [, status] = FAILURE_IN_BODY.exec(answer.body) ?? [];
    return status === undefined ? DELIVERED : judgeStatus({ ...answer, status: Number(status) }, nowMs);
  },
};
