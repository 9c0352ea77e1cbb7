import { describe, expect, test } from "vitest";
import type { CheckResult } from "#core/checks/check.ts";
import { nodePressure } from "#core/checks/node-pressure.ts";
import type { NodeLoad } from "#core/nodes/node-load.ts";
import { summariseNodeLoad } from "#core/nodes/summarise-node-load.ts";
import type { MetricName } from "#core/series/sample-block.ts";
import { createBlock, ensureSeries } from "#core/series/sample-block.ts";
import { MINUTE_MS } from "#core/time.ts";
import { cluster, facts, T0 } from "../../support/builders.ts";

const none: ReadonlyMap<string, CheckResult> = new Map();
const MIB = 1_024 * 1_024;

const calm: NodeLoad = {
  node: "aks-pool1-10000000-vmss000000",
  cpu: 0.4,
  memoryBytes: 4_000 * MIB,
  diskQueue: 0.2,
  diskIops: 0.1,
};

const judge = (load: Partial<NodeLoad>, version: string | null = "1.33.2", ageMinutes = 2) =>
  nodePressure.judge(
    facts({
      cluster: cluster({ kubernetesVersion: version }),
      nodeLoad: { atMs: T0 - (ageMinutes - 1) * MINUTE_MS, nodes: 3, busiest: [{ ...calm, ...load }] },
    }),
    none,
  );

describe("a node", () => {
  const rows: readonly (readonly [
    string,
    Partial<NodeLoad>,
    string | null,
    CheckResult["outcome"],
    string,
  ])[] = [
    ["calm", {}, "1.33.2", "pass", "none of 3 nodes"],
    ["CPU used up", { cpu: 0.97 }, "1.33.2", "warn", "CPU 97 %"],
    ["memory below 300 MiB", { memoryBytes: 250 * MIB }, "1.33.2", "warn", "250 MiB of memory available"],
    ["800 MiB are enough today", { memoryBytes: 800 * MIB }, "1.29.0", "pass", "none"],
    ["800 MiB are near eviction before 1.29", { memoryBytes: 800 * MIB }, "1.28.15", "warn", "800 MiB"],
    ["800 MiB with a version that is not known", { memoryBytes: 800 * MIB }, null, "pass", "none"],
    ["a queue at the OS disk", { diskQueue: 14.2 }, "1.33.2", "warn", "14 requests wait at the OS disk"],
    ["the disk's IOPS used up", { diskIops: 0.99 }, "1.33.2", "warn", "OS disk at 99 % of its IOPS"],
    ["values that Azure does not have", { cpu: null, memoryBytes: null }, "1.33.2", "pass", "none"],
  ];
  test.for(rows)("%s", ([, load, version, outcome, words]) => {
    const result = judge(load, version);
    expect(result.outcome).toBe(outcome);
    expect(result.summary).toContain(words);
  });
});

test("it names the node, and says that more ports change nothing", () => {
  const result = judge({ cpu: 1, diskQueue: 40 });
  expect(result.findings).toEqual([
    {
      subject: { node: calm.node },
      severity: "warn",
      summary: `node ${calm.node}: CPU 100 %, 40 requests wait at the OS disk`,
    },
  ]);
  expect(result.remedy?.text).toContain("looks like SNAT exhaustion");
  expect(result.remedy?.commands[0]).toBe(`kubectl describe node ${calm.node}`);
});

test.for([
  ["20 minutes old", judge({}, null, 20), "pass", "none"],
  ["21 minutes old", judge({}, null, 21), "unknown", "21 minutes ago"],
  ["never looked at", nodePressure.judge(facts(), none), "unknown", "no node was looked at yet"],
  [
    "looked at, but nothing came",
    nodePressure.judge(facts({ nodeLoad: { atMs: T0, nodes: 0, busiest: [] } }), none),
    "unknown",
    "no figures of the nodes",
  ],
  [
    "a read that failed",
    nodePressure.judge(
      facts({
        problems: [{ source: "nodes", reason: "forbidden", message: "403 on scale sets", minor: true }],
      }),
      none,
    ),
    "unknown",
    "403 on scale sets",
  ],
  [
    "a stopped cluster",
    nodePressure.judge(facts({ cluster: cluster({ powerState: "stopped" }) }), none),
    "notApplicable",
    "stopped",
  ],
] as const)("%s", ([, result, outcome, words]) => {
  expect(result.outcome).toBe(outcome);
  expect(result.summary).toContain(words);
});

describe("the summary of a read", () => {
  const SCALE_SET =
    "/subscriptions/s/resourcegroups/mc/providers/microsoft.compute/virtualmachinescalesets/a";

  type Row = readonly [node: string, metric: MetricName, values: readonly number[]];

  function block(rows: readonly Row[]) {
    const made = createBlock(T0 - 2 * MINUTE_MS, T0 + MINUTE_MS);
    for (const [node, metric, values] of rows) {
      ensureSeries(made, metric, { resourceId: SCALE_SET, node }).values.set(values);
    }
    return made;
  }

  test("means, the least memory, and null for what is missing", () => {
    const reading = summariseNodeLoad(
      block([
        ["a", "nodeCpu", [0.2, Number.NaN, 0.4]],
        ["a", "nodeMemory", [900, 500, 700]],
        ["b", "nodeDiskQueue", [2, 4, 6]],
        ["c", "nodeCpu", []],
      ]),
      T0,
    );
    expect(reading).toMatchObject({ atMs: T0, nodes: 2 });
    expect(reading.busiest.find(({ node }) => node === "a")).toEqual({
      node: "a",
      cpu: expect.closeTo(0.3, 9),
      memoryBytes: 500,
      diskQueue: null,
      diskIops: null,
    });
    expect(reading.busiest.find(({ node }) => node === "b")?.diskQueue).toBe(4);
  });

  test("twenty are kept, most pressed first, the worst of each measure among them", () => {
    const rows = Array.from({ length: 60 }, (_, index): Row => [`n${index}`, "nodeCpu", [0.3 + index / 100]]);
    const { busiest, nodes: count } = summariseNodeLoad(
      block([...rows, ["slowDisk", "nodeDiskQueue", [1]], ["tight", "nodeMemory", [200 * MIB]]]),
      T0,
    );
    expect(count).toBe(62);
    expect(busiest).toHaveLength(20);
    expect(busiest[0]?.node).toBe("tight");
    expect(busiest[1]?.node).toBe("n59");
    expect(busiest.map(({ node }) => node)).toContain("slowDisk");
  });

  test("series of other devices are none of a node's", () => {
    const made = createBlock(T0, T0 + MINUTE_MS);
    ensureSeries(made, "natConnections", { resourceId: "x" }).values[0] = 1;
    expect(summariseNodeLoad(made, T0)).toEqual({ atMs: T0, nodes: 0, busiest: [] });
  });
});
