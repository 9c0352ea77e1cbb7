import * as z from "zod";
import { instant } from "./fields.ts";

/** What firewalls denied a cluster: those that AKS needs first, then the most frequent. */
export const DenialsAnswer = z.object({
  from: instant.describe("Start of the first span of five minutes that is counted."),
  to: instant.describe("End of the last one, exclusive."),
  denials: z.array(
    z.object({
      kind: z
        .enum(["network", "application", "dns", "threatIntelligence", "idps", "unparsed"])
        .describe("What denied. `unparsed`: a log line of unknown form, its text in `destination`."),
      destination: z.string().describe("A domain or an address; empty where the log has neither."),
      port: z.int().nullable().describe("`null` where there is none (ICMP, DNS)."),
      protocol: z.string().describe("In lower case; empty where the log does not say."),
      count: z.int(),
      sources: z.array(z.string()).describe("Up to 10 source addresses."),
      sourceCount: z.int().describe("Sources known at least."),
      rule: z.string().nullable().describe("The rule that denied; `null`: no rule matched."),
      reason: z.string().nullable(),
      firewall: z.string().describe("Key of the firewall's ARM id."),
      required: z.boolean().describe("True if AKS needs the destination to work."),
      firstSeen: instant,
      lastSeen: instant,
    }),
  ),
  lines: z.int().describe("Lines in all, those beyond `limit` included."),
  total: z.int().describe("Denials in all, those beyond `limit` included."),
  logsReadThrough: instant
    .nullable()
    .describe("Logs were read up to here; `null`: never, so that no denial means nothing."),
  complete: z.boolean().describe("False if a stored part could not be read; `faults` says which."),
  faults: z.array(z.string()),
});
export type DenialsAnswer = z.infer<typeof DenialsAnswer>;
