import { formatCount, formatPercent } from "../format.ts";
import type { NodeLoad } from "../nodes/node-load.ts";
import { MINUTE_MS } from "../time.ts";
import type { Check, CheckResult, Evidence, Facts } from "./check.ts";
import { whyNoFigures } from "./device-figures.ts";
import { andMore, found, notApplicable, pass, unknown } from "./result.ts";

const ID = "node-pressure";

/** Nodes are looked at now and then; an older look says nothing of now. */
const OLDEST_MS = 20 * MINUTE_MS;

const FULL_CPU = 0.95;
const LONG_QUEUE = 10;
const FULL_IOPS = 0.95;

const MIB = 1_024 * 1_024;

/** Memory below which the kubelet evicts pods without grace. Source: AKS, "Node resource reservations". */
const EVICTION_MIB = 100;
const EVICTION_MIB_BEFORE_1_29 = 750;

/** So much above it is short of memory already. */
const MARGIN_MIB = 200;

/** Are the nodes themselves short of CPU, memory or disk? */
export const nodePressure: Check = {
  id: ID,
  question: "Are the nodes themselves short of CPU, memory or disk?",
  judgesTraffic: false,
  judge,
};

function judge(facts: Facts): CheckResult {
  const { cluster, nodeLoad } = facts;
  if (cluster.powerState === "stopped") return notApplicable(ID, "the cluster is stopped");
  if (nodeLoad === null) return unknown(ID, whyNoFigures(facts, "nodes", "no node was looked at yet"));
  const ageMs = facts.minuteMs + MINUTE_MS - nodeLoad.atMs;
  if (ageMs > OLDEST_MS) {
    const old = `the nodes were last looked at ${formatCount(ageMs / MINUTE_MS)} minutes ago`;
    return unknown(ID, whyNoFigures(facts, "nodes", old));
  }
  if (nodeLoad.nodes === 0) {
    return unknown(ID, whyNoFigures(facts, "nodes", "Azure Monitor has no figures of the nodes"));
  }

  const memoryLimit = (evictionMiB(cluster.kubernetesVersion) + MARGIN_MIB) * MIB;
  const findings = nodeLoad.busiest.flatMap((load) => {
    const pressures = pressuresOf(load, memoryLimit);
    if (pressures.length === 0) return [];
    const summary = `node ${load.node}: ${pressures.join(", ")}`;
    return [{ subject: { node: load.node }, severity: "warn" as const, summary }];
  });
  const evidence = evidenceOf(nodeLoad.nodes, nodeLoad.busiest, memoryLimit);
  const first = findings[0];
  if (first === undefined) {
    return pass(ID, `none of ${formatCount(nodeLoad.nodes)} nodes is short of CPU, memory or disk`, {
      evidence,
    });
  }
  return found(ID, andMore(first.summary, findings.length - 1), findings, {
    evidence,
    remedy: {
      text: "To applications it looks like SNAT exhaustion (time-outs, connections that fail) and is not: more ports change nothing. Find what keeps the node busy; give pods requests and limits, use a larger VM size, or an OS disk with more IOPS (an ephemeral one).",
      commands: [
        `kubectl describe node ${first.subject.node}`,
        `kubectl get pods --all-namespaces --field-selector spec.nodeName=${first.subject.node}`,
      ],
    },
  });
}

/** MiB at which this Kubernetes version evicts; that of today's versions where it is unknown. */
function evictionMiB(version: string | null): number {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version ?? "") ?? [];
  if (major === undefined || minor === undefined) return EVICTION_MIB;
  return Number(major) === 1 && Number(minor) < 29 ? EVICTION_MIB_BEFORE_1_29 : EVICTION_MIB;
}

function pressuresOf(load: NodeLoad, memoryLimit: number): string[] {
  const pressures: string[] = [];
  if (load.cpu !== null && load.cpu >= FULL_CPU) pressures.push(`CPU ${formatPercent(load.cpu)}`);
  if (load.memoryBytes !== null && load.memoryBytes < memoryLimit) {
    pressures.push(`${formatCount(load.memoryBytes / MIB)} MiB of memory available`);
  }
  if (load.diskQueue !== null && load.diskQueue > LONG_QUEUE) {
    pressures.push(`${formatCount(load.diskQueue)} requests wait at the OS disk`);
  }
  if (load.diskIops !== null && load.diskIops >= FULL_IOPS) {
    pressures.push(`OS disk at ${formatPercent(load.diskIops)} of its IOPS`);
  }
  return pressures;
}

/** The worst of each measure, where Azure has it. */
function evidenceOf(nodes: number, busiest: readonly NodeLoad[], memoryLimit: number): Evidence[] {
  const cpu = known(busiest, ({ cpu: value }) => value);
  const memory = known(busiest, ({ memoryBytes }) => memoryBytes);
  const queue = known(busiest, ({ diskQueue }) => diskQueue);
  const iops = known(busiest, ({ diskIops }) => diskIops);
  return [
    { name: "nodes", value: nodes },
    ...(cpu.length === 0 ? [] : [{ name: "highestCpu", value: Math.max(...cpu), limit: FULL_CPU }]),
    ...(memory.length === 0
      ? []
      : [
          {
            name: "leastMemory",
            value: Math.round(Math.min(...memory) / MIB),
            unit: "MiB",
            limit: memoryLimit / MIB,
          },
        ]),
    ...(queue.length === 0
      ? []
      : [{ name: "longestDiskQueue", value: Math.max(...queue), unit: "requests", limit: LONG_QUEUE }]),
    ...(iops.length === 0 ? [] : [{ name: "highestDiskIops", value: Math.max(...iops), limit: FULL_IOPS }]),
  ];
}

function known(busiest: readonly NodeLoad[], value: (load: NodeLoad) => number | null): number[] {
  return busiest.map(value).filter((each) => each !== null);
}
