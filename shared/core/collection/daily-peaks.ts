/** The most that was used in one day (UTC): what capacity is planned from. */
export interface DailyPeak {
  /** Start of the day, epoch ms. */
  readonly dayMs: number;
  /** Ports of one node and protocol over its frontends; `null` without a value. */
  readonly usedPorts: number | null;
  /** Nodes that had port figures at once. */
  readonly nodes: number;
  /** Connections open through a NAT gateway at once, both protocols; `null` without a value. */
  readonly natConnections: number | null;
  /** SNAT utilisation of a firewall, 0..1; `null` without a value. */
  readonly firewallSnatRatio: number | null;
}
