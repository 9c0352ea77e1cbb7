/** What decides how many ports a node has, as one discovery saw it. */
export interface AllocationSnapshot {
  /** Ports of each node by the outbound rule; 0: Azure's tiers. */
  readonly portsPerNode: number;
  /** IPv4 addresses of the outbound rules, sorted. */
  readonly addresses: readonly string[];
  readonly idleTimeoutMinutes: number;
}

/** One change that was seen. */
export interface AllocationChange {
  /** When it was first seen, epoch ms of the minute. */
  readonly atMs: number;
  readonly what: "portsPerNode" | "addresses" | "idleTimeout" | "allocatedPorts";
  /** Numbers or lists of addresses, as text for a person. */
  readonly from: string;
  readonly to: string;
  /** True where nodes have less than before. */
  readonly less: boolean;
}

/** What a cluster's state remembers of its allocation. */
export interface AllocationMemory {
  /** `null` before the first sight of an outbound rule. */
  readonly latest: AllocationSnapshot | null;
  /** Ports that metrics last showed a node to have, all frontends; `null` before any. */
  readonly allocatedPorts: number | null;
  /** Changes of the last day, oldest first. */
  readonly changes: readonly AllocationChange[];
}

export const NO_ALLOCATION: AllocationMemory = { latest: null, allocatedPorts: null, changes: [] };
