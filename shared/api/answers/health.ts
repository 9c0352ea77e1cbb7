import * as z from "zod";
import { instant, status } from "./fields.ts";

const count = z.int().min(0);

/** How the fleet is, and whether we can tell. */
export const HealthAnswer = z.object({
  status: status.describe("The worst of all clusters; `unknown` before there is any verdict."),
  evaluatedAt: instant.nullable().describe("The latest evaluation of any cluster."),
  monitor: z.object({
    status: z
      .enum(["healthy", "degraded", "stale", "starting"])
      .describe(
        "`stale`: the collector has stopped or is far behind; what is told here is old. `degraded`: messages were given up within a day, or nobody has looked after deliveries for ten minutes.",
      ),
    lagSeconds: z.int().nullable().describe("Now minus the newest minute that was read; `null` before any."),
    backfillMinutes: count.describe("Minutes of the past that are still to be read, over all clusters."),
    importProgress: z
      .number()
      .min(0)
      .max(1)
      .describe(
        "Share of the import of history that is done, over all clusters that have been evaluated; 1 when nothing is left.",
      ),
    deadDeliveries: count
      .nullable()
      .describe(
        "Messages that were given up within a day: a channel was not told. `null` before the first count.",
      ),
    deliveriesCountedAt: instant
      .nullable()
      .describe("When they were counted, once a minute; a count older than ten minutes makes `degraded`."),
    throttledClusters: count.describe(
      "Clusters of whose latest read Azure refused a part: it was asked too much.",
    ),
    discovery: z
      .object({
        finishedAt: instant,
        failures: z.array(z.object({ subscriptionId: z.string(), reason: z.string(), message: z.string() })),
      })
      .nullable()
      .optional()
      .describe("The last search for clusters; `null` before the first. Left out where names are not told."),
  }),
  counts: z.object({ healthy: count, warning: count, critical: count, unknown: count }),
  clusters: z
    .array(z.object({ id: z.string(), name: z.string(), status, headline: z.string() }))
    .describe("Worst first. Empty where names are not told."),
});
export type HealthAnswer = z.infer<typeof HealthAnswer>;
