import type { ChannelFormat } from "./channel-format.ts";
import { slackFormat } from "./slack-format.ts";
import { teamsFormat } from "./teams-format.ts";

/** Every kind of channel there is. */
const FORMATS = { teams: teamsFormat, slack: slackFormat } as const satisfies Record<string, ChannelFormat>;

export type ChannelKind = keyof typeof FORMATS;

export function formatOf(kind: ChannelKind): ChannelFormat {
  return FORMATS[kind];
}
