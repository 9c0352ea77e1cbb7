import { recorded } from "../../adapters/topology/support/recorded.ts";
import { BACKENDS, BALANCED, frontendOf } from "./recorded-fleet.ts";
import type { StandInRequest } from "./stand-in-server.ts";

// No recording has SNAT series. These are made up, in the envelope of the published example: its objects, field for field,
// with other names and numbers.

/** One node, each minute the same. */
export interface NodeLoad {
  readonly used: number;
  readonly allocated: number;
  readonly succeeded: number;
  readonly failed: number;
}

/** Load of the nodes of a cluster, in the order of their addresses. */
export type LoadOf = (label: string) => readonly NodeLoad[];

interface Series {
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
}

const MINUTE_MS = 60_000;

/** Answers `metrics:getBatch` for the load balancers of {@link BALANCED}. */
export function answerBatch({ query, body }: StandInRequest, loadOf: LoadOf): unknown {
  const example = exampleOf(recorded("metrics/getBatch-published-example-first-resource.json"));
  const ids: readonly string[] = JSON.parse(body).resourceids;
  const starttime = query.get("starttime") ?? "";
  const endtime = query.get("endtime") ?? "";
  const times = minutes(Date.parse(starttime), Date.parse(endtime));
  const aggregation = query.get("aggregation") ?? "average";
  return {
    values: ids.map((resourceid) => ({
      ...example.resource,
      starttime,
      endtime,
      interval: query.get("interval"),
      value: (query.get("metricnames") ?? "").split(",").map((name) => ({
        ...example.metric,
        id: `${resourceid}/providers/Microsoft.Insights/metrics/${name}`,
        name: { value: name, localizedValue: name },
        unit: name === "VipAvailability" ? "Percent" : "Count",
        timeseries: seriesOf(name, resourceid, loadOf).map(({ dimensions, value }) => ({
          metadatavalues: Object.entries(dimensions).map(([dimension, text]) => ({
            name: { value: dimension, localizedValue: dimension },
            value: text,
          })),
          data: times.map((timeStamp) => ({ timeStamp, [aggregation]: value })),
        })),
      })),
      namespace: "microsoft.network/loadbalancers",
      resourceregion: "westus2",
      resourceid,
    })),
  };
}

/** The example's first resource and metric, to be filled. */
function exampleOf(answer: unknown): { readonly resource: object; readonly metric: object } {
  const resource = firstOf(answer, "values");
  return { resource, metric: firstOf(resource, "value") };
}

function firstOf(holder: unknown, field: string): object {
  const list: unknown = Object.entries(holder ?? {}).find(([name]) => name === field)?.[1];
  const first: unknown = Array.isArray(list) ? list[0] : undefined;
  if (typeof first !== "object" || first === null) throw new Error(`the example has no ${field}`);
  return first;
}

function seriesOf(metric: string, resourceId: string, loadOf: LoadOf): readonly Series[] {
  const label = BALANCED.find((it) => resourceId.toLowerCase().includes(`_${it.toLowerCase()}_`));
  // A load balancer that Azure does not know has no series.
  if (label === undefined) return [];
  const frontend = { frontendipaddress: frontendOf(label) };
  const nodes = loadOf(label).map((load, index) => ({ load, backendipaddress: BACKENDS[index] ?? "" }));
  const byProtocol = (tcp: (load: NodeLoad) => number, udp: (load: NodeLoad) => number) =>
    nodes.flatMap(({ load, backendipaddress }) => [
      { dimensions: { ...frontend, backendipaddress, protocoltype: "TCP" }, value: tcp(load) },
      { dimensions: { ...frontend, backendipaddress, protocoltype: "UDP" }, value: udp(load) },
    ]);
  switch (metric) {
    case "UsedSnatPorts":
      return byProtocol(
        ({ used }) => used,
        () => 8,
      );
    case "AllocatedSnatPorts":
      return byProtocol(
        ({ allocated }) => allocated,
        ({ allocated }) => allocated,
      );
    case "SnatConnectionCount":
      return nodes.flatMap(({ load, backendipaddress }) => [
        { dimensions: { backendipaddress, connectionstate: "Successful" }, value: load.succeeded },
        // Azure has no such series where nothing failed.
        ...(load.failed === 0
          ? []
          : [{ dimensions: { backendipaddress, connectionstate: "Failed" }, value: load.failed }]),
      ]);
    case "VipAvailability":
      return [{ dimensions: frontend, value: 100 }];
    default:
      return [];
  }
}

function minutes(fromMs: number, toMs: number): readonly string[] {
  const count = Math.max(0, (toMs - fromMs) / MINUTE_MS);
  return Array.from({ length: count }, (_, index) => new Date(fromMs + index * MINUTE_MS).toISOString());
}
