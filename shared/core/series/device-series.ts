import { MINUTE_MS } from "../time.ts";
import type { MetricName, SampleBlock, Series } from "./sample-block.ts";
import { valueAt } from "./sample-block.ts";

/**
 * The series of a metric that a device has, whatever they are split by.
 *
 * @param deviceKey `resourceKey` of its id, as labels carry it
 */
export function deviceSeries(samples: SampleBlock, metric: MetricName, deviceKey: string): Series[] {
  const found: Series[] = [];
  for (const series of samples.series.values()) {
    if (series.metric === metric && series.labels.resourceId === deviceKey) found.push(series);
  }
  return found;
}

/**
 * The newest minute between the two (both inclusive) in which Azure Monitor had any figure of a device; `undefined` for none.
 * A device that is idle may leave single metrics out: any of them will do. Denials come from logs and do not count.
 */
export function newestDeviceMinute(
  samples: SampleBlock,
  deviceKey: string,
  oldestMs: number,
  minuteMs: number,
): number | undefined {
  const series = [...samples.series.values()].filter(
    ({ metric, labels }) => labels.resourceId === deviceKey && metric !== "firewallDenials",
  );
  for (let at = minuteMs; at >= oldestMs; at -= MINUTE_MS) {
    if (series.some((each) => valueAt(samples, each, at) !== undefined)) return at;
  }
  return undefined;
}
