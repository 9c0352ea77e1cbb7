// Builders of answers in the shape that Azure sends (recorded/metrics), with what a test wants to vary.

export interface RawSeries {
  readonly dimensions: Readonly<Record<string, string>>;
  /** One a minute; `null` is a point with a time stamp alone. */
  readonly values: readonly (number | null)[];
}

export interface RawMetricOptions {
  readonly name: string;
  readonly series: readonly RawSeries[];
  readonly fromMs: number;
  readonly aggregation?: "average" | "total";
  readonly errorCode?: string;
  readonly errorMessage?: string;
}

function stamp(ms: number): string {
  return new Date(ms).toISOString().replace(".000Z", "Z");
}

export function rawMetric(options: RawMetricOptions) {
  const { name, series, fromMs, aggregation = "average", errorCode = "Success", errorMessage } = options;
  return {
    id: `/x/providers/Microsoft.Insights/metrics/${name}`,
    type: "Microsoft.Insights/metrics",
    name: { value: name, localizedValue: name },
    displayDescription: `Description of ${name}.`,
    unit: "Count",
    timeseries: series.map(({ dimensions, values }) => ({
      metadatavalues: Object.entries(dimensions).map(([dimension, value]) => ({
        name: { value: dimension, localizedValue: dimension },
        value,
      })),
      data: values.map((value, at) => ({
        timeStamp: stamp(fromMs + at * 60_000),
        ...(value === null ? {} : { [aggregation]: value }),
      })),
    })),
    errorCode,
    ...(errorMessage === undefined ? {} : { errorMessage }),
  };
}

export function batchAnswer(parts: readonly { readonly id: string; readonly metrics: readonly unknown[] }[]) {
  return {
    values: parts.map(({ id, metrics }) => ({
      starttime: "2026-11-21T10:00:00Z",
      endtime: "2026-11-21T10:04:00Z",
      interval: "PT1M",
      namespace: "Microsoft.Network/loadBalancers",
      resourceregion: "westeurope",
      resourceid: id,
      value: metrics,
    })),
  };
}

/** Used and allocated ports of many load balancers with one frontend, TCP and UDP. */
export function portsAnswer(fleet: {
  readonly ids: readonly string[];
  readonly nodes: number;
  readonly fromMs: number;
  readonly points: number;
}) {
  return batchAnswer(
    fleet.ids.map((id, cluster) => {
      const series = (base: number) =>
        Array.from({ length: fleet.nodes }, (_, node) =>
          ["TCP", "UDP"].map((protocol) => ({
            dimensions: {
              frontendipaddress: `20.1.${Math.floor(cluster / 200)}.${cluster % 200}`,
              backendipaddress: `10.${cluster}.0.${node + 4}`,
              protocoltype: protocol,
            },
            values: Array.from({ length: fleet.points }, (_, at) => base + node * 3.5 + at),
          })),
        ).flat();
      const { fromMs } = fleet;
      return {
        id,
        metrics: [
          rawMetric({ name: "UsedSnatPorts", fromMs, series: series(120) }),
          rawMetric({ name: "AllocatedSnatPorts", fromMs, series: series(1_024) }),
        ],
      };
    }),
  );
}
