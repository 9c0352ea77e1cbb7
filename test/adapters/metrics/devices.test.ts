import { describe, expect, test } from "vitest";
import { nodeOfMachine } from "#adapters/metrics/node-queries.ts";
import { resourceKey } from "#core/egress/resource-id.ts";
import type { MetricName, SeriesLabels } from "#core/series/sample-block.ts";
import type { RawSeries } from "./answers.ts";
import { device, deviceId, deviceKit, readDevice } from "./device-support.ts";
import { FROM_MS, reasons, valuesOf, withSeries } from "./support.ts";

const NAT = resourceKey(deviceId("natGateway", "a"));
const FIREWALL = resourceKey(deviceId("firewall", "a"));
const SCALE_SET = resourceKey(deviceId("scaleSet", "a"));
const nat = { resourceId: NAT } as const;
const firewall = { resourceId: FIREWALL } as const;
const node = (name: string) => ({ resourceId: SCALE_SET, node: name });

describe("a healthy answer becomes series", () => {
  test.for<[MetricName, SeriesLabels, (number | null)[]]>([
    ["natAttemptedConnections", { ...nat, protocol: "tcp" }, [50, 60, 70, 80]],
    ["natFailedConnections", { ...nat, protocol: "tcp" }, [0, 2, 0, 0]],
    ["natAttemptedConnections", { ...nat, protocol: "udp" }, [5, null, 7, 8]],
    ["natFailedConnections", { ...nat, protocol: "udp" }, [0, null, 0, 0]],
    ["natConnections", { ...nat, protocol: "tcp" }, [900, 910, 920, 930]],
    ["natConnections", { ...nat, protocol: "udp" }, [9, 9, 9, 9]],
    ["natPacketDrops", nat, [0, 0, 3, 0]],
    ["natPackets", nat, [1000, 1100, 1200, 1300]],
    ["natBytes", nat, [5e6, 5e6, 5e6, 5e6]],
    ["natDatapath", nat, [1, 1, 0, 0.75]],
  ])("of a NAT gateway: %s %j", async ([metric, labels, expected]) => {
    const { block, problems } = await readDevice("natGateway");
    expect(problems).toEqual([]);
    expect(valuesOf(block, metric, labels)).toEqual(expected);
    expect(block.series.size).toBe(10);
  });

  test.for<[MetricName, SeriesLabels, (number | null)[]]>([
    ["firewallSnatUtilization", { ...firewall, protocol: "tcp" }, [0.12, 0.5, null, 0.96]],
    ["firewallSnatUtilization", { ...firewall, protocol: "udp" }, [0.01, 0.01, 0.01, 0.01]],
    ["firewallHealth", firewall, [1, 1, 1, null]],
    ["firewallHealth", { ...firewall, reason: "SNAT port" }, [null, null, 0.5, 0.5]],
    ["firewallThroughput", firewall, [4e8, 5e8, 4e8, 4e8]],
    ["firewallLatency", firewall, [1.2, 0, 1.4, 1.3]],
  ])("of a firewall: %s %j", async ([metric, labels, expected]) => {
    const { block, problems } = await readDevice("firewall");
    expect(problems).toEqual([]);
    expect(valuesOf(block, metric, labels)).toEqual(expected);
    expect(block.series.size).toBe(6);
  });

  test.for<[MetricName, SeriesLabels, (number | null)[]]>([
    ["nodeCpu", node("aks-pool-123-vmss000003"), [0.25, 0.5, null, 1]],
    ["nodeCpu", node("aks-pool-123-vmss000014"), [0.1, 0.1, 0.1, 0.1]],
    ["nodeMemory", node("aks-pool-123-vmss000003"), [4e9, 3e9, 2e9, 1e9]],
    ["nodeDiskQueue", node("aks-pool-123-vmss000003"), [0, 0.5, 12, 1]],
    ["nodeDiskIops", node("aks-pool-123-vmss000003"), [0.1, 0.2, 0.95, 0.4]],
  ])("of a scale set: %s %j", async ([metric, labels, expected]) => {
    const { block, problems } = await readDevice("scaleSet");
    expect(problems).toEqual([]);
    expect(valuesOf(block, metric, labels)).toEqual(expected);
    expect(block.series.size).toBe(8);
  });
});

describe("new connections of a NAT gateway", () => {
  const connections = (
    protocol: string,
    connectionstate: string,
    values: RawSeries["values"],
  ): RawSeries => ({
    dimensions: { protocol, connectionstate },
    values,
  });
  const read = (...series: RawSeries[]) =>
    readDevice("natGateway", withSeries("SNATConnectionCount", series));

  test.for([
    ["6", "Attempted", "tcp", "natAttemptedConnections"],
    ["17", "attempted", "udp", "natAttemptedConnections"],
    ["TCP", "ATTEMPTED", "tcp", "natAttemptedConnections"],
    ["Udp", "Failed", "udp", "natFailedConnections"],
    ["tcp", "failed", "tcp", "natFailedConnections"],
  ] as const)("protocol %s and state %s", async ([protocol, state, ours, metric]) => {
    const { block } = await read(connections(protocol, state, [4]));
    expect(valuesOf(block, metric, { ...nat, protocol: ours })?.[0]).toBe(4);
  });

  test("in other states and of other protocols are passed over, and do not hide that none failed", async () => {
    const { block, problems } = await read(
      connections("6", "Attempted", [5]),
      connections("6", "Established", [9]),
      connections("6", "TimedOut", [9]),
      connections("1", "Attempted", [9]),
    );
    expect(problems).toEqual([]);
    expect(valuesOf(block, "natAttemptedConnections", { ...nat, protocol: "tcp" })?.[0]).toBe(5);
    expect(valuesOf(block, "natFailedConnections", { ...nat, protocol: "tcp" })?.[0]).toBe(0);
    expect(
      [...block.series.values()].filter(({ metric }) => metric === "natAttemptedConnections"),
    ).toHaveLength(1);
  });

  test("that failed are not zero where no attempt is known", async () => {
    const { block } = await read(connections("6", "Failed", [null, 3]));
    expect(valuesOf(block, "natFailedConnections", { ...nat, protocol: "tcp" })).toEqual([
      null,
      3,
      null,
      null,
    ]);
    const nothing = await read();
    expect(valuesOf(nothing.block, "natFailedConnections", { ...nat, protocol: "tcp" })).toBeUndefined();
    expect(nothing.problems).toEqual([]);
  });

  test("that failed are not zero in an answer that was cut", async () => {
    const answer = await read(
      ...Array.from({ length: 140 }, (_, at) => connections("6", at === 0 ? "Attempted" : `State${at}`, [1])),
    );
    expect(answer.problems).toEqual([
      {
        source: "natGateway",
        reason: "partial",
        message:
          "new SNAT connections of NAT gateway a: SNATConnectionCount: the answer was cut at 140 series",
      },
    ]);
    expect(valuesOf(answer.block, "natFailedConnections", { ...nat, protocol: "tcp" })).toBeUndefined();
  });

  test("without their dimensions are malformed", async () => {
    expect(reasons(await read({ dimensions: {}, values: [1] }))).toEqual(["natGateway:malformed"]);
  });
});

test("packets and bytes that come split are summed, a datapath that comes split is the worse", async () => {
  const split = (values: readonly number[]) =>
    values.map((value, at) => ({ dimensions: { direction: at === 0 ? "In" : "Out" }, values: [value] }));
  const packets = await readDevice("natGateway", withSeries("PacketCount", split([100, 30])));
  expect(valuesOf(packets.block, "natPackets", nat)?.[0]).toBe(130);
  const path = await readDevice("natGateway", withSeries("DatapathAvailability", split([100, 40])));
  expect(valuesOf(path.block, "natDatapath", nat)?.[0]).toBe(0.4);
});

describe("a firewall", () => {
  test("without traffic has no series and no problem, and its health is not zero", async () => {
    const { block, problems } = await readDevice("firewall", ({ metrics }) => ({
      body: {
        values: [
          {
            resourceid: deviceId("firewall", "a"),
            value: metrics.map((name) => ({ name: { value: name }, timeseries: [], errorCode: "Success" })),
          },
        ],
      },
    }));
    expect(problems).toEqual([]);
    expect(block.series.size).toBe(0);
  });

  test("that does not split its SNAT ports is read without the split", async () => {
    const kit = deviceKit((question) =>
      question.metrics.includes("SNATPortUtilization")
        ? withSeries(
            "SNATPortUtilization",
            question.filter === null ? [{ dimensions: {}, values: [40, 41] }] : [],
          )(question)
        : undefined,
    );
    const answer = (await kit.read(device("firewall"))).get(FIREWALL);
    expect(answer?.problems).toEqual([]);
    expect(answer && valuesOf(answer.block, "firewallSnatUtilization", firewall)).toEqual([
      0.4,
      0.41,
      null,
      null,
    ]);
    const asked = kit.questions().filter(({ metrics }) => metrics.includes("SNATPortUtilization"));
    expect(asked.map(({ filter }) => filter)).toEqual(["Protocol eq '*'", null]);
  });

  test("that names protocols we do not know is read without the split", async () => {
    const { block, problems } = await readDevice("firewall", (question) =>
      withSeries(
        "SNATPortUtilization",
        question.filter === null
          ? [{ dimensions: {}, values: [7] }]
          : [{ dimensions: { protocol: "Any" }, values: [7] }],
      )(question),
    );
    expect(problems).toEqual([]);
    expect(valuesOf(block, "firewallSnatUtilization", firewall)?.[0]).toBe(0.07);
  });

  test.for([
    ["", undefined],
    [" ", undefined],
    ["SNAT port", "SNAT port"],
    ["Internal error ", "Internal error"],
  ] as const)("whose health has the reason '%s'", async ([reason, expected]) => {
    const series = [{ dimensions: { Status: "Unhealthy", Reason: reason }, values: [0] }];
    const { block } = await readDevice("firewall", withSeries("FirewallHealth", series));
    const labels = expected === undefined ? firewall : { ...firewall, reason: expected };
    expect(valuesOf(block, "firewallHealth", labels)?.[0]).toBe(0);
  });

  test("that is in two states for one reason in a minute is as well as the worse", async () => {
    const series = ["Healthy", "Degraded"].map((status, at) => ({
      dimensions: { status },
      values: [100 - at * 50],
    }));
    const { block } = await readDevice("firewall", withSeries("FirewallHealth", series));
    expect(valuesOf(block, "firewallHealth", firewall)?.[0]).toBe(0.5);
  });
});

describe("a machine", () => {
  test.for([
    ["aks-pool-123-vmss_0", "aks-pool-123-vmss000000"],
    ["AKS-POOL-123-VMSS_35", "aks-pool-123-vmss00000z"],
    ["aks-pool-123-vmss_46656", "aks-pool-123-vmss001000"],
    ["akswin1_12", "akswin100000c"],
    ["my_pool_7", "my_pool000007"],
    ["aks-pool-123-vmss_1a2b3c4d", "aks-pool-123-vmss_1a2b3c4d"],
    ["aks-pool-123-vmss_12345678", "aks-pool-123-vmss_12345678"],
    ["aks-pool-123-vmss_0003", "aks-pool-123-vmss_0003"],
    ["aks-pool-123-vmss000003", "aks-pool-123-vmss000003"],
  ] as const)("called %s is node %s", ([machine, expected]) => {
    expect(nodeOfMachine(machine)).toBe(expected);
  });

  test("with two disks is as busy as the busier one, and as short of memory as the shorter", async () => {
    const twice = (dimension: string, values: readonly number[]) =>
      values.map((value, lun) => ({
        dimensions: { VMName: "aks-pool-123-vmss_3", [dimension]: String(lun) },
        values: [value],
      }));
    const disks = await readDevice(
      "scaleSet",
      withSeries("OS Disk IOPS Consumed Percentage", twice("LUN", [20, 90])),
    );
    const labels = node("aks-pool-123-vmss000003");
    expect(valuesOf(disks.block, "nodeDiskIops", labels)?.[0]).toBe(0.9);
    const memory = await readDevice("scaleSet", withSeries("Available Memory Bytes", twice("x", [9e9, 1e9])));
    expect(valuesOf(memory.block, "nodeMemory", labels)?.[0]).toBe(1e9);
  });

  test("with an ephemeral disk has no disk metrics, which is no problem; without load it is one", async () => {
    expect(reasons(await readDevice("scaleSet", withSeries("OS Disk Queue Depth", [])))).toEqual([]);
    const silent = await readDevice("scaleSet", withSeries("Percentage CPU", []));
    expect(silent.problems).toEqual([
      {
        source: "nodes",
        reason: "empty",
        message: "load of nodes of scale set a: no series of Percentage CPU, expected some of 2 nodes",
      },
    ]);
  });
});

test("nothing is asked for an empty span or without devices, and each device has its answer", async () => {
  const { source, http, read } = deviceKit();
  const signal = new AbortController().signal;
  const empty = await source.readDevices(
    { targets: [device("firewall")], fromMs: FROM_MS, toMs: FROM_MS },
    signal,
  );
  expect(empty.get(FIREWALL)).toMatchObject({ block: { minutes: 0 }, problems: [] });
  expect((await read()).size).toBe(0);
  expect(http.seen).toEqual([]);
});
