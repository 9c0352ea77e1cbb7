import { resourceKey, subscriptionKeyOf } from "#core/egress/resource-id.ts";
import type { DevicesRequest, DeviceTarget, MetricsAnswer } from "#ports/metrics-source.ts";
import { FIREWALL_QUERIES } from "./firewall-queries.ts";
import type { MetricQuery } from "./metric-query.ts";
import { firstJob, type MetricsJob, type Scope, scopeOf } from "./metrics-job.ts";
import { NAT_GATEWAY_QUERIES } from "./nat-gateway-queries.ts";
import { NODE_QUERIES } from "./node-queries.ts";
import { planBatches } from "./plan.ts";
import { Reading } from "./reading.ts";
import type { RefusedMetrics } from "./refused-metrics.ts";
import { SeriesNames } from "./series-names.ts";

type Kind = DeviceTarget["kind"];

const QUERIES: Readonly<Record<Kind, readonly MetricQuery[]>> = {
  natGateway: NAT_GATEWAY_QUERIES,
  firewall: FIREWALL_QUERIES,
  scaleSet: NODE_QUERIES,
};

/** In order of worth: where the time of a read runs out, the last ones are missing. */
const KINDS = ["natGateway", "firewall", "scaleSet"] as const satisfies readonly Kind[];

export interface DeviceReading {
  readonly kind: Kind;
  readonly scope: Scope;
  readonly reading: Reading;
}

/**
 * One reading for each device, by the key of its id.
 *
 * @param isSpoiler whether the resource of that id has made a batch fail
 */
export function openDevices(
  { targets, fromMs, toMs }: DevicesRequest,
  isSpoiler: (resourceId: string) => boolean,
): Map<string, DeviceReading> {
  const devices = new Map<string, DeviceReading>();
  for (const { kind, resourceId, region, nodes } of targets) {
    const key = resourceKey(resourceId);
    if (devices.has(key)) continue;
    const subject = { resourceId, nodes, frontends: 0, probedPorts: 0 };
    const reading = new Reading(subject, isSpoiler(resourceId), fromMs, toMs, new SeriesNames());
    devices.set(key, { kind, scope: scopeOf(subscriptionKeyOf(resourceId), region), reading });
  }
  return devices;
}

/** The requests that read them: those of one kind, subscription and region together. */
export function deviceJobs(
  devices: ReadonlyMap<string, DeviceReading>,
  { fromMs, toMs }: DevicesRequest,
  refused: RefusedMetrics,
): MetricsJob[] {
  const jobs: MetricsJob[] = [];
  for (const kind of KINDS) {
    const groups = groupsOf([...devices.values()].filter((device) => device.kind === kind));
    for (const asked of QUERIES[kind]) {
      for (const { scope, readings } of groups) {
        const { query, dropped } = refused.narrow(asked, scope.region);
        const batches = planBatches(query, readings, fromMs, toMs);
        jobs.push(...batches.map((batch) => firstJob(scope, batch, dropped)));
      }
    }
  }
  return jobs;
}

export function deviceAnswers(devices: ReadonlyMap<string, DeviceReading>): Map<string, MetricsAnswer> {
  return new Map(
    [...devices].map(([key, { kind, reading }]) => [
      key,
      { block: reading.block, problems: reading.finish(QUERIES[kind]) },
    ]),
  );
}

interface Group {
  readonly scope: Scope;
  readonly readings: Reading[];
}

function groupsOf(devices: readonly DeviceReading[]): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const { scope, reading } of devices) {
    const key = `${scope.subscriptionId}|${scope.region}`;
    const group = groups.get(key) ?? { scope, readings: [] };
    groups.set(key, group);
    group.readings.push(reading);
  }
  return [...groups.values()];
}
