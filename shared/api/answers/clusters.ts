import * as z from "zod";
import { clusterName, instant, pathKind, ratio, status } from "./fields.ts";

export const ClusterRow = z.object({
  ...clusterName,
  outboundType: z.string().nullable().describe("As the cluster says; `paths` is what the network does."),
  paths: z.array(pathKind),
  nodes: z.int().min(0),
  status,
  headline: z.string(),
  worstUsedRatio: ratio.nullable(),
  exhaustionInSeconds: z.number().nullable(),
  limits: z
    .object({ warnRatio: ratio, failRatio: ratio })
    .describe("Of used ports; a cluster's tags override the settings."),
  evaluatedAt: instant.nullable(),
  dataThrough: instant.nullable().describe("End of the newest minute with port data."),
});
export type ClusterRow = z.infer<typeof ClusterRow>;

export const ClustersAnswer = z.object({
  clusters: z.array(ClusterRow).describe("In the order of their names."),
  nextCursor: z.string().nullable().describe("For the next page; `null` on the last."),
});
export type ClustersAnswer = z.infer<typeof ClustersAnswer>;
