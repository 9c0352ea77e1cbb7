import { testBriefing } from "#core/notify/test-briefing.ts";
import { type ChannelConfig, idempotencyKey } from "./channel.ts";
import { type ChannelFormat, type ChannelRequest, jsonRequest } from "./channel-format.ts";
import { DELIVERED } from "./outcome.ts";
import { webhookPayload, webhookTest } from "./webhook-payload.ts";
import { signedHeaders } from "./webhook-signature.ts";

export const webhookFormat: ChannelFormat = {
  requests(row, { channel, ...telling }) {
    return [signed(channel, idempotencyKey(row), telling.nowMs, webhookPayload(row.message, telling))];
  },
  testRequests({ channel, ...telling }) {
    const { name } = channel;
    const payload = webhookTest(testBriefing(name, telling), name, telling.nowMs);
    const id = idempotencyKey({ incidentId: "test", sequence: telling.nowMs, channel: name });
    return [signed(channel, id, telling.nowMs, payload)];
  },
  judge: () => DELIVERED,
};

function signed({ secrets = [] }: ChannelConfig, id: string, nowMs: number, payload: object): ChannelRequest {
  const { body, headers } = jsonRequest(payload);
  return { body, headers: { ...headers, ...signedHeaders(secrets, id, nowMs, body) } };
}
