import * as z from "zod";
import { clusterName, instant, ratio, subject } from "./fields.ts";

const severity = z.enum(["warning", "critical"]);

const AlertSpanRow = z.object({
  check: z.string(),
  subject,
  severity: severity.describe("The worst that it was."),
  firedAt: instant,
  resolvedAt: instant.nullable().describe("`null`: it fired on at the end."),
  summary: z.string().describe("The sentence of its last finding."),
});

const IncidentSpanRow = z.object({
  openedAt: instant,
  resolvedAt: instant.nullable().describe("`null`: it was open at the end."),
  severity,
  messages: z.int().describe("Those of its opening and its end included."),
});

const side = {
  alerts: z.array(AlertSpanRow).describe("That fired within the span, in that order; at most 1,000."),
  incidents: z.array(IncidentSpanRow),
  summary: z.object({
    alerts: z.int(),
    criticalAlerts: z.int(),
    firingMinutes: z.int().describe("In which at least one alert fired."),
    incidents: z.int(),
    messages: z.int().describe("Raised: those that were settled in at least one channel."),
  }),
};

/** What other limits would have raised on the stored history of a cluster, beside what was raised. */
export const ReplayAnswer = z.object({
  cluster: z.object(clusterName),
  from: instant,
  to: instant.describe("Not later than the newest minute that was read from Azure."),
  judgedFrom: instant
    .nullable()
    .describe("The first minute with samples. `null`: there are none in the span."),
  judgedMinutes: z.int(),
  checks: z.array(z.string()).describe("Those that stored samples can feed; both sides tell of these alone."),
  limits: z
    .object({
      warnRatio: ratio,
      failRatio: ratio,
      failedRatio: ratio,
      skewFactor: z.number(),
      staleAfterSeconds: z.int(),
      forSeconds: z.int(),
      keepFiringForSeconds: z.int(),
      repeatIntervalSeconds: z.int(),
    })
    .describe("What the span was judged by: as asked, else as the settings and the cluster's tags have it."),
  replayed: z.object(side).describe("Without silences and without maintenance."),
  raised: z
    .object({
      ...side,
      recordedFrom: instant.describe("Nothing is on record of the time before."),
    })
    .describe("What was raised in fact."),
  incomplete: z.boolean(),
  faults: z.array(z.string()).describe("Stored parts that could not be read."),
  note: z.string().nullable(),
});
export type ReplayAnswer = z.infer<typeof ReplayAnswer>;
