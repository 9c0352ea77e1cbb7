import { describe, expect, test } from "vitest";
import { resourceKey } from "#core/egress/resource-id.ts";
import type { DeviceTarget, MetricsAnswer } from "#ports/metrics-source.ts";
import { type FakeAnswer, NOW_MS } from "../azure/support.ts";
import { rawMetric } from "./answers.ts";
import { device, deviceId, deviceKit, HUB } from "./device-support.ts";
import {
  answerOf,
  FROM_MS,
  healthyMetric,
  lbId,
  type Question,
  reasons,
  requestFor,
  SUBSCRIPTION,
  target,
} from "./support.ts";

const MEMORY = "Available Memory Bytes";
const SCALE_SET_METRICS = [
  "Percentage CPU",
  MEMORY,
  "OS Disk Queue Depth",
  "OS Disk IOPS Consumed Percentage",
];

function answerFor(answers: ReadonlyMap<string, MetricsAnswer>, target: DeviceTarget): MetricsAnswer {
  const answer = answers.get(resourceKey(target.resourceId));
  if (answer === undefined) throw new Error(`no answer for ${target.resourceId}`);
  return answer;
}

function badRequest(message: string): FakeAnswer {
  return { status: 400, body: { error: { code: "BadRequest", message } } };
}

function unknownMetric(name: string): FakeAnswer {
  return badRequest(
    `Failed to find metric configuration for provider: Microsoft.Compute, resource Type: virtualMachineScaleSets, metric: ${name}, Valid metrics: ${SCALE_SET_METRICS.filter((one) => one !== name).join(",")}`,
  );
}

describe("requests for devices", () => {
  test("ask for metrics of one aggregation and split together", async () => {
    const { read, http, questions } = deviceKit(undefined, { concurrency: 1 });
    await read(device("natGateway"), device("firewall"), device("scaleSet"));
    expect(
      questions().map(({ namespace, metrics, aggregation, filter }) => [
        namespace.split("/")[1],
        metrics.join(),
        aggregation,
        filter,
      ]),
    ).toEqual([
      ["natGateways", "SNATConnectionCount", "total", "Protocol eq '*' and ConnectionState eq '*'"],
      ["natGateways", "TotalConnectionCount", "total", "Protocol eq '*'"],
      ["natGateways", "PacketDropCount,PacketCount,ByteCount", "total", null],
      ["natGateways", "DatapathAvailability", "average", null],
      ["azureFirewalls", "SNATPortUtilization", "average", "Protocol eq '*'"],
      ["azureFirewalls", "FirewallHealth", "average", "Status eq '*' and Reason eq '*'"],
      ["azureFirewalls", "Throughput,FirewallLatencyPng", "average", null],
      ["virtualMachineScaleSets", SCALE_SET_METRICS.join(), "average", "VMName eq '*'"],
    ]);
    // Azure knows `top` only with a split.
    expect(http.seen.map(({ url }) => url.searchParams.has("top"))).toEqual([
      true,
      true,
      false,
      false,
      true,
      true,
      false,
      true,
    ]);
  });

  test("go to the subscription and region of each device, however they are written, 50 at a time", async () => {
    const { read, questions, http } = deviceKit();
    const many = Array.from({ length: 51 }, (_, at) => device("scaleSet", `set${at}`));
    const elsewhere = device("scaleSet", "north", { region: "North Europe" });
    const hub = device("scaleSet", "hub", { resourceId: deviceId("scaleSet", "hub", HUB) });
    const loud = device("scaleSet", "loud", {
      resourceId: deviceId("scaleSet", "loud", HUB).toUpperCase(),
      region: "WestEurope",
    });
    const answers = await read(...many, elsewhere, hub, loud);

    expect(answers.size).toBe(54);
    expect([...answers.values()].flatMap(({ problems }) => problems)).toEqual([]);
    expect(new Set(questions().map(({ host, ids }) => `${host.split(".")[0]} ${ids.length}`))).toEqual(
      new Set(["westeurope 50", "westeurope 1", "northeurope 1", "westeurope 2"]),
    );
    const subscriptions = http.seen.map(({ url }) => url.pathname.split("/")[2]).toSorted();
    expect(subscriptions).toEqual([SUBSCRIPTION, SUBSCRIPTION, SUBSCRIPTION, HUB]);
    expect([...answerFor(answers, loud).block.series.values()][0]?.labels.resourceId).toBe(
      resourceKey(loud.resourceId),
    );
  });

  test("share what is known of a subscription with those for load balancers", async () => {
    const { read, source, questions } = deviceKit(({ via }) =>
      via === "batch" ? { status: 403, body: { error: { code: "AuthorizationFailed" } } } : undefined,
    );
    await source.read(requestFor([target("a")]), new AbortController().signal);
    const count = questions().length;
    await read(device("natGateway"));
    expect(
      questions()
        .slice(count)
        .map(({ via }) => via),
    ).toEqual(new Array(4).fill("resource"));
  });
});

describe("a subscription that refuses batches of devices", () => {
  const refuse =
    (status: number) =>
    ({ via, ids }: Question) =>
      via === "batch" && ids[0]?.includes(HUB) ? { status } : undefined;

  test.for([401, 403])("with %i is read device by device, others in batches", async (status) => {
    const { read, questions } = deviceKit(refuse(status), { concurrency: 1 });
    const hubs = ["a", "b"].map((name) =>
      device("firewall", name, { resourceId: deviceId("firewall", name, HUB) }),
    );
    const answers = await read(...hubs, device("firewall", "own"));
    expect([...answers.values()].map((answer) => [answer.block.series.size, answer.problems])).toEqual(
      new Array(3).fill([6, []]),
    );
    const asked = questions().map(({ via, ids }) => `${via} ${ids.length}`);
    // The first batch of the hub, then its two firewalls three times; three batches for the other subscription.
    expect(asked.filter((one) => one === "batch 2")).toHaveLength(1);
    expect(asked.filter((one) => one === "resource 1")).toHaveLength(6);
    expect(asked.filter((one) => one === "batch 1")).toHaveLength(3);
  });

  test("and single devices too says of which one, and what to grant", async () => {
    const { read } = deviceKit(() => ({ status: 403, body: { code: "AuthorizationFailed", message: "no" } }));
    const hub = device("natGateway", "hub", { resourceId: deviceId("natGateway", "hub", HUB) });
    const { problems } = answerFor(await read(hub), hub);
    expect(problems.map(({ source, reason }) => `${source}:${reason}`)).toEqual(
      new Array(4).fill("natGateway:forbidden"),
    );
    expect(problems[0]?.message).toContain(
      `new SNAT connections of ${hub.resourceId}: 403 AuthorizationFailed`,
    );
    expect(problems[0]?.message).toContain(`--role "Monitoring Reader" --scope /subscriptions/${HUB}`);
  });
});

describe("a metric that Azure does not know", () => {
  const refuseMemory =
    (refusal: FakeAnswer) =>
    ({ metrics }: Question) =>
      metrics.includes(MEMORY) ? refusal : undefined;

  test.for([
    ["by its name", unknownMetric(MEMORY)],
    ["without a word", badRequest("The request is invalid.")],
    ["without a body", { status: 400 }],
  ] as const)("and refuses %s does not lose the others", async ([, refusal]) => {
    const { read, questions } = deviceKit(refuseMemory(refusal));
    const target = device("scaleSet");
    const { block, problems } = answerFor(await read(target, device("scaleSet", "b")), target);
    expect(new Set([...block.series.values()].map(({ metric }) => metric))).toEqual(
      new Set(["nodeCpu", "nodeDiskQueue", "nodeDiskIops"]),
    );
    expect(problems).toEqual([
      {
        source: "nodes",
        reason: "rejected",
        message: "load of nodes of scale set a: Azure Monitor refuses Available Memory Bytes in westeurope",
        minor: true,
      },
    ]);
    expect(questions()).toHaveLength(2);
  });

  test("is not asked for again for 15 minutes, in that region", async () => {
    let nowMs = NOW_MS;
    const { read, questions } = deviceKit(refuseMemory(unknownMetric(MEMORY)), {
      clock: { nowMs: () => nowMs },
    });
    const target = device("scaleSet");
    const askedNow = async (...targets: DeviceTarget[]) => {
      const before = questions().length;
      const answers = await read(...targets);
      for (const answer of answers.values()) expect(reasons(answer)).toEqual(["nodes:rejected"]);
      return questions()
        .slice(before)
        .map(({ metrics }) => metrics.length);
    };
    expect(await askedNow(target)).toEqual([4, 3]);
    nowMs += 10 * 60_000;
    expect(await askedNow(target)).toEqual([3]);
    expect(await askedNow(device("scaleSet", "b", { region: "northeurope" }))).toEqual([4, 3]);
    nowMs += 5 * 60_000;
    expect(await askedNow(target)).toEqual([4, 3]);
  });

  test("is asked for the next time where it is one of those that every region has", async () => {
    let broken = true;
    const queue = "OS Disk Queue Depth";
    const { read } = deviceKit(({ metrics }) =>
      broken && metrics.includes(queue) ? unknownMetric(queue) : undefined,
    );
    const target = device("scaleSet");
    const first = answerFor(await read(target), target);
    expect(first.problems).toMatchObject([{ source: "nodes", reason: "rejected" }]);
    expect(first.problems[0]).not.toHaveProperty("minor");
    expect(first.block.series.size).toBe(6);
    broken = false;
    const second = answerFor(await read(target), target);
    expect(second.problems).toEqual([]);
    expect(second.block.series.size).toBe(8);
  });

  test("is not what a deleted scale set among others is taken for", async () => {
    const bad = deviceId("scaleSet", "s7");
    const { read } = deviceKit(({ ids }) =>
      ids.includes(bad) ? badRequest("Resource is gone.") : undefined,
    );
    const targets = Array.from({ length: 20 }, (_, at) => device("scaleSet", `s${at}`));
    const first = await read(...targets);
    const failed = targets.filter((target) => answerFor(first, target).problems.some(({ minor }) => !minor));
    expect(failed.map(({ resourceId }) => resourceId)).toEqual([bad]);

    const second = await read(...targets);
    for (const target of targets) {
      expect(reasons(answerFor(second, target))).toEqual(target.resourceId === bad ? ["nodes:rejected"] : []);
    }
  });

  test("by an error code of its own leaves the others, and is a problem with its code", async () => {
    const broken = (name: string) => (question: Question) => {
      if (!question.metrics.includes(name)) return undefined;
      const failing = rawMetric({ name, series: [], fromMs: FROM_MS, errorCode: "BadRequest" });
      return {
        body: answerOf(question, () =>
          question.metrics.map((metric) => (metric === name ? failing : healthyMetric(metric))),
        ),
      };
    };
    const set = device("scaleSet");
    const memory = answerFor(await deviceKit(broken(MEMORY)).read(set), set);
    expect(memory.problems).toEqual([
      {
        source: "nodes",
        reason: "rejected",
        message: "load of nodes of scale set a: Available Memory Bytes: BadRequest",
        minor: true,
      },
    ]);
    expect(memory.block.series.size).toBe(6);

    const nat = device("natGateway");
    const packets = answerFor(await deviceKit(broken("PacketCount")).read(nat), nat);
    expect(packets.problems).toEqual([
      {
        source: "natGateway",
        reason: "rejected",
        message: "packets of NAT gateway a: PacketCount: BadRequest",
      },
    ]);
    expect(packets.block.series.size).toBe(9);
  });
});

describe("a split that Azure refuses", () => {
  test("is given up for the device's one series", async () => {
    const { read, questions } = deviceKit(({ metrics, filter }) =>
      metrics.includes("SNATPortUtilization") && filter !== null
        ? badRequest("Metric: SNATPortUtilization does not support requested dimension combination: protocol")
        : undefined,
    );
    const target = device("firewall");
    const { problems, block } = answerFor(await read(target), target);
    expect(problems).toEqual([]);
    const series = [...block.series.values()].filter(({ metric }) => metric === "firewallSnatUtilization");
    expect(series.map(({ labels }) => labels)).toEqual([{ resourceId: resourceKey(target.resourceId) }]);
    expect(questions()).toHaveLength(4);
  });
});

describe("a failing Azure", () => {
  test.for([
    ["throttles", { status: 429, headers: { "retry-after": "300" } }, "throttled"],
    ["has no such resource", { status: 404, body: { error: { code: "ResourceNotFound" } } }, "notFound"],
    ["fails", { status: 500 }, "unavailable"],
    ["refuses everything", badRequest("no"), "rejected"],
    ["answers something else", { body: "<html>" }, "malformed"],
    ["leaves it out", { body: { values: [] } }, "partial"],
  ] as const)("%s: every query of the firewall says so", async ([, answer, reason]) => {
    const target = device("firewall");
    const other = device("firewall", "b");
    const answers = await deviceKit(() => answer).read(target, other);
    for (const one of [target, other]) {
      const { problems, block } = answerFor(answers, one);
      expect(problems.map((problem) => `${problem.source}:${problem.reason}`)).toEqual(
        new Array(3).fill(`firewall:${reason}`),
      );
      // A cluster may have several: each says which it is.
      for (const { message } of problems) expect(message).toMatch(`${one.resourceId.at(-1)}: `);
      expect(block.series.size).toBe(0);
    }
  });

  test("in one query leaves the others of the device, and other devices", async () => {
    const nat = device("natGateway");
    const set = device("scaleSet");
    const answers = await deviceKit(({ metrics }) =>
      metrics.includes("TotalConnectionCount") ? { status: 500 } : undefined,
    ).read(nat, set);
    expect(answerFor(answers, nat).problems).toMatchObject([{ source: "natGateway", reason: "unavailable" }]);
    expect(answerFor(answers, nat).problems[0]?.message).toMatch(
      `open SNAT connections of ${nat.resourceId}: 500`,
    );
    expect(answerFor(answers, nat).block.series.size).toBe(8);
    expect(answerFor(answers, set).problems).toEqual([]);
  });

  test.for([
    ["is none", "firewall-1"],
    ["is one of a subscription alone", `/subscriptions/${SUBSCRIPTION}`],
    ["lies in no subscription", lbId("a").slice(60)],
  ] as const)("an id that %s throws nothing", async ([, resourceId]) => {
    const target = device("firewall", "a", { resourceId });
    const { problems, block } = answerFor(await deviceKit(() => ({ status: 404 })).read(target), target);
    expect(problems.length).toBeGreaterThan(0);
    expect(block.series.size).toBe(0);
  });

  test("a region that is none is refused before a token is sent anywhere", async () => {
    const { read, http } = deviceKit();
    const target = device("natGateway", "a", { region: "evil.example/x" });
    expect(reasons(answerFor(await read(target), target))[0]).toBe("natGateway:rejected");
    expect(http.seen).toEqual([]);
  });

  test("ends with the deadline of the read", async () => {
    const target = device("natGateway");
    const { read } = deviceKit(() => new Promise(() => {}), { deadlineMs: 30, concurrency: 1 });
    expect(reasons(answerFor(await read(target), target))).toEqual(new Array(4).fill("natGateway:timeout"));
  });
});
