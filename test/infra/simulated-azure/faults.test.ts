import { expect, test } from "vitest";
import { ANCHOR, arm, type Json, open, span } from "./support.ts";

const SUBSCRIPTIONS = arm("/subscriptions");

test("a rule answers in Azure's place, as often as it says", async () => {
  const { azure, get } = await open("healthy");
  azure.faults.add({
    match: { path: "/SUBSCRIPTIONS" },
    times: 2,
    status: 503,
    headers: { "retry-after": "1" },
  });

  const first = await get(SUBSCRIPTIONS);
  expect([first.status, first.headers.get("retry-after")]).toEqual([503, "1"]);
  expect((await get(SUBSCRIPTIONS)).status).toBe(503);
  expect((await get(SUBSCRIPTIONS)).status).toBe(200);
  expect(azure.stats()).toMatchObject({ faults: 2, byStatus: { 200: 1, 503: 2 } });
});

test("rules pick by host, method, subscription and by a resource in the body of a batch", async () => {
  const { azure, batch, get, ids } = await open("healthy");
  const list = await ids("Microsoft.Network/loadBalancers");
  const [shop = "", media = ""] = list.filter((id) => id.includes("westeurope"));
  azure.faults.add({ match: { host: "metrics", method: "post", resource: "shop-prod" }, status: 500 });
  const query = { metricnames: "UsedSnatPorts", ...span(-2, 0) };

  expect((await batch([shop], query)).status).toBe(500);
  expect((await batch([media], query)).status).toBe(200);
  expect((await get(SUBSCRIPTIONS)).status).toBe(200);
  azure.faults.clear();
  azure.faults.add({ match: { subscriptionId: shop.split("/")[2] ?? "" }, status: 403 });
  expect((await batch([media], query)).status).toBe(403);
});

test("texts go out as they are, objects as JSON, gateways as HTML", async () => {
  const { azure, get } = await open("healthy");
  azure.faults.add({ times: 1, status: 429, body: "You have reached the limit." });
  azure.faults.add({ times: 1, status: 429, body: { Code: "429" } });
  azure.faults.add({ times: 1, action: "html502" });

  expect((await get(SUBSCRIPTIONS)).body).toBe("You have reached the limit.");
  expect((await get(SUBSCRIPTIONS)).body).toEqual({ Code: "429" });
  const gateway = await get(SUBSCRIPTIONS);
  expect(gateway.status).toBe(502);
  expect(gateway.body).toContain("<html>");
});

test("connections are reset, cut short, or left hanging", async () => {
  const { azure, get } = await open("healthy");
  azure.faults.add({ times: 1, action: "reset" });
  azure.faults.add({ times: 1, action: "cut" });
  azure.faults.add({ times: 1, action: "hang" });

  await expect(get(SUBSCRIPTIONS)).rejects.toThrow("fetch failed");
  await expect(get(SUBSCRIPTIONS)).rejects.toThrow("terminated");
  const hanging = fetch(`${azure.address}/${SUBSCRIPTIONS}`, { signal: AbortSignal.timeout(200) });
  await expect(hanging).rejects.toThrow("timeout");
});

test("a delay alone keeps the real answer", async () => {
  const { azure, get } = await open("healthy");
  azure.faults.add({ delayMs: 60 });
  const started = performance.now();

  expect((await get(SUBSCRIPTIONS)).status).toBe(200);
  expect(performance.now() - started).toBeGreaterThan(55);
});

test("the admin routes add and drop rules and tell what was asked", async () => {
  const { azure, get, batch, ids } = await open("healthy");
  const admin = (method: string, path: string, body?: unknown): Promise<Response> =>
    fetch(`${azure.address}/_sim/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });

  const added = await admin("POST", "faults", { status: 500, times: 1 });
  expect([added.status, await added.json()]).toEqual([201, { id: "fault-1" }]);
  expect((await get(SUBSCRIPTIONS)).status).toBe(500);
  await admin("POST", "faults", { status: 500 });
  await admin("DELETE", "faults");
  const list = await ids("Microsoft.Network/loadBalancers");
  await batch(list.slice(0, 1), { metricnames: "UsedSnatPorts", ...span(-2, 0) });

  const stats: Json = await (await admin("GET", "stats")).json();
  expect(stats).toMatchObject({
    requests: 4,
    byKind: { "arm.subscriptions": 2, "arm.loadbalancers": 1, "metrics.getBatch": 1 },
    byStatus: { 200: 3, 500: 1 },
    metrics: { resources: 1, series: 1, points: 2 },
  });
  expect(stats.bytesSent).toBeGreaterThan(500);
  await admin("POST", "stats/reset");
  expect(await (await admin("GET", "stats")).json()).toMatchObject({ requests: 0, bytesSent: 0 });
  const { scenarios }: Json = await (await admin("GET", "scenarios")).json();
  expect(scenarios.map(({ name }: { name: string }) => name)).toContain("exhausted-node");
  expect((await admin("GET", "nothing")).status).toBe(404);
});

test.for([
  ["[]", "a JSON object is expected"],
  ['{"state": 500}', "unknown field state"],
  ['{"times": "2"}', 'times: a whole number is expected: "2"'],
  ['{"action": "explode"}', "action: one of reset, hang, cut, html502 is expected"],
  ['{"match": {"url": "x"}}', "unknown field match.url"],
  ['{"match": {"path": 1}}', "match.path: a text is expected: 1"],
  ["{", "the body is not JSON"],
] as const)("a rule like %s is refused", async ([body, message]) => {
  const { azure } = await open("healthy");
  const response = await fetch(`${azure.address}/_sim/faults`, { method: "POST", body });

  expect(response.status).toBe(400);
  const { error }: Json = await response.json();
  expect(error.message).toContain(message);
});

test("the rate limit is a bucket for each subscription and region, refilled by the clock", async () => {
  let seconds = 0;
  const rateLimit = { capacity: 3, refillPerSecond: 1, retryAfter: "alternate" } as const;
  const { get, subscriptions } = await open("partial-subscription", {
    rateLimit,
    nowMs: () => ANCHOR + seconds * 1000,
  });
  const [one, other] = await subscriptions();
  const ask = (id: string) => get(arm(`/subscriptions/${id}/providers/Microsoft.Network/loadBalancers`));

  for (let count = 0; count < 3; count += 1) expect((await ask(one.subscriptionId)).status).toBe(200);
  const told = await ask(one.subscriptionId);
  expect([told.status, told.headers.get("retry-after")]).toEqual([429, "1"]);
  expect(told.body.error.code).toBe("SubscriptionRequestsThrottled");
  expect((await ask(one.subscriptionId)).headers.get("retry-after")).toBeNull();
  expect((await ask(other.subscriptionId)).status).toBe(403);
  seconds = 2;
  expect((await ask(one.subscriptionId)).status).toBe(200);
});

test("the scenario throttled refuses in turns, and answers again after a reset", async () => {
  const { azure, batch, ids } = await open("throttled");
  const list = (await ids("Microsoft.Network/loadBalancers")).filter((id) => id.includes("westeurope"));
  const statuses: number[] = [];
  for (let count = 0; count < 12; count += 1) {
    statuses.push((await batch(list, { metricnames: "UsedSnatPorts", ...span(-2, 0) })).status);
  }

  expect(new Set(statuses)).toEqual(new Set([200, 429, 529]));
  expect(azure.stats().throttled).toBe(statuses.filter((status) => status !== 200).length);
  azure.reset();
  expect(azure.stats()).toMatchObject({ requests: 0, throttled: 0 });
});
