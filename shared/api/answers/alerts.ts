import * as z from "zod";
import { clusterName, instant, subject } from "./fields.ts";

export const AlertRow = z.object({
  cluster: z.object(clusterName),
  key: z.string().describe("Unique within the cluster, stable over restarts."),
  check: z.string(),
  subject,
  state: z.enum(["pending", "firing", "resolved"]),
  severity: z.enum(["warning", "critical"]),
  activeAt: instant.describe("First minute of the breach."),
  firedAt: instant.nullable(),
  resolvedAt: instant.nullable(),
  summary: z.string(),
  explainedBy: z.string().nullable().describe("The check that names the cause, if another one does."),
  silencedBy: z
    .string()
    .nullable()
    .describe("Id of the silence that keeps it from being told; `null`: none does."),
  heldBack: z.boolean().describe("The maintenance of its cluster keeps it from being told."),
  incidentId: z.string().nullable().describe("The incident that tells of it."),
});
export type AlertRow = z.infer<typeof AlertRow>;

export const AlertsAnswer = z.object({ alerts: z.array(AlertRow).describe("Worst first.") });
export type AlertsAnswer = z.infer<typeof AlertsAnswer>;
