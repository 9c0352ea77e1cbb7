import type { Cluster } from "../egress/topology.ts";
import type { SampleBlock, Series } from "../series/sample-block.ts";
import { blockEndMs, valueAt } from "../series/sample-block.ts";
import { highestUse } from "../snat/node-ports.ts";
import { DAY_MS, MINUTE_MS } from "../time.ts";
import type { DailyPeak } from "./daily-peaks.ts";

const DAYS_KEPT = 31;

/**
 * Adds the minutes of a block to the daily peaks and drops days that are too old. The same minutes again change nothing.
 *
 * @param fromMs first minute to look at; `toMs` is exclusive
 * @returns `peaks` itself where nothing is higher: that is nearly every minute
 */
export function mergeDailyPeaks(
  peaks: readonly DailyPeak[],
  block: SampleBlock,
  cluster: Cluster,
  fromMs: number,
  toMs: number,
): readonly DailyPeak[] {
  const devices = deviceSeries(block, cluster);
  let merged = peaks;
  const endMs = Math.min(toMs, blockEndMs(block));
  for (let at = Math.max(fromMs, block.startMs); at < endMs; at += MINUTE_MS) {
    merged = addMinute(merged, at, minutePeak(block, devices, at));
  }
  if (merged === peaks) return peaks;
  const newestMs = merged.at(-1)?.dayMs ?? 0;
  return merged.filter((peak) => peak.dayMs > newestMs - DAYS_KEPT * DAY_MS);
}

type Figures = Omit<DailyPeak, "dayMs">;

/** Series of the devices that the cluster leaves by: of a gateway one list for each, since its addresses are its own. */
interface DeviceSeries {
  readonly natGateways: readonly (readonly Series[])[];
  readonly firewalls: readonly Series[];
}

const NO_DEVICES: DeviceSeries = { natGateways: [], firewalls: [] };

function deviceSeries(block: SampleBlock, { paths }: Cluster): DeviceSeries {
  const kinds = new Set(paths.map((path) => path.kind));
  // A load balancer's cluster has hundreds of series, and none of a device.
  if (!kinds.has("natGateway") && !kinds.has("firewall")) return NO_DEVICES;
  const gateways = new Map<string, Series[]>();
  const firewalls: Series[] = [];
  for (const series of block.series.values()) {
    if (series.metric === "natConnections") {
      const key = series.labels.resourceId ?? "";
      const known = gateways.get(key);
      if (known === undefined) gateways.set(key, [series]);
      else known.push(series);
    } else if (series.metric === "firewallSnatUtilization") firewalls.push(series);
  }
  return { natGateways: [...gateways.values()], firewalls };
}

function minutePeak(block: SampleBlock, devices: DeviceSeries, at: number): Figures {
  const use = highestUse(block, at);
  return {
    usedPorts: use?.used ?? null,
    nodes: use?.nodes ?? 0,
    natConnections: highest(devices.natGateways.map((protocols) => sumAt(block, protocols, at))),
    firewallSnatRatio: highest(devices.firewalls.map((series) => valueAt(block, series, at) ?? null)),
  };
}

/** Over the protocols that have a value: one that carries nothing has none. */
function sumAt(block: SampleBlock, series: readonly Series[], at: number): number | null {
  let sum: number | null = null;
  for (const each of series) {
    const value = valueAt(block, each, at);
    if (value !== undefined) sum = (sum ?? 0) + value;
  }
  return sum;
}

function addMinute(peaks: readonly DailyPeak[], at: number, figures: Figures): readonly DailyPeak[] {
  const dayMs = Math.floor(at / DAY_MS) * DAY_MS;
  const index = peaks.findLastIndex((peak) => peak.dayMs === dayMs);
  const known = peaks[index];
  if (known === undefined) {
    const { usedPorts, natConnections, firewallSnatRatio } = figures;
    if (usedPorts === null && natConnections === null && firewallSnatRatio === null) return peaks;
    return [...peaks, { dayMs, ...figures }].toSorted((a, b) => a.dayMs - b.dayMs);
  }
  const raised: DailyPeak = {
    dayMs,
    usedPorts: highest([known.usedPorts, figures.usedPorts]),
    nodes: Math.max(known.nodes, figures.nodes),
    natConnections: highest([known.natConnections, figures.natConnections]),
    firewallSnatRatio: highest([known.firewallSnatRatio, figures.firewallSnatRatio]),
  };
  return same(known, raised) ? peaks : peaks.with(index, raised);
}

function same(a: DailyPeak, b: DailyPeak): boolean {
  return (
    a.usedPorts === b.usedPorts &&
    a.nodes === b.nodes &&
    a.natConnections === b.natConnections &&
    a.firewallSnatRatio === b.firewallSnatRatio
  );
}

function highest(values: readonly (number | null)[]): number | null {
  let most: number | null = null;
  for (const value of values) if (value !== null && (most === null || value > most)) most = value;
  return most;
}
