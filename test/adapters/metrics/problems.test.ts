import { createServer, type RequestListener } from "node:http";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { createMetricsSource } from "#adapters/metrics/metrics-source.ts";
import { createStandInHttpClient, standInCredential } from "../../../infra/local/stand-in/http-client.ts";
import { type FakeAnswer, haveRecorded, NOW_MS, recorded, silentLogger } from "../azure/support.ts";
import { rawMetric } from "./answers.ts";
import {
  answerOf,
  FROM_MS,
  healthyMetric,
  lbId,
  type Question,
  readAll,
  readOne,
  reasons,
  requestFor,
  sourceWith,
  target,
  valuesOf,
  withSeries,
} from "./support.ts";

const signal = new AbortController().signal;
const isPorts = ({ metrics }: Question) => metrics.includes("UsedSnatPorts");
const onPorts = (answer: FakeAnswer) => (question: Question) => (isPorts(question) ? answer : undefined);
const EVERYTHING = ["snatPorts", "snatConnections", "dataPath", "healthProbe"];

describe("an answer that is not whole", () => {
  test("is partial where it reaches the series limit", async () => {
    const series = (count: number) =>
      Array.from({ length: count }, (_, at) => ({
        dimensions: { frontendipaddress: "20.1.1.1", backendipaddress: `10.0.1.${at}`, protocoltype: "TCP" },
        values: [1],
      }));
    const cut = await readOne(withSeries("UsedSnatPorts", series(116)));
    expect(reasons(cut)).toEqual(["snatPorts:partial"]);
    expect(cut.block.series.size).toBeGreaterThan(116);
    expect(reasons(await readOne(withSeries("UsedSnatPorts", series(115))))).toEqual([]);
  });

  test("is empty where the topology says there must be series", async () => {
    expect(reasons(await readOne(withSeries("AllocatedSnatPorts", [])))).toEqual(["snatPorts:empty"]);
    expect(reasons(await readOne(withSeries("SnatConnectionCount", [])))).toEqual(["snatConnections:empty"]);
  });

  test("is no problem where silence is an ordinary picture", async () => {
    expect(reasons(await readOne(withSeries("VipAvailability", [])))).toEqual([]);
    expect(reasons(await readOne(withSeries("DipAvailability", [])))).toEqual([]);
    expect(reasons(await readOne(withSeries("UsedSnatPorts", []), { nodes: 0 }))).toEqual([]);
  });

  test("names the code of a metric that failed", async () => {
    const broken = rawMetric({
      name: "AllocatedSnatPorts",
      series: [],
      fromMs: FROM_MS,
      errorCode: "InternalServerError",
      errorMessage: "Try later.",
    });
    const answer = await readOne((question) =>
      isPorts(question)
        ? { body: answerOf(question, () => [healthyMetric("UsedSnatPorts"), broken]) }
        : undefined,
    );
    expect(answer.problems).toEqual([
      {
        source: "snatPorts",
        reason: "unavailable",
        message: "SNAT ports: AllocatedSnatPorts: InternalServerError: Try later.",
      },
    ]);
    expect(
      valuesOf(answer.block, "usedPorts", { frontendIp: "20.1.1.1", backendIp: "10.0.0.4", protocol: "tcp" }),
    ).toEqual([10, 11.5, 12, 13]);
  });

  test("is partial where a resource or a metric is left out", async () => {
    const answers = await readAll(
      (question) =>
        isPorts(question)
          ? { body: answerOf({ ...question, ids: [lbId("b")] }, () => [healthyMetric("UsedSnatPorts")]) }
          : undefined,
      [target("a"), target("b")],
    );
    expect(reasons(answers.get("a"))).toEqual(["snatPorts:partial"]);
    expect(answers.get("b")?.problems[0]?.message).toBe(
      "SNAT ports: AllocatedSnatPorts is missing in the answer",
    );
  });

  test("is malformed where series lack the dimensions asked for, or the grain is another", async () => {
    expect(reasons(await readOne(withSeries("UsedSnatPorts", [{ dimensions: {}, values: [1] }])))).toEqual([
      "snatPorts:malformed",
    ]);
    const hourly = await readOne((question) =>
      isPorts(question)
        ? { body: { values: [{ resourceid: question.ids[0], interval: "PT1H", value: [] }] } }
        : undefined,
    );
    expect(reasons(hourly)).toEqual(["snatPorts:malformed"]);
  });
});

describe("a failing Azure", () => {
  test.for([
    ["500 on every try", { status: 500, body: { error: { code: "InternalServerError" } } }, "unavailable"],
    [
      "an HTML page with 200",
      { body: "<html>login</html>", headers: { "content-type": "text/html" } },
      "malformed",
    ],
    ["an HTML page with 502", { status: 502, body: "<html>bad gateway</html>" }, "unavailable"],
    ["cut JSON", { body: '{"values":[{"resourceid":"/sub' }, "malformed"],
    ["JSON of another shape", { body: { cost: 0 } }, "malformed"],
    ["JSON that is a list", { body: [] }, "malformed"],
    ["null", { body: "null" }, "malformed"],
    ["an empty body", { body: "" }, "malformed"],
  ] as const)("%s is a problem of that query alone", async ([, answer, reason]) => {
    const result = await readOne(onPorts(answer));
    expect(reasons(result)).toEqual([`snatPorts:${reason}`]);
    expect(result.problems[0]?.message).toMatch(/^SNAT ports of \/subscriptions\//);
    expect(result.block.series.size).toBeGreaterThan(0);
  });

  test("odd values inside are passed over", async () => {
    const body = {
      values: [null, 5, { resourceid: lbId("a"), value: [null, {}, { name: {} }, { name: "x" }] }],
    };
    expect(reasons(await readOne(onPorts({ body })))).toEqual(["snatPorts:partial"]);
  });

  test("that throttles beyond the deadline leaves a problem for each query, and is asked once", async () => {
    const { source, http } = sourceWith(() => ({ status: 429, headers: { "retry-after": "300" } }), {
      concurrency: 1,
    });
    const answers = await source.read(requestFor([target("a")]), signal);
    expect(reasons(answers.get("a"))).toEqual(EVERYTHING.map((one) => `${one}:throttled`));
    expect(http.seen).toHaveLength(1);
    expect(answers.get("a")?.problems[0]?.message).toContain("429; asked to wait 300 s");
  });

  test("that throttles for a moment is waited for", async () => {
    const { source, time } = sourceWith((_question, count) =>
      count === 1 ? { status: 529, headers: { "retry-after": "5" } } : undefined,
    );
    const answers = await source.read(requestFor([target("a")]), signal);
    expect(reasons(answers.get("a"))).toEqual([]);
    expect(time.clock.nowMs()).toBeGreaterThanOrEqual(NOW_MS + 5_000);
  });

  test("without a token leaves a problem for each query", async () => {
    const getToken = () =>
      Promise.reject(Object.assign(new Error("az login"), { name: "CredentialUnavailableError" }));
    const answers = await readAll(() => undefined, [target("a")], { credential: { getToken } });
    expect(reasons(answers.get("a"))).toEqual(EVERYTHING.map((one) => `${one}:unauthorized`));
    expect(answers.get("a")?.problems[0]?.message).toContain("no token: az login");
  });

  test.skipIf(!haveRecorded).for([
    ["errors/metrics-getbatch-500.json", "unavailable"],
    ["errors/arm-504-gateway-timeout.json", "unavailable"],
    ["errors/arm-404-resource-not-found.json", "notFound"],
    ["errors/metrics-429-metricdefinitions.json", "throttled"],
    ["metrics/error-400-unknown-metric.json", "rejected"],
  ] as const)("as recorded in %s", async ([path, reason]) => {
    const { status, headers = {}, body } = recorded(path).response;
    const result = await readOne(onPorts({ status, headers, body }));
    expect(reasons(result)).toContain(`snatPorts:${reason}`);
  });
});

describe("a call that hangs", () => {
  const never = () => new Promise<FakeAnswer>(() => {});

  test("makes only its own batch time out", async () => {
    const { source } = sourceWith((question) => (isPorts(question) ? never() : undefined), {
      timeoutMs: 10,
      deadlineMs: 2_000,
    });
    const answers = await source.read(requestFor([target("a")]), signal);
    expect(reasons(answers.get("a"))).toEqual(["snatPorts:timeout"]);
  });

  test("ends with the deadline of the read, and what was not asked says so", async () => {
    const { source, http } = sourceWith(never, { deadlineMs: 30, concurrency: 1 });
    const answers = await source.read(requestFor([target("a")]), signal);
    expect(reasons(answers.get("a"))).toEqual(EVERYTHING.map((one) => `${one}:timeout`));
    expect(answers.get("a")?.problems[3]?.message).toContain("not done within 0.03 s");
    expect(http.seen).toHaveLength(1);
  });

  test("in the credential ends with the deadline as well", async () => {
    const answers = await readAll(() => undefined, [target("a")], {
      deadlineMs: 30,
      credential: { getToken: () => new Promise(() => {}) },
    });
    expect(reasons(answers.get("a"))[0]).toBe("snatPorts:timeout");
  });

  test("ends when the caller aborts", async () => {
    const controller = new AbortController();
    const { source } = sourceWith(() => {
      controller.abort();
      return never();
    });
    const answers = await source.read(requestFor([target("a")]), controller.signal);
    expect(reasons(answers.get("a"))).toEqual(EVERYTHING.map((one) => `${one}:timeout`));
    expect(answers.get("a")?.problems[0]?.message).toContain("stopped by the caller");
  });

  test("is not begun after the caller has aborted", async () => {
    const { source, http } = sourceWith();
    const answers = await source.read(requestFor([target("a")]), AbortSignal.abort());
    expect(reasons(answers.get("a"))).toHaveLength(4);
    expect(http.seen).toEqual([]);
  });
});

describe("over a real socket", () => {
  async function readFrom(listener: RequestListener) {
    const server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const source = createMetricsSource({
      credential: standInCredential,
      httpClient: createStandInHttpClient(`http://127.0.0.1:${port}`),
      cloud: "public",
      clock: { nowMs: () => NOW_MS },
      logger: silentLogger,
      sleep: () => Promise.resolve(),
      timeoutMs: 100,
      deadlineMs: 5_000,
    });
    try {
      const answers = await source.read(requestFor([target("a", { probedPorts: 0 })]), signal);
      return reasons(answers.get("a"));
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }

  const page = gzipSync(
    JSON.stringify({ values: Array.from({ length: 5_000 }, (_, at) => ({ at: at * 7.7 })) }),
  );

  test.for([
    ["a connection that closes at once", (request, _response) => request.socket.destroy(), "unavailable"],
    [
      "a body that is cut",
      (_request, response) => {
        response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
        response.write('{"values":[', () => response.destroy());
      },
      "malformed",
    ],
    [
      "a compressed body that is cut, which the SDK waits for without end",
      (_request, response) => {
        response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
        response.write(page.subarray(0, 2_000), () => response.destroy());
      },
      "timeout",
    ],
    [
      "headers and then silence",
      (_request, response) => {
        response.writeHead(200, { "content-type": "application/json" });
        response.flushHeaders();
      },
      "timeout",
    ],
  ] satisfies [string, RequestListener, string][])("%s", async ([, listener, reason]) => {
    expect(await readFrom(listener)).toEqual([
      `snatPorts:${reason}`,
      `snatConnections:${reason}`,
      `dataPath:${reason}`,
    ]);
  });
});
