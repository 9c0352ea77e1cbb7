import { alignGrid } from "#core/series/aggregate-steps.ts";
import { createBlock, ensureSeries, type MetricName, type SampleBlock } from "#core/series/sample-block.ts";
import { StepCollector } from "#core/series/step-collector.ts";
import { DAY_MS, MINUTE_MS } from "#core/time.ts";
import type { DaysRequest, KeptFrom, SealReport, SeriesStore } from "#ports/series-store.ts";

/** A value, or "no value". */
export type Value = number | null;

/** A Monday, ten o'clock: the first day of a week, far from the end of an hour. */
export const MONDAY_MS = Date.UTC(2026, 10, 16, 10, 0, 0);

/** A block from `startMs` with a series of used TCP ports for each backend, one value a minute. */
export function usedPorts(startMs: number, values: Readonly<Record<string, readonly Value[]>>): SampleBlock {
  const minutes = Math.max(0, ...Object.values(values).map((series) => series.length));
  const block = createBlock(startMs, startMs + minutes * MINUTE_MS);
  for (const [backendIp, series] of Object.entries(values)) put(block, "usedPorts", backendIp, series);
  return block;
}

/** A block in which `count` backends have the same value in every minute. */
export function manyBackends(startMs: number, minutes: number, count: number, value: number): SampleBlock {
  const block = createBlock(startMs, startMs + minutes * MINUTE_MS);
  const metrics: MetricName[] = ["usedPorts", "allocatedPorts", "failedConnections", "succeededConnections"];
  for (let backend = 0; backend < count; backend += 1) {
    for (const [index, metric] of metrics.entries()) {
      const labels = { frontendIp: "20.1.2.3", backendIp: nameOf(backend), protocol: "tcp" } as const;
      ensureSeries(block, metric, labels).values.fill(value + backend + index / 4);
    }
  }
  return block;
}

/** The values of each series that has one, `null` for "no value": what two equal blocks have in common. */
export function valuesOf(block: SampleBlock): Record<string, Value[]> {
  const values: Record<string, Value[]> = {};
  for (const key of [...block.series.keys()].sort()) {
    const series = [...(block.series.get(key)?.values ?? [])].map((value) =>
      Number.isNaN(value) ? null : value,
    );
    if (series.some((value) => value !== null)) values[key] = series;
  }
  return values;
}

/** The used TCP ports of one backend in the block; empty if it has no such series. */
export function usedPortsOf(block: SampleBlock, backendIp: string): Value[] {
  return valuesOf(block)[`usedPorts|20.1.2.3|${backendIp}|tcp|`] ?? [];
}

function put(block: SampleBlock, metric: MetricName, backendIp: string, values: readonly Value[]): void {
  const series = ensureSeries(block, metric, { frontendIp: "20.1.2.3", backendIp, protocol: "tcp" });
  for (const [index, value] of values.entries()) series.values[index] = value ?? Number.NaN;
}

function nameOf(backend: number): string {
  return `10.${Math.floor(backend / 65536)}.${Math.floor(backend / 256) % 256}.${backend % 256}`;
}

/** All layers kept from the same instant on. */
export function keptFrom(ms: number): KeptFrom {
  return { minutesMs: ms, fivesMs: ms, rollupsMs: ms };
}

/** Seals whatever there is. */
export async function sealAll(store: SeriesStore): Promise<SealReport> {
  return await store.seal(MONDAY_MS + 366 * DAY_MS, new AbortController().signal);
}

/** A history in steps, as the API makes it: labels and values of each series. */
export async function historyOf(
  store: SeriesStore,
  shard: string,
  clusterKey: string,
  request: DaysRequest,
): Promise<{ readonly series: Record<string, readonly Value[]>; readonly faults: readonly string[] }> {
  const { metric, by, aggregation, stepMs, fromMs, toMs } = request;
  const grid = alignGrid(fromMs, toMs, stepMs);
  const collector = new StepCollector({ metric, by, aggregation, grid });
  const faults: string[] = [];
  for await (const day of store.readDays(shard, clusterKey, request)) {
    faults.push(...day.faults);
    if (day.part?.kind === "minutes") collector.addMinutes(day.part.block);
    else if (day.part?.kind === "rollup") collector.addRollup(day.part.chunk);
  }
  const series = collector.finish().map(({ key, values }) => [key, values] as const);
  return { series: Object.fromEntries(series.toSorted(([a], [b]) => (a < b ? -1 : 1))), faults };
}
