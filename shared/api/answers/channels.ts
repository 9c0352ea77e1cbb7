import * as z from "zod";
import { MESSAGE_KINDS } from "#core/alert/incident.ts";
import { instant } from "./fields.ts";

const ChannelRow = z.object({
  name: z.string(),
  kind: z.string().describe("teams, slack, pagerduty or webhook."),
  host: z.string().describe("Name and port of the receiver. The rest of its address is a secret."),
  minSeverity: z.enum(["warning", "critical"]).describe("Incidents below this are not told here."),
  clusters: z.array(z.string()).describe("Patterns of cluster names; empty: all clusters."),
  lastDelivery: z
    .object({
      at: instant,
      incidentId: z.string(),
      sequence: z.int().min(1),
      kind: z.enum(MESSAGE_KINDS),
      cluster: z.string(),
    })
    .nullable()
    .describe("The latest message that the receiver took, of the last 7 days."),
  open: z.int().min(0).describe("Messages that are still to be delivered."),
  dead: z.int().min(0).describe("Messages of the last 7 days that were given up."),
  lastError: z
    .string()
    .nullable()
    .describe("Why the latest attempt that failed did so, of open and dead messages."),
});
export type ChannelRow = z.infer<typeof ChannelRow>;

export const ChannelsAnswer = z.object({
  channels: z.array(ChannelRow).describe("In the order of the setting."),
});
export type ChannelsAnswer = z.infer<typeof ChannelsAnswer>;

export const ChannelTestAnswer = z.object({
  channel: z.string(),
  outcome: z
    .enum(["delivered", "rejected", "unavailable"])
    .describe("`unavailable`: throttled or out of reach, and may work later. A test is not tried again."),
  reason: z.string().nullable().describe("Why it was not delivered; `null` where it was."),
});
export type ChannelTestAnswer = z.infer<typeof ChannelTestAnswer>;
