import type { MetricName, SeriesLabels } from "#core/series/sample-block.ts";
import type { MetricsTarget } from "#ports/metrics-source.ts";
import type { Dimensions } from "./dimensions.ts";
import type { ZeroRule } from "./zero-rule.ts";

/** Every metric we read has a grain of one minute. */
export const INTERVAL = "PT1M";

export type QuerySource =
  | "snatPorts"
  | "snatConnections"
  | "dataPath"
  | "healthProbe"
  | "natGateway"
  | "firewall"
  | "nodes";

/** A resource to read, and the sizes that tell how many series to expect; those a type does not have are 0. */
export type Subject = Omit<MetricsTarget, "clusterKey">;

export interface ResourceType {
  /** As Azure names it. */
  readonly namespace: string;
  /** For a person. */
  readonly one: string;
  readonly many: string;
  /** Whether a cluster may have several, so that problems have to name the one. */
  readonly several: boolean;
}

/**
 * Which of our series one of Azure's is: `undefined` where it lacks a dimension we split by, `null` for one that we do not keep.
 *
 * @param resource key of the resource's id
 */
export type SeriesOf = (
  dimensions: Dimensions,
  resource: string,
) => { readonly metric: MetricName; readonly labels: SeriesLabels } | undefined | null;

export interface AzureMetric {
  /** As Azure documents it; answers are matched without regard to case. */
  readonly name: string;
  readonly seriesOf: SeriesOf;
  /** Azure's value by this is ours: percent are kept as a ratio. */
  readonly divisor: number;
  /**
   * What two raw series of one key become, should Azure split further than asked.
   * Ports: the larger (a sum could count a port twice, the larger never claims less use than there is). Connections:
   * the sum. Availability and all else: the worse.
   */
  readonly combine: (a: number, b: number) => number;
  /** A resource with nodes must have such series. */
  readonly mustHaveSeries?: true;
  /** Not known to Azure everywhere: its absence makes nothing unknown, and it must not spoil the metrics beside it. */
  readonly optional?: true;
}

export interface MetricQuery {
  readonly type: ResourceType;
  /** The name of this query in problems. */
  readonly source: QuerySource;
  /** For a person; tells the queries of a type apart. */
  readonly title: string;
  /** Asked for together, so each of them has all dimensions of the filter. */
  readonly metrics: readonly AzureMetric[];
  readonly aggregation: "average" | "total";
  /** What to split by; `null` for one series over everything. */
  readonly filter: string | null;
  readonly zeroRule?: ZeroRule;
  /** To be asked where Azure refuses the split, or gives nothing that can be read. */
  readonly unsplit?: MetricQuery;
  concerns(subject: Subject): boolean;
  /** Series of each metric that the topology lets us expect. */
  expectedSeries(subject: Subject): number;
}

export function split(...names: readonly string[]): string {
  return names.map((name) => `${name} eq '*'`).join(" and ");
}

export function sum(a: number, b: number): number {
  return a + b;
}
