import { resourceKey } from "#core/egress/resource-id.ts";
import type { SourceProblem } from "#core/failure.ts";
import { createBlock, ensureSeries, type SampleBlock } from "#core/series/sample-block.ts";
import { MINUTE_MS } from "#core/time.ts";
import type {
  DevicesRequest,
  DeviceTarget,
  MetricsAnswer,
  MetricsRequest,
  MetricsSource,
} from "#ports/metrics-source.ts";
import { backendIp } from "./builders.ts";

/** What Azure Monitor would say: used TCP ports of the first of three nodes at an instant; `null` for no data. */
export type Usage = (minuteMs: number, clusterKey: string) => number | null;

/** A metrics source whose answers are a function of the span asked for, and which writes down what it was asked. */
export class ScriptedMetrics implements MetricsSource {
  readonly requests: MetricsRequest[] = [];
  readonly deviceRequests: DevicesRequest[] = [];
  usage: Usage;
  /** Writes what Azure Monitor would say of a device into its block; by default nothing. */
  fillDevice: (device: DeviceTarget, block: SampleBlock) => void = () => {};
  /** Clusters and devices (by the key of their id) that cannot be read now, with the problem. */
  readonly problems = new Map<string, SourceProblem>();

  constructor(usage: Usage) {
    this.usage = usage;
  }

  async read(request: MetricsRequest): Promise<Map<string, MetricsAnswer>> {
    this.requests.push(request);
    return new Map(
      request.targets.map(({ clusterKey }) => {
        const problem = this.problems.get(clusterKey);
        if (problem !== undefined) {
          return [clusterKey, { block: createBlock(request.fromMs, request.toMs), problems: [problem] }];
        }
        return [clusterKey, { block: this.#block(request, clusterKey), problems: [] }];
      }),
    );
  }

  async readDevices(request: DevicesRequest): Promise<Map<string, MetricsAnswer>> {
    this.deviceRequests.push(request);
    return new Map(
      request.targets.map((device) => {
        const key = resourceKey(device.resourceId);
        const block = createBlock(request.fromMs, request.toMs);
        const problem = this.problems.get(key);
        if (problem === undefined) this.fillDevice(device, block);
        return [key, { block, problems: problem === undefined ? [] : [problem] }];
      }),
    );
  }

  #block({ fromMs, toMs }: MetricsRequest, clusterKey: string) {
    const block = createBlock(fromMs, toMs);
    for (let node = 0; node < 3; node += 1) {
      const labels = { backendIp: backendIp(node), frontendIp: "20.50.1.1", protocol: "tcp" as const };
      const used = ensureSeries(block, "usedPorts", labels).values;
      const allocated = ensureSeries(block, "allocatedPorts", labels).values;
      const succeeded = ensureSeries(block, "succeededConnections", { backendIp: backendIp(node) }).values;
      for (let minute = 0; minute < block.minutes; minute += 1) {
        const value = this.usage(fromMs + minute * MINUTE_MS, clusterKey);
        if (value === null) continue;
        used[minute] = node === 0 ? value : 100;
        allocated[minute] = 1_024;
        succeeded[minute] = 200;
      }
    }
    return block;
  }
}
