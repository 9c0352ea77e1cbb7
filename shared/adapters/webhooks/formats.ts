import type { ChannelKind } from "./channel.ts";
import type { ChannelFormat } from "./channel-format.ts";
import { pagerdutyFormat } from "./pagerduty-format.ts";
import { slackFormat } from "./slack-format.ts";
import { teamsFormat } from "./teams-format.ts";
import { webhookFormat } from "./webhook-format.ts";

/** Every kind of channel there is. */
const FORMATS: Readonly<Record<ChannelKind, ChannelFormat>> = {
  teams: teamsFormat,
  slack: slackFormat,
  pagerduty: pagerdutyFormat,
  webhook: webhookFormat,
};

export function formatOf(kind: ChannelKind): ChannelFormat {
  return FORMATS[kind];
}
