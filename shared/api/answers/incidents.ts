import * as z from "zod";
import { MESSAGE_KINDS } from "#core/alert/incident.ts";
import { clusterName, instant } from "./fields.ts";

const severity = z.enum(["warning", "critical"]);

const DeliveryRow = z.object({
  channel: z.string(),
  state: z
    .enum(["pending", "sending", "delivered", "dead", "superseded"])
    .describe("`superseded`: a later message said all of it. `dead`: given up."),
  attempts: z.int().min(0),
  lastError: z.string().nullable(),
  settledAt: instant.nullable().describe("`null` while it is still to be delivered."),
});

export const IncidentRow = z.object({
  id: z.string(),
  cluster: z.object(clusterName),
  state: z.enum(["open", "resolved"]),
  severity: severity.describe("The worst that was told."),
  headline: z.string().describe("Of the last message that was not its end; empty where none was sent."),
  openedAt: instant,
  resolvedAt: instant.nullable().describe("`null` while it is open, and where its end was not recorded."),
  messages: z
    .array(
      z.object({
        sequence: z.int().min(1),
        kind: z.enum(MESSAGE_KINDS),
        reason: z.string().describe("Why it was told then."),
        at: instant.describe("The minute of data that it speaks of."),
        severity,
        headline: z.string(),
        deliveries: z.array(DeliveryRow).describe("One for each channel that was to be told."),
      }),
    )
    .describe("In order. Empty without channels."),
});
export type IncidentRow = z.infer<typeof IncidentRow>;

export const IncidentsAnswer = z.object({
  incidents: z.array(IncidentRow).describe("Open ones first, then the latest first."),
});
export type IncidentsAnswer = z.infer<typeof IncidentsAnswer>;
