import { describe, expect, test } from "vitest";
import { NOW_MS } from "../azure/support.ts";
import {
  lbId,
  type Question,
  reasons,
  requestFor,
  SUBSCRIPTION,
  sourceWith,
  target,
  valuesOf,
} from "./support.ts";

const signal = new AbortController().signal;
const USED = { frontendIp: "20.1.1.1", backendIp: "10.0.0.4", protocol: "tcp" } as const;

describe("a subscription that refuses batches", () => {
  const refuse = (status: number) => (question: Question) =>
    question.via === "batch" ? { status, body: { error: { code: "AuthorizationFailed" } } } : undefined;

  test.for([401, 403])("with %i is read resource by resource", async (status) => {
    const { source, http, questions } = sourceWith(refuse(status), { concurrency: 1 });
    const answers = await source.read(requestFor([target("a"), target("b")]), signal);

    expect([...answers.values()].flatMap(({ problems }) => problems)).toEqual([]);
    for (const name of ["a", "b"]) {
      const answer = answers.get(name);
      expect(answer && valuesOf(answer.block, "usedPorts", USED)).toEqual([10, 11.5, 12, 13]);
    }
    expect(questions().map(({ via }) => via)).toEqual(["batch", ...new Array(8).fill("resource")]);
    const url = http.seen[1]?.url;
    expect(url?.origin).toBe("https://management.azure.com");
    expect(url?.pathname).toBe(`${lbId("a")}/providers/Microsoft.Insights/metrics`);
    expect(Object.fromEntries(url?.searchParams ?? [])).toEqual({
      "api-version": "2024-02-01",
      timespan: "2026-11-21T10:00:00.000Z/2026-11-21T10:04:00.000Z",
      interval: "PT1M",
      metricnames: "UsedSnatPorts,AllocatedSnatPorts",
      metricnamespace: "Microsoft.Network/loadBalancers",
      aggregation: "average",
      $filter: "FrontendIPAddress eq '*' and BackendIPAddress eq '*' and ProtocolType eq '*'",
      top: "116",
    });
  });

  test("is remembered for 15 minutes", async () => {
    let nowMs = NOW_MS;
    const { source, questions } = sourceWith(refuse(401), { clock: { nowMs: () => nowMs }, concurrency: 1 });
    const batches = () => questions().filter(({ via }) => via === "batch").length;
    await source.read(requestFor([target("a")]), signal);
    nowMs += 14 * 60_000;
    await source.read(requestFor([target("a")]), signal);
    expect(batches()).toBe(1);
    nowMs += 60_000;
    await source.read(requestFor([target("a")]), signal);
    expect(batches()).toBe(2);
  });

  test("and refuses single resources too says what to grant", async () => {
    const { source } = sourceWith(() => ({
      status: 403,
      body: { code: "AuthorizationFailed", message: "no" },
    }));
    const answer = (await source.read(requestFor([target("a")]), signal)).get("a");
    expect(reasons(answer)[0]).toBe("snatPorts:forbidden");
    expect(answer?.problems[0]?.message).toContain(
      `--role "Monitoring Reader" --scope /subscriptions/${SUBSCRIPTION}`,
    );
  });

  test("asks ARM of the cloud with a token for it", async () => {
    const scopes = new Set<string>();
    const { source, http } = sourceWith(refuse(401), {
      cloud: "china",
      credential: {
        getToken: async (scope) => {
          for (const one of [scope].flat()) scopes.add(one);
          return { token: "t", expiresOnTimestamp: Date.now() + 3_600_000 };
        },
      },
    });
    await source.read(requestFor([target("a")]), signal);
    expect(http.seen.at(-1)?.url.host).toBe("management.chinacloudapi.cn");
    expect(scopes).toContain("https://management.chinacloudapi.cn/.default");
  });
});

describe("a batch that one resource spoils", () => {
  const targets = Array.from({ length: 50 }, (_, at) => target(`c${at}`, { probedPorts: 0 }));
  const spoilBy = (bad: readonly string[], status = 404) => {
    const ids = new Set(bad.map(lbId));
    return (question: Question) =>
      question.ids.some((id) => ids.has(id))
        ? { status, body: { error: { code: "ResourceNotFound" } } }
        : undefined;
  };

  test.for([
    ["404", 404, "notFound"],
    ["400", 400, "rejected"],
  ] as const)("with %s is cut until the bad one is alone", async ([, status, reason]) => {
    const { source } = sourceWith(spoilBy(["c17"], status));
    const answers = await source.read(requestFor(targets), signal);
    for (const [name, answer] of answers) {
      const expected =
        name === "c17" ? ["snatPorts", "snatConnections", "dataPath"].map((one) => `${one}:${reason}`) : [];
      expect(reasons(answer)).toEqual(expected);
    }
  });

  test("finds two bad ones", async () => {
    const { source } = sourceWith(spoilBy(["c3", "c44"]));
    const answers = await source.read(requestFor(targets), signal);
    const bad = [...answers].filter(([, { problems }]) => problems.length > 0).map(([name]) => name);
    expect(bad).toEqual(["c3", "c44"]);
  });

  test("is not cut again the next minute: the bad one is asked alone until it answers", async () => {
    const bad = ["c17"];
    const { source, questions } = sourceWith((question) => spoilBy(bad)(question));
    await source.read(requestFor(targets), signal);
    const count = questions().length;
    expect(count).toBeLessThanOrEqual(3 * 13);

    await source.read(requestFor(targets), signal);
    const second = questions().slice(count);
    expect(second.map(({ ids }) => ids.length).toSorted((a, b) => a - b)).toEqual([1, 1, 1, 49, 49, 49]);

    bad.pop();
    await source.read(requestFor(targets), signal);
    const before = questions().length;
    await source.read(requestFor(targets), signal);
    expect(questions().slice(before)).toHaveLength(3);
  });

  test("is given up soon where every part is refused", async () => {
    const { source, questions } = sourceWith(() => ({
      status: 400,
      body: { error: { code: "BadRequest" } },
    }));
    const answers = await source.read(requestFor(targets), signal);
    expect(new Set([...answers.values()].flatMap(reasons))).toEqual(
      new Set(["snatPorts:rejected", "snatConnections:rejected", "dataPath:rejected"]),
    );
    const count = questions().length;
    expect(count).toBeLessThanOrEqual(3 * 17);
    await source.read(requestFor(targets), signal);
    expect(questions().length - count).toBeLessThanOrEqual(3 * 17);
  });
});
