import * as z from "zod";
import { AlertRow } from "./alerts.ts";
import { clusterName, instant, pathKind, ratio, status, subject } from "./fields.ts";

const remedy = z.object({ text: z.string(), commands: z.array(z.string()) });

const check = z.object({
  id: z.string(),
  question: z.string(),
  outcome: z.enum(["pass", "warn", "fail", "unknown", "notApplicable"]),
  summary: z.string(),
  since: instant.describe("Since when the outcome has been this one."),
  subjects: z.array(subject).describe("What the outcome is about, worst first."),
  evidence: z.array(
    z.object({
      name: z.string(),
      value: z.union([z.number(), z.string()]),
      unit: z.string().optional(),
      limit: z.number().optional(),
    }),
  ),
  remedy: remedy.nullable(),
  explainedBy: z.string().nullable().describe("The check that names the cause, if another one does."),
  judgesTraffic: z.boolean().describe("True if the cluster is unknown when this check is."),
  docs: z.string(),
});

const node = z.object({
  backendIp: z.string(),
  name: z.string().nullable(),
  frontendIp: z.string(),
  protocol: z.string(),
  usedPorts: z.number().nullable(),
  allocatedPorts: z.number().nullable(),
  usedRatio: ratio.nullable().describe("Over all frontends of the node's family."),
  failedConnections: z.number().nullable(),
  exhaustionInSeconds: z.number().nullable(),
});

const pool = z.object({
  name: z.string(),
  mode: z.string(),
  count: z.int(),
  autoscaling: z.boolean(),
  minCount: z.int().nullable(),
  maxCount: z.int().nullable(),
  maxSurge: z.string().nullable(),
  subnetId: z.string().nullable(),
  podSubnetId: z.string().nullable(),
  nodePublicIp: z.boolean(),
  osType: z.string(),
  vmSize: z.string(),
});

/** Everything about one cluster at its latest evaluation. */
export const ClusterAnswer = z.object({
  cluster: z.object({
    ...clusterName,
    outboundType: z.string().nullable(),
    nodes: z.int().min(0),
    nodeResourceGroup: z.string(),
    provisioningState: z.string(),
    powerState: z.enum(["running", "stopped", "unknown"]),
    kubernetesVersion: z.string().nullable(),
    tags: z.record(z.string(), z.string()),
    pools: z.array(pool),
    firstSeen: instant,
    lastSeen: instant,
    goneSince: instant
      .nullable()
      .describe("Since when the cluster has not been found; `null` while it is there."),
    problems: z
      .array(z.object({ source: z.string(), reason: z.string(), message: z.string() }))
      .describe("What discovery could not read."),
  }),
  paths: z.array(
    z.object({
      kind: pathKind,
      resourceId: z.string().nullable(),
      publicIps: z.array(z.string()),
      protocols: z.object({ tcp: z.boolean(), udp: z.boolean(), icmp: z.boolean() }),
      portBudget: z.number().nullable().describe("SNAT ports of the whole path for each protocol."),
      pools: z.array(z.string()),
      reason: z.string(),
    }),
  ),
  status,
  headline: z.string(),
  worstUsedRatio: ratio.nullable(),
  exhaustionInSeconds: z.number().nullable(),
  evaluatedAt: instant.nullable(),
  backfillMinutes: z.int().min(0).describe("Minutes of the past that are still to be read from Azure."),
  dataThrough: instant.nullable(),
  checks: z.array(check),
  nodes: z.array(node),
  alerts: z.array(AlertRow.omit({ cluster: true })),
  limits: z
    .object({
      warnRatio: z.number(),
      failRatio: z.number(),
      failedRatio: z.number(),
      skewFactor: z.number(),
      staleAfterSeconds: z.number(),
      collectLagSeconds: z.number(),
    })
    .describe("Limits of this cluster: settings, and its own tags over them."),
  tagFaults: z.array(z.string()).describe("Tags of ours that were ignored, and why."),
});
export type ClusterAnswer = z.infer<typeof ClusterAnswer>;
export type CheckRow = ClusterAnswer["checks"][number];
