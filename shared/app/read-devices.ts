import { resourceKey } from "#core/egress/resource-id.ts";
import type { Cluster } from "#core/egress/topology.ts";
import type { SourceProblem } from "#core/failure.ts";
import { createBlock, mergeBlock, type SampleBlock } from "#core/series/sample-block.ts";
import type { DeviceTarget, MetricsAnswer, MetricsSource } from "#ports/metrics-source.ts";

/** A cluster, and the minutes that are wanted of its devices. Whole minutes, `toMs` exclusive. */
export interface DeviceWish {
  readonly cluster: Cluster;
  readonly targets: readonly DeviceTarget[];
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Reads the devices of several clusters, each once however many clusters share it.
 *
 * @returns by cluster key, for every cluster that has a device: the series of its devices in one block, and their problems
 */
export async function readDevices(
  metrics: MetricsSource,
  wishes: readonly DeviceWish[],
  signal: AbortSignal,
): Promise<Map<string, MetricsAnswer>> {
  const answers = new Map<string, MetricsAnswer>();
  const wanted = wishes.filter(({ targets }) => targets.length > 0);
  for (const group of Map.groupBy(wanted, ({ fromMs, toMs }) => `${fromMs}-${toMs}`).values()) {
    const [first] = group;
    if (first === undefined) continue;
    const { fromMs, toMs } = first;
    const targets = new Map(
      group.flatMap((wish) => wish.targets.map((target) => [resourceKey(target.resourceId), target])),
    );
    const devices = await metrics.readDevices({ targets: [...targets.values()], fromMs, toMs }, signal);
    for (const wish of group) answers.set(wish.cluster.ref.key, together(wish, devices));
  }
  return answers;
}

function together(wish: DeviceWish, devices: ReadonlyMap<string, MetricsAnswer>): MetricsAnswer {
  const block = createBlock(wish.fromMs, wish.toMs);
  const problems: SourceProblem[] = [];
  for (const { resourceId } of wish.targets) {
    const answer = devices.get(resourceKey(resourceId));
    if (answer === undefined) continue;
    mergeBlock(block, answer.block);
    problems.push(...answer.problems);
  }
  return { block, problems };
}

/** Both answers as one: they are of the same span. */
export function joinAnswers(
  one: MetricsAnswer | undefined,
  other: MetricsAnswer | undefined,
): MetricsAnswer | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return { block: joinBlocks(one.block, other.block), problems: [...one.problems, ...other.problems] };
}

/** Series of a load balancer and of a device never have the same key: the rows need not be copied. */
function joinBlocks(one: SampleBlock, other: SampleBlock): SampleBlock {
  if (one.startMs !== other.startMs || one.minutes !== other.minutes) {
    throw new RangeError(`blocks of ${one.startMs} and ${other.startMs} are not of one span`);
  }
  for (const [key, series] of other.series) one.series.set(key, series);
  return one;
}
