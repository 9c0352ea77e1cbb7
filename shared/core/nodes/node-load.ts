/** How busy one node was over the minutes of the latest read. `null`: Azure had no value. */
export interface NodeLoad {
  readonly node: string;
  /** Mean share of CPU, 0..1. */
  readonly cpu: number | null;
  /** Least available memory, bytes. */
  readonly memoryBytes: number | null;
  /** Mean number of requests waiting at the OS disk. */
  readonly diskQueue: number | null;
  /** Mean share of the OS disk's operations a second, 0..1. */
  readonly diskIops: number | null;
}

/** The latest look at a cluster's nodes. */
export interface NodeLoadReading {
  /** End of the minutes that were read, epoch ms. */
  readonly atMs: number;
  /** Nodes with any value. */
  readonly nodes: number;
  /** The busiest, most pressed first; a bounded number. */
  readonly busiest: readonly NodeLoad[];
}
