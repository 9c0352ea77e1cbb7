import * as z from "zod";
import { instant } from "./fields.ts";

/** Columns of one metric: a time for each step, and for each series a value at each time. */
export const HistoryAnswer = z.object({
  metric: z.string(),
  unit: z.enum(["ports", "ratio", "connections", "packets", "denials"]),
  by: z.enum(["node", "cluster"]),
  agg: z.enum(["max", "avg", "min", "sum"]),
  step: z.enum(["1m", "5m", "1h", "1d"]),
  stepSeconds: z.int(),
  from: instant,
  to: instant.describe("Exclusive."),
  times: z.array(z.int()).describe("Starts of the steps, epoch seconds."),
  series: z.array(
    z.object({
      labels: z
        .object({
          node: z.string().optional(),
          backendIp: z.string().optional(),
          protocol: z.string().optional(),
          resourceId: z.string().optional().describe("ARM id of a device, in lower case."),
        })
        .describe(
          "What tells the series apart. `node` is absent for a backend that is no longer in the pool.",
        ),
      values: z.array(z.number().nullable()).describe("One for each time; `null` where there was no sample."),
    }),
  ),
  incomplete: z.boolean().describe("True if a stored part could not be read; `faults` says which."),
  faults: z.array(z.string()),
  note: z.string().nullable(),
});
export type HistoryAnswer = z.infer<typeof HistoryAnswer>;
