import type { ChannelFormat } from "./channel-format.ts";
import { DELIVERED, judgeStatus } from "./outcome.ts";
import { teamsMessage } from "./teams-card.ts";

/** The old connectors answered 200 and told of a refusal in the body; gateways in front of flows still do. */
const FAILURE_IN_BODY = /HTTP error (\d{3})/i;

export const teamsFormat: ChannelFormat = {
  request: ({ message }, { baseUrl }) => ({
    body: JSON.stringify(teamsMessage(message, baseUrl)),
    headers: { "content-type": "application/json; charset=utf-8" },
  }),
  judge(answer, nowMs) {
    const [, status] = FAILURE_IN_BODY.exec(answer.body) ?? [];
    return status === undefined ? DELIVERED : judgeStatus({ ...answer, status: Number(status) }, nowMs);
  },
};
