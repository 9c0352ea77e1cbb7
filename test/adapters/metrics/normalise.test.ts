import { describe, expect, test } from "vitest";
import type { RawSeries } from "./answers.ts";
import { batchAnswer } from "./answers.ts";
import {
  answerOf,
  healthyMetric,
  lbId,
  metricOf,
  readOne,
  reasons,
  valuesOf,
  withSeries,
} from "./support.ts";

const TCP = { frontendIp: "20.1.1.1", backendIp: "10.0.0.4", protocol: "tcp" } as const;

function ports(values: RawSeries["values"], changes: Record<string, string> = {}): RawSeries {
  const dimensions = {
    frontendipaddress: "20.1.1.1",
    backendipaddress: "10.0.0.4",
    protocoltype: "TCP",
    ...changes,
  };
  return { dimensions, values };
}

function connections(state: string, values: RawSeries["values"], backendipaddress = "10.0.0.4"): RawSeries {
  return { dimensions: { backendipaddress, connectionstate: state }, values };
}

describe("an answer becomes series", () => {
  test("of all four queries", async () => {
    const { block, problems } = await readOne(() => undefined);
    expect(problems).toEqual([]);
    expect(valuesOf(block, "usedPorts", TCP)).toEqual([10, 11.5, 12, 13]);
    expect(valuesOf(block, "allocatedPorts", TCP)).toEqual([1024, 1024, 1024, 1024]);
    expect(valuesOf(block, "succeededConnections", { backendIp: "10.0.0.4" })).toEqual([5, 6, 7, 8]);
    expect(valuesOf(block, "vipAvailability", { frontendIp: "20.1.1.1" })).toEqual([1, 1, 0.5, 0.995]);
    expect(valuesOf(block, "dipAvailability", { backendIp: "10.0.0.4", port: "30080" })).toEqual([
      1, 0, 0.25, 1,
    ]);
  });

  test.for([
    ["TCP", "tcp"],
    ["tcp", "tcp"],
    ["6", "tcp"],
    ["UDP", "udp"],
    ["Udp", "udp"],
    ["17", "udp"],
  ] as const)("protocol %s is %s", async ([protocoltype, protocol]) => {
    const { block } = await readOne(withSeries("UsedSnatPorts", [ports([1], { protocoltype })]));
    expect(valuesOf(block, "usedPorts", { ...TCP, protocol })?.[0]).toBe(1);
  });

  test.for([
    ["Successful", "succeededConnections"],
    ["success", "succeededConnections"],
    ["Succeeded", "succeededConnections"],
    ["Failed", "failedConnections"],
    ["failed", "failedConnections"],
    ["PENDING", "pendingConnections"],
  ] as const)("state %s is %s", async ([state, metric]) => {
    const { block } = await readOne(withSeries("SnatConnectionCount", [connections(state, [4])]));
    expect(valuesOf(block, metric, { backendIp: "10.0.0.4" })?.[0]).toBe(4);
  });

  test("whatever the case of dimension names, metric names and resource ids, and IPv6 in one form", async () => {
    const { block, problems } = await readOne((question) => {
      if (!question.metrics.includes("UsedSnatPorts")) return undefined;
      const series = [
        {
          dimensions: {
            FrontendIPAddress: "2603:1030:0005:0000::0017",
            BACKENDIPADDRESS: "FD00:0:0:0::4",
            ProtocolType: "TCP",
          },
          values: [7],
        },
      ];
      const metrics = ["usedsnatports", "ALLOCATEDSNATPORTS"].map((name) => metricOf(name, series));
      return { body: batchAnswer([{ id: `${lbId("a").toLowerCase()}/`, metrics }]) };
    });
    expect(problems).toEqual([]);
    const labels = { frontendIp: "2603:1030:5::17", backendIp: "fd00::4", protocol: "tcp" } as const;
    expect(valuesOf(block, "usedPorts", labels)?.[0]).toBe(7);
    expect(valuesOf(block, "allocatedPorts", labels)?.[0]).toBe(7);
  });

  test("finds a resource by the id of its metrics where the answer does not name it", async () => {
    const { problems, block } = await readOne((question) => {
      const metrics = question.metrics.map((name) => ({
        ...healthyMetric(name),
        id: `${lbId("a")}/providers/Microsoft.Insights/metrics/${name}`,
      }));
      return { body: { values: [{ interval: "PT1M", value: metrics }] } };
    });
    expect(problems).toEqual([]);
    expect(block.series.size).toBeGreaterThan(4);
  });
});

describe("points", () => {
  test("without a value, negative or not finite are no value", async () => {
    const respond = withSeries("UsedSnatPorts", [ports([null, -1, 3, null])]);
    expect(valuesOf((await readOne(respond)).block, "usedPorts", TCP)).toEqual([null, null, 3, null]);
  });

  test("of the other aggregation are no value", async () => {
    const { block } = await readOne((question) => ({
      body: JSON.parse(
        JSON.stringify(answerOf(question, () => question.metrics.map(healthyMetric))).replaceAll(
          '"average"',
          '"maximum"',
        ),
      ),
    }));
    expect(valuesOf(block, "usedPorts", TCP)).toEqual([null, null, null, null]);
  });

  test.for([
    ["before the span", "2026-11-21T09:59:00Z", [null, null, null, null]],
    ["at its end", "2026-11-21T10:04:00Z", [null, null, null, null]],
    ["off the whole minute", "2026-11-21T10:01:31Z", [null, 9, null, null]],
    ["with an offset", "2026-11-21T11:02:00+01:00", [null, null, 9, null]],
    ["with fractions", "2026-11-21T10:03:00.0000000Z", [null, null, null, 9]],
    ["without a zone", "2026-11-21T10:00:00", [9, null, null, null]],
    ["that are no time", "yesterday", [null, null, null, null]],
    ["without a time", undefined, [null, null, null, null]],
  ] as const)("%s", async ([, timeStamp, expected]) => {
    const { block } = await readOne((question) => {
      if (!question.metrics.includes("UsedSnatPorts")) return undefined;
      const metric = metricOf("UsedSnatPorts", [ports([])]);
      const timeseries = metric.timeseries.map((one) => ({ ...one, data: [{ timeStamp, average: 9 }] }));
      return {
        body: answerOf(question, () => [{ ...metric, timeseries }, healthyMetric("AllocatedSnatPorts")]),
      };
    });
    expect(valuesOf(block, "usedPorts", TCP)).toEqual(expected);
  });

  test("keep their minutes where series differ in which minutes they have", async () => {
    const { block } = await readOne((question) => {
      if (!question.metrics.includes("UsedSnatPorts")) return undefined;
      const full = metricOf("UsedSnatPorts", [
        ports([1, 2, 3, 4]),
        ports([5, 6, 7, 8], { protocoltype: "UDP" }),
      ]);
      const timeseries = full.timeseries.map((one, at) => ({ ...one, data: one.data.slice(at * 2) }));
      return {
        body: answerOf(question, () => [{ ...full, timeseries }, healthyMetric("AllocatedSnatPorts")]),
      };
    });
    expect(valuesOf(block, "usedPorts", TCP)).toEqual([1, 2, 3, 4]);
    expect(valuesOf(block, "usedPorts", { ...TCP, protocol: "udp" })).toEqual([null, null, 7, 8]);
  });
});

describe("two raw series of one key", () => {
  test("of ports are the larger: a sum could count a port twice", async () => {
    const awaiting = (value: string) => ({ isawaitingremoval: value });
    const series = [ports([10, null, 30], awaiting("False")), ports([20, 5, 3], awaiting("True"))];
    const { block } = await readOne(withSeries("UsedSnatPorts", series));
    expect(valuesOf(block, "usedPorts", TCP)).toEqual([20, 5, 30, null]);
  });

  test("of connections are the sum", async () => {
    const series = [connections("Failed", [1, 2]), connections("failed", [10, null])];
    const { block } = await readOne(withSeries("SnatConnectionCount", series));
    expect(valuesOf(block, "failedConnections", { backendIp: "10.0.0.4" })).toEqual([11, 2, null, null]);
  });

  test("of availability are the worse", async () => {
    const series = [100, 40].map((value) => ({
      dimensions: { frontendipaddress: "20.1.1.1" },
      values: [value],
    }));
    const { block } = await readOne(withSeries("VipAvailability", series));
    expect(valuesOf(block, "vipAvailability", { frontendIp: "20.1.1.1" })?.[0]).toBe(0.4);
  });
});

describe("a state without a value", () => {
  test("is zero in the minutes in which successful connections are known, and only then", async () => {
    const series = [connections("Successful", [5, null, 0, 7]), connections("Failed", [null, null, 2, null])];
    const { block } = await readOne(withSeries("SnatConnectionCount", series));
    expect(valuesOf(block, "failedConnections", { backendIp: "10.0.0.4" })).toEqual([0, null, 2, 0]);
    expect(valuesOf(block, "pendingConnections", { backendIp: "10.0.0.4" })).toEqual([0, null, 0, 0]);
  });

  test("is not zero where only failed ones are there", async () => {
    const { block } = await readOne(withSeries("SnatConnectionCount", [connections("Failed", [3])]));
    expect(valuesOf(block, "failedConnections", { backendIp: "10.0.0.4" })).toEqual([3, null, null, null]);
    expect(valuesOf(block, "succeededConnections", { backendIp: "10.0.0.4" })).toBeUndefined();
    expect(valuesOf(block, "pendingConnections", { backendIp: "10.0.0.4" })).toBeUndefined();
  });

  test("is not zero in an answer that was cut: the failed ones may be what is missing", async () => {
    const many = Array.from({ length: 124 }, (_, at) =>
      connections("Successful", [1, 1, 1, 1], `10.0.1.${at}`),
    );
    const answer = await readOne(withSeries("SnatConnectionCount", many));
    expect(reasons(answer)).toEqual(["snatConnections:partial"]);
    expect(valuesOf(answer.block, "failedConnections", { backendIp: "10.0.1.7" })).toBeUndefined();
  });

  test("is not zero beside a state that we do not know", async () => {
    const series = [connections("Successful", [1]), connections("TimedOut", [9])];
    const answer = await readOne(withSeries("SnatConnectionCount", series));
    expect(valuesOf(answer.block, "failedConnections", { backendIp: "10.0.0.4" })).toBeUndefined();
  });
});
