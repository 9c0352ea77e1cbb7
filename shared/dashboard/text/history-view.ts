import type { ClusterAnswer } from "#api/answers/cluster.ts";
import type { HistoryAnswer } from "#api/answers/history.ts";
import { number, percent, resourceName } from "./format.ts";

/** The metrics of the API with the words of a reader, by the path that has them. */
export const METRICS: readonly (readonly [name: string, text: string, paths: readonly string[]])[] = [
  ["usedRatio", "SNAT ports in use, share", ["loadBalancer"]],
  ["usedPorts", "SNAT ports in use against allocated", ["loadBalancer"]],
  ["failedConnections", "failed connections", ["loadBalancer"]],
  ["attemptedConnections", "attempted connections", ["loadBalancer"]],
  ["natConnections", "NAT gateway: open connections", ["natGateway"]],
  ["natFailedConnections", "NAT gateway: failed connections", ["natGateway"]],
  ["natAttemptedConnections", "NAT gateway: attempted connections", ["natGateway"]],
  ["natPacketDrops", "NAT gateway: dropped packets", ["natGateway"]],
  ["natDatapath", "NAT gateway: datapath availability", ["natGateway"]],
  ["firewallSnatUtilization", "firewall: SNAT ports in use", ["firewall"]],
  ["firewallHealth", "firewall: health", ["firewall"]],
  ["firewallDenials", "firewall: denials", ["firewall"]],
];

/** What a cluster's history can tell, by the ways out that it has; all of it where no way is known. */
export function metricsOf(paths: ClusterAnswer["paths"]): typeof METRICS {
  const kinds = new Set<string>(paths.map(({ kind }) => kind));
  const fitting = METRICS.filter(([, , needs]) => needs.some((kind) => kinds.has(kind)));
  return fitting.length === 0 ? METRICS : fitting;
}

type Series = HistoryAnswer["series"][number];

/** Ratios that are held against the limits of ports. */
const LIMITED: readonly string[] = ["usedRatio", "firewallSnatUtilization"];

/** Different allocations are told apart by their lines, as long as these are few. */
const MOST_LINES = 6;

/** The levels that a metric is held against. @param ceilings what is allocated, where the metric is of ports in use */
export function limitsOf(
  metric: string,
  { limits, paths }: Pick<ClusterAnswer, "limits" | "paths">,
  ceilings: readonly number[],
): readonly { readonly value: number; readonly text: string }[] {
  if (LIMITED.includes(metric)) {
    return [
      { value: limits.warnRatio, text: "warning" },
      { value: limits.failRatio, text: "critical" },
    ];
  }
  if (metric === "natConnections") {
    const budgets = paths.flatMap(({ kind, portBudget }) =>
      kind === "natGateway" && portBudget !== null ? [portBudget] : [],
    );
    return budgets.map((value) => ({ value, text: "ports of its addresses" }));
  }
  return ceilings.slice(0, MOST_LINES).map((value) => ({ value, text: "allocated" }));
}

/** Every level of an allocation, once. */
export function ceilingsOf(allocated: HistoryAnswer | null): number[] {
  const values = (allocated?.series ?? []).flatMap((series) => series.values);
  return [...new Set(values.filter((value) => value !== null))];
}

/** The history of one node alone; of all where none is named. */
export function ofNode(history: HistoryAnswer, node: string): HistoryAnswer {
  if (node === "") return history;
  const series = history.series.filter(({ labels }) => labels.node === node || labels.backendIp === node);
  return { ...history, series };
}

/** The nodes that a history tells of, each once, in its order. */
export function nodesOf({ series }: HistoryAnswer): readonly string[] {
  return [...new Set(series.flatMap(({ labels }) => labels.node ?? labels.backendIp ?? []))];
}

/** The name of a curve; the cluster's own has none to tell it apart. */
export function seriesName({ labels }: Series): string {
  const { node, backendIp, protocol, resourceId } = labels;
  const parts = [
    node ?? backendIp,
    resourceId === undefined ? undefined : resourceName(resourceId),
    protocol?.toUpperCase(),
  ];
  return parts.filter((part) => part !== undefined).join(" ") || "cluster";
}

export interface SeriesSummary {
  readonly name: string;
  readonly series: Series;
  readonly peak: number | null;
  /** Epoch seconds of the peak. */
  readonly peakAt: number | null;
  readonly latest: number | null;
  /** Steps without a sample. */
  readonly gaps: number;
}

/** What each curve shows, in figures; the highest peak first. */
export function summarise({ times, series }: HistoryAnswer): readonly SeriesSummary[] {
  return series
    .map((each): SeriesSummary => {
      let peak: number | null = null;
      let peakAt: number | null = null;
      let gaps = 0;
      for (const [i, value] of each.values.entries()) {
        if (value === null) gaps += 1;
        else if (peak === null || value > peak) [peak, peakAt] = [value, times[i] ?? null];
      }
      const latest = each.values.findLast((value) => value !== null) ?? null;
      return { name: seriesName(each), series: each, peak, peakAt, latest, gaps };
    })
    .toSorted((a, b) => (b.peak ?? -1) - (a.peak ?? -1) || (a.name < b.name ? -1 : 1));
}

export function valueText(value: number | null, unit: HistoryAnswer["unit"]): string {
  return unit === "ratio" ? percent(value) : number(value);
}

/** Ranges that reach to now are asked for as such, so that they go on with it. */
export const RANGES = ["-1h", "-6h", "-24h", "-7d", "-30d"] as const;

/** The same span moved or scaled, as two instants. */
export function shiftRange(
  fromMs: number,
  toMs: number,
  move: number,
  scale: number,
): { from: string; to: string } {
  const length = toMs - fromMs;
  const middle = (fromMs + toMs) / 2 + length * move;
  const half = (length * scale) / 2;
  return { from: new Date(middle - half).toISOString(), to: new Date(middle + half).toISOString() };
}
