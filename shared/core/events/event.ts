import type { Severity } from "../alert/alert.ts";
import type { AlertTurn } from "../alert/alert-turns.ts";
import type { MessageKind } from "../alert/incident.ts";
import type { Subject } from "../checks/check.ts";
import type { Status } from "../verdict/verdict.ts";

/** In the order in which things of one instant are told: what was changed, what it did, what was said of it. */
export const EVENT_KINDS = ["topology", "verdict", "alert", "notification"] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** How much an event matters to a reader. `info`: it is worth knowing and neither good nor bad. */
export type EventSeverity = "critical" | "warning" | "unknown" | "ok" | "info";

/** Titles and details hold names from outside: longer ones are cut. */
export const TITLE_MAX = 200;
export const DETAIL_MAX = 1_000;

interface EventHead {
  readonly atMs: number;
  /** Unique among the events of one cluster, instant and kind; the same event decided again has the same. */
  readonly id: string;
  /** A few words. */
  readonly title: string;
  /** A sentence or two; `null` where the title says all. */
  readonly detail: string | null;
  readonly severity: EventSeverity;
  readonly check: string | null;
  /** Id of the incident it belongs to. */
  readonly incident: string | null;
  readonly channel: string | null;
}

/** A check that is not as it should be. */
export interface BadCheck {
  readonly check: string;
  readonly outcome: "fail" | "unknown" | "warn";
}

export interface VerdictEvent extends EventHead {
  readonly kind: "verdict";
  readonly verdict: {
    /** `null`: the cluster was judged for the first time. */
    readonly from: Status | null;
    readonly to: Status;
    /** Checks that are worse than they were, as they are now. */
    readonly began: readonly BadCheck[];
    /** Checks that are better than they were, as they were. */
    readonly ended: readonly BadCheck[];
  };
}

export interface AlertEvent extends EventHead {
  readonly kind: "alert";
  readonly alert: {
    readonly state: Exclude<AlertTurn["state"], "pending">;
    readonly severity: Severity;
    readonly subject: Subject;
    /** First minute of the breach. */
    readonly activeAtMs: number;
    /** The check that explains it, if any. */
    readonly explainedBy: string | null;
    /** A silence or a maintenance kept it from being told. */
    readonly hushed: boolean;
  };
}

export const TOPOLOGY_CHANGES = [
  "clusterAppeared",
  "clusterGone",
  "clusterBack",
  "egressPath",
  "outboundType",
  "publicIps",
  "allocatedPorts",
  "idleTimeout",
  "nodePool",
  "autoscaler",
  "nodes",
  "kubernetesVersion",
  "powerState",
  "provisioningState",
] as const;
export type TopologyChange = (typeof TOPOLOGY_CHANGES)[number];

export type ChangeValue = string | number | readonly string[] | null;

export interface TopologyEvent extends EventHead {
  readonly kind: "topology";
  readonly topology: {
    readonly change: TopologyChange;
    /** The pool, rule or device that changed; `null`: the cluster itself. */
    readonly subject: string | null;
    /** `null`: there was none. */
    readonly before: ChangeValue;
    /** `null`: there is none any more. */
    readonly after: ChangeValue;
  };
}

export interface NotificationEvent extends EventHead {
  readonly kind: "notification";
  readonly notification: {
    readonly message: MessageKind;
    readonly sequence: number;
    readonly outcome: "delivered" | "dead" | "superseded";
    readonly tries: number;
  };
}

/** One thing that happened to a cluster. Plain data: stored as JSON. */
export type ClusterEvent = VerdictEvent | AlertEvent | TopologyEvent | NotificationEvent;

/** Sorts as the time line does: by time, then by kind. With the id it names an event of its cluster. */
export function eventOrder({ atMs, kind }: Pick<ClusterEvent, "atMs" | "kind">): string {
  return `${instantOrder(atMs)}-${EVENT_KINDS.indexOf(kind)}`;
}

/** Sorts before every event of the instant. */
export function instantOrder(atMs: number): string {
  // Sorts as numbers until the year 2286.
  return String(Math.floor(atMs)).padStart(13, "0");
}
