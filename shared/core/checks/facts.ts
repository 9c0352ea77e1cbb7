import type { Cluster } from "../egress/topology.ts";
import type { SourceProblem } from "../failure.ts";
import type { SampleBlock } from "../series/sample-block.ts";
import { leavingBackends, nodeNames, nodePortsAt } from "../snat/node-ports.ts";
import type { Facts, HourlyPeak } from "./check.ts";
import type { CheckLimits } from "./limits.ts";

/** How far back the checks look; what a caller must at least hand over as samples. */
export const FACTS_WINDOW_MS = 15 * 60_000;

/** Puts together what the checks of one cluster and minute look at. */
export function buildFacts(input: {
  readonly minuteMs: number;
  readonly cluster: Cluster;
  readonly samples: SampleBlock;
  readonly problems: readonly SourceProblem[];
  readonly peaks: readonly HourlyPeak[];
  readonly limits: CheckLimits;
}): Facts {
  const { minuteMs, cluster, samples, limits } = input;
  const all = nodePortsAt(samples, minuteMs, limits.staleAfterMs);
  const leaving = leavingBackends(cluster, [...new Set(all.map((node) => node.backendIp))], minuteMs);
  return {
    ...input,
    ports: all.filter((node) => !leaving.has(node.backendIp)),
    leaving,
    names: nodeNames(cluster),
  };
}
