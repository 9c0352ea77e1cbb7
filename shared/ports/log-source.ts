import type { Denial } from "#core/denials/denial.ts";
import type { FirewallLogDestination } from "#core/egress/cluster-network.ts";
import type { SourceProblem } from "#core/failure.ts";

/** A firewall whose deny logs are to be read. */
export interface LoggedFirewall {
  readonly id: string;
  /** Where its rows go; the same row may go to several. */
  readonly logs: readonly FirewallLogDestination[];
}

/** A cluster whose denials are wanted: rows of these firewalls with a source address in these ranges are its own. */
export interface DenialsTarget {
  readonly clusterKey: string;
  /** ARM ids of firewalls of the request. */
  readonly firewallIds: readonly string[];
  /** Of its node and pod subnets, CIDR. */
  readonly prefixes: readonly string[];
  /** Epoch ms, a multiple of `DENIAL_SPAN_MS`: read from here to the request's `toMs`. */
  readonly fromMs: number;
}

export interface DenialsRequest {
  readonly firewalls: readonly LoggedFirewall[];
  readonly targets: readonly DenialsTarget[];
  /** Exclusive; a multiple of `DENIAL_SPAN_MS`. */
  readonly toMs: number;
}

export interface DenialsAnswer {
  /** All denials of the spans asked for, each kind once a span. Meaningless spans are empty, not absent. */
  readonly denials: readonly Denial[];
  /** Source `firewallLogs`: what failed or came cut; empty after a whole answer. */
  readonly problems: readonly SourceProblem[];
}

/** Reads deny logs of firewalls: one query for each workspace. Never throws for Azure's failures. */
export interface LogSource {
  /** @returns an answer for every target, by cluster key */
  readDenials(request: DenialsRequest, signal: AbortSignal): Promise<Map<string, DenialsAnswer>>;
}
