import { expect, test } from "vitest";
import {
  alert,
  cluster,
  entry,
  get,
  MINUTE_NOW_MS,
  NOW_MS,
  openApi,
  path,
  SUBSCRIPTION,
  state,
  verdict,
} from "./fakes.ts";

test("tells cluster, paths, checks and nodes of the last verdict", async () => {
  const opened = openApi({
    entries: [entry("Shop")],
    states: [state("Shop", { verdict: verdict("critical"), alerts: [alert()] })],
  });
  const { json, status } = await get(opened, "cluster", "", path("shop"));
  expect(status).toBe(200);
  expect(json).toMatchObject({
    cluster: {
      id: cluster("Shop").ref.id,
      name: "Shop",
      nodes: 2,
      goneSince: null,
      pools: [{ name: "system", maxCount: 5 }],
    },
    paths: [
      {
        kind: "loadBalancer",
        publicIps: ["20.1.2.3"],
        protocols: { tcp: true, udp: true, icmp: false },
        portBudget: 64_000,
      },
    ],
    status: "critical",
    headline: "it is critical",
    evaluatedAt: "2026-11-21T10:00:10Z",
    dataThrough: "2026-11-21T09:57:00Z",
    checks: [
      {
        id: "snat-ports",
        question: "Are ports left?",
        outcome: "fail",
        summary: "1,000 of 1,024 ports in use",
        since: "2026-11-21T09:48:00Z",
        subjects: [{ backendIp: "10.0.0.4", protocol: "tcp" }],
        evidence: [{ name: "usedPorts", value: 1000, unit: "ports", limit: 921 }],
        remedy: { text: "add an address", commands: ["az aks update ..."] },
        docs: expect.stringMatching(/^docs\/checks\/snat-ports\.md$/),
      },
    ],
    nodes: verdict("critical").nodes,
    alerts: [{ check: "snat-ports", state: "firing" }],
    limits: { warnRatio: 0.75, staleAfterSeconds: 300 },
    tagFaults: [],
  });
});

test("finds a cluster by its path in any case", async () => {
  const opened = openApi({ entries: [entry("Shop")] });
  const params = { subscriptionId: SUBSCRIPTION.toUpperCase(), resourceGroup: "RG-ONE", name: "sHOP" };
  expect((await get(opened, "cluster", "", { params })).status).toBe(200);
});

test("answers 404 for a cluster that nobody knows", async () => {
  const response = await get(openApi({ entries: [entry("shop")] }), "cluster", "", path("sho"));
  expect(response.headers["content-type"]).toBe("application/problem+json");
  expect(response.json).toEqual({
    type: "urn:snatwatch:problem:not-found",
    title: "Not found",
    status: 404,
    detail: "no such cluster is known",
    instance: `/api/clusters/${SUBSCRIPTION}/rg-one/sho`,
  });
});

test("before the first verdict every check is unknown", async () => {
  const { json } = await get(openApi({ entries: [entry("shop")] }), "cluster", "", path("shop"));
  expect(json).toMatchObject({
    status: "unknown",
    headline: "not evaluated yet",
    evaluatedAt: null,
    dataThrough: null,
    checks: ["snat-ports", "icmp"].map((id) => ({
      id,
      outcome: "unknown",
      summary: "not evaluated yet",
      remedy: null,
    })),
    nodes: [],
  });
});

test("a cluster that is gone keeps its last verdict, with the time of its end", async () => {
  const evaluatedAtMs = NOW_MS - 5 * 86_400_000;
  const opened = openApi({
    entries: [entry("shop", { goneSinceMs: MINUTE_NOW_MS })],
    states: [state("shop", { verdict: verdict("warning", { evaluatedAtMs }) })],
  });
  expect((await get(opened, "cluster", "", path("shop"))).json).toMatchObject({
    status: "warning",
    cluster: { goneSince: "2026-11-21T10:00:00Z" },
  });
});

test("limits of the cluster's own tags are told, and tags that were ignored", async () => {
  const tags = { "snatwatch-warn-ratio": "0.5", "snatwatch-fail-ratio": "much" };
  const opened = openApi({ entries: [entry("shop", { cluster: cluster("shop", { tags }) })] });
  expect((await get(opened, "cluster", "", path("shop"))).json).toMatchObject({
    limits: { warnRatio: 0.5, failRatio: 0.9 },
    tagFaults: ['tag snatwatch-fail-ratio="much" is ignored: expected a number above 0, at most 1'],
  });
});

test("an outcome without findings is about what could not be judged", async () => {
  const [check] = verdict("unknown").checks;
  const untold = [{ node: "n" }];
  const checks = check === undefined ? [] : [{ ...check, outcome: "unknown" as const, findings: [], untold }];
  const opened = openApi({
    entries: [entry("shop")],
    states: [state("shop", { verdict: verdict("unknown", { checks }) })],
  });
  expect((await get(opened, "cluster", "", path("shop"))).json).toMatchObject({
    checks: [{ subjects: untold }],
  });
});
