import * as z from "zod";
import { instant, subject } from "./fields.ts";

export const SilenceRow = z.object({
  id: z.string(),
  state: z.enum(["active", "expired"]),
  cluster: z
    .string()
    .optional()
    .describe("Pattern of a cluster's name, or its ARM id. Absent: every cluster."),
  check: z.string().optional().describe("Absent: every check."),
  subject: subject.optional().describe("Every part given here must be the alert's. Absent: every subject."),
  startsAt: instant,
  until: instant.describe("Exclusive."),
  endedAt: instant.nullable().describe("When it was ended before its time; `null`: it was not."),
  comment: z.string(),
  createdBy: z.string(),
  createdAt: instant,
});
export type SilenceRow = z.infer<typeof SilenceRow>;

export const SilencesAnswer = z.object({ silences: z.array(SilenceRow).describe("The newest first.") });
export type SilencesAnswer = z.infer<typeof SilencesAnswer>;
