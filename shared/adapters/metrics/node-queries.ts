import { nodeNameOf } from "#core/egress/node-name.ts";
import { type MetricQuery, type ResourceType, type SeriesOf, split } from "./metric-query.ts";

// Source: "Supported metrics for Microsoft.Compute/virtualMachineScaleSets". The names have spaces.

const SCALE_SET: ResourceType = {
  namespace: "Microsoft.Compute/virtualMachineScaleSets",
  one: "scale set",
  many: "scale sets",
  several: true,
};

/**
 * `VMName` of a machine of a Uniform scale set: `<scale set>_<instance>`. The instance is a counter, so it has no leading
 * zero and stays short; machines of a Flexible one end in eight hexadecimal digits, which may happen to be decimal.
 */
const UNIFORM_MACHINE = /^(.+)_(0|[1-9]\d{0,6})$/;

/** The Kubernetes node on a machine. */
export function nodeOfMachine(vmName: string): string {
  const name = vmName.toLowerCase();
  const [, scaleSet, instance] = UNIFORM_MACHINE.exec(name) ?? [];
  return scaleSet === undefined || instance === undefined
    ? name
    : nodeNameOf(`/virtualmachinescalesets/${scaleSet}/virtualmachines/${instance}`);
}

function of(metric: "nodeCpu" | "nodeMemory" | "nodeDiskQueue" | "nodeDiskIops"): SeriesOf {
  return ({ machine }, resourceId) =>
    machine === undefined ? undefined : { metric, labels: { resourceId, node: nodeOfMachine(machine) } };
}

const percent = { divisor: 100, combine: Math.max } as const;

const nodes: MetricQuery = {
  type: SCALE_SET,
  source: "nodes",
  title: "load of nodes",
  metrics: [
    { name: "Percentage CPU", seriesOf: of("nodeCpu"), ...percent, mustHaveSeries: true },
    // A preview, and not there for every size of machine.
    {
      name: "Available Memory Bytes",
      seriesOf: of("nodeMemory"),
      divisor: 1,
      combine: Math.min,
      optional: true,
    },
    // Machines whose system disk is ephemeral have neither of these.
    { name: "OS Disk Queue Depth", seriesOf: of("nodeDiskQueue"), divisor: 1, combine: Math.max },
    { name: "OS Disk IOPS Consumed Percentage", seriesOf: of("nodeDiskIops"), ...percent },
  ],
  aggregation: "average",
  // `LUN` is a dimension of the last one alone, and an operating system has one disk.
  filter: split("VMName"),
  concerns: () => true,
  // A pool may have grown since, from nothing at all.
  expectedSeries: ({ nodes }) => nodes + 1,
};

export const NODE_QUERIES: readonly MetricQuery[] = [nodes];
