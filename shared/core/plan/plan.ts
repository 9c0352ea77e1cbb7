import type { HourlyPeak } from "../checks/check.ts";
import type { DailyPeak } from "../collection/daily-peaks.ts";
import type { PathKind } from "../egress/topology.ts";

/** What somebody wants to know; what is absent is as it is today. */
export interface PlanQuestion {
  /** Nodes in all at once, those of an upgrade included. */
  readonly nodes?: number | undefined;
  /** Ports of each node by the outbound rule; 0: Azure's tiers. Matters to a load balancer only. */
  readonly portsPerNode?: number | undefined;
  /** IPv4 addresses of the device. */
  readonly outboundIps?: number | undefined;
}

/** What capacity is planned from. */
export interface PlanHistory {
  readonly dailyPeaks: readonly DailyPeak[];
  /** Of the last day, by the hour. */
  readonly peaks: readonly HourlyPeak[];
}

/** The most that was seen. `null`: nothing was. */
export interface PlanPeak {
  /** Ports of one node and protocol. */
  readonly usedPorts: number | null;
  /** Connections open through a NAT gateway at once. */
  readonly natConnections: number | null;
  /** SNAT ports of a firewall in use, 0..1. */
  readonly firewallSnatRatio: number | null;
  /** Days that it was seen over. */
  readonly days: number;
}

/** `tight`: it fits, with less in reserve than the warning limit leaves. `unknown`: a number is missing, the summary says which. */
export type PlanVerdict = "fits" | "tight" | "doesNotFit" | "unknown";

/** One line of the sum. */
export interface PlanTerm {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What it is held against, in the same unit. */
  readonly limit?: number;
}

/** What to do, with complete commands. */
export interface PlanChange {
  readonly text: string;
  readonly commands: readonly string[];
}

/** What comes of the question for one path. */
export interface PathPlan {
  readonly kind: PathKind;
  readonly resourceId: string | null;
  readonly pools: readonly string[];
  readonly verdict: PlanVerdict;
  /** One sentence with the numbers. */
  readonly summary: string;
  /** What the path was judged with; `null` where it has no such number or it is not known. */
  readonly assumed: { readonly portsPerNode: number | null; readonly outboundIps: number | null };
  readonly arithmetic: readonly PlanTerm[];
  /** What the peak takes of what decides here (ports of a node, connections to one destination, ports of the firewall), 1 is all of it. */
  readonly share: number | null;
  /** The most nodes that these settings carry with the reserve kept; `null` where it cannot be told. */
  readonly maxNodes: number | null;
  /** Addresses for the assumed nodes with the reserve kept. */
  readonly neededOutboundIps: number | null;
  /** For a load balancer: what to set for the assumed nodes. */
  readonly suggestedPortsPerNode: number | null;
  readonly changes: readonly PlanChange[];
}

/** The plan of one path at one number of nodes. */
export interface PlanPoint extends Pick<PathPlan, "verdict" | "share" | "neededOutboundIps"> {
  readonly nodes: number;
}

export interface CapacityPlan {
  readonly assumed: {
    readonly nodes: number;
    /** Nodes there are today, that the peak was seen with. */
    readonly nodesToday: number;
    /** Autoscaler maxima and upgrade surge of every pool. */
    readonly maximumNodes: number;
    /** Share of ports in use that a plan leaves room for, 0..1. */
    readonly targetRatio: number;
  };
  readonly peak: PlanPeak;
  readonly paths: readonly PathPlan[];
}

/** What every path's plan is made from. */
export interface PlanContext {
  readonly question: PlanQuestion;
  readonly nodes: number;
  readonly nodesToday: number;
  readonly maximumNodes: number;
  readonly peak: PlanPeak;
  /** Share at which a node, gateway or firewall is near its limit, 0..1. */
  readonly warnRatio: number;
  readonly targetRatio: number;
}
