import * as z from "zod";
import { clusterName, pathKind, ratio } from "./fields.ts";

const change = z.object({ text: z.string(), commands: z.array(z.string()) });

const term = z.object({
  name: z.string(),
  value: z.number(),
  unit: z.string(),
  limit: z.number().optional().describe("What the value is held against, in the same unit."),
});

const verdict = z.enum(["fits", "tight", "doesNotFit", "unknown"]);

const pathPlan = z.object({
  kind: pathKind,
  resourceId: z.string().nullable(),
  pools: z.array(z.string()),
  verdict: verdict.describe("`tight` fits with less in reserve than the warning limit leaves."),
  summary: z.string(),
  assumed: z
    .object({
      portsPerNode: z.int().nullable().describe("0: Azure's tiers. `null`: not a load balancer."),
      outboundIps: z.int().nullable().describe("IPv4 addresses of the device."),
    })
    .describe("What the path was judged with: as asked, else as it is."),
  arithmetic: z.array(term),
  share: ratio
    .nullable()
    .describe(
      "What the peak takes of a node's ports, of a gateway's connections to one destination, of a firewall's ports.",
    ),
  maxNodes: z.int().nullable().describe("The most nodes that these settings carry with the reserve kept."),
  neededOutboundIps: z.int().nullable().describe("Addresses for the assumed nodes with the reserve kept."),
  suggestedPortsPerNode: z.int().nullable(),
  changes: z.array(change),
  curve: z
    .array(
      z.object({
        nodes: z.int(),
        verdict,
        share: ratio.nullable().describe("`null`: no peak is known, or Azure refuses it."),
        neededOutboundIps: z.int().nullable(),
      }),
    )
    .describe("The same settings at other numbers of nodes, ascending, to twice the most that can come."),
});

/** Capacity arithmetic of one cluster, path by path. */
export const PlanAnswer = z.object({
  cluster: z.object(clusterName),
  assumed: z.object({
    nodes: z.int().describe("Nodes at once: as asked, else those of today."),
    nodesToday: z.int(),
    maximumNodes: z.int().describe("Autoscaler maxima and upgrade surge of every pool."),
    targetRatio: ratio.describe("Share of ports in use that a plan leaves room for."),
    warnRatio: ratio.describe("Share at which the cluster's checks warn."),
  }),
  peak: z.object({
    usedPorts: z.number().nullable().describe("Ports of one node and protocol."),
    natConnections: z.number().nullable().describe("Connections open through a NAT gateway at once."),
    firewallSnatRatio: ratio.nullable().describe("SNAT ports of the firewall in use."),
    days: z.int().describe("Days that the peak was seen over, 31 at most."),
  }),
  paths: z.array(pathPlan),
});
export type PlanAnswer = z.infer<typeof PlanAnswer>;
