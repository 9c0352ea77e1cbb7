import { expect, test } from "vitest";
import { open, PER_NODE, span } from "./support.ts";

const QUERY = { metricnames: "UsedSnatPorts", ...span(-4, 0) };

async function refusal(
  scenario: string,
  change: Readonly<Record<string, string>>,
  pick: (ids: string[]) => string[] = (ids) => ids.slice(0, 1),
): Promise<string> {
  const { batch, ids } = await open(scenario, { clusters: 60, nodes: 2, clustersPerSubscription: 60 });
  const { status, body } = await batch(pick(await ids("Microsoft.Network/loadBalancers")), {
    ...QUERY,
    ...change,
  });
  expect(status).toBe(400);
  expect(body.error.code).toBe("BadRequest");
  return body.error.message;
}

const OTHER =
  "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/g/providers/Microsoft.Network";

test.for([
  ["more than 50 resources", {}, (ids: string[]) => ids.slice(0, 51), "must not exceed 50: 51"],
  ["two regions", {}, (ids: string[]) => ids.slice(0, 2), "must be in region westeurope"],
  [
    "two subscriptions",
    {},
    (ids: string[]) => [...ids.slice(0, 1), `${OTHER}/loadBalancers/x`],
    "must belong to subscription",
  ],
  [
    "two types",
    {},
    (ids: string[]) => [...ids.slice(0, 1), `${ids[0]?.split("/loadB")[0]}/natGateways/x`],
    "must be of type",
  ],
  ["no resources", { subscription: "s" }, () => [], "at least one resource id"],
  ["the wrong region", { region: "eastus" }, undefined, "must be in region eastus"],
  ["an unknown metric", { metricnames: "Nope" }, undefined, "Valid metrics: VipAvailability,"],
  [
    "an unknown namespace",
    { metricnamespace: "Microsoft.Network/nope" },
    (ids: string[]) => ids.slice(0, 1).map((id) => id.replace("loadBalancers", "nope")),
    "not supported",
  ],
  ["an odd interval", { interval: "PT7M" }, undefined, "Invalid time grain"],
  ["an odd aggregation", { aggregation: "median" }, undefined, "Invalid aggregation: median"],
  ["top 0", { filter: PER_NODE, top: "0" }, undefined, "'top'"],
  ["a top past int32", { filter: PER_NODE, top: "2147483648" }, undefined, "'top'"],
  ["an end before its start", span(0, -4), undefined, "before the end"],
  ["a time that is none", { starttime: "yesterday" }, undefined, "not a time"],
] as const)("a batch with %s is refused", async ([, change, pick, message]) => {
  expect(await refusal("large", change, pick)).toContain(message);
});

test("the largest top is accepted", async () => {
  const { ids, series } = await open("healthy");
  const [id = ""] = await ids("Microsoft.Network/loadBalancers");

  expect(await series(id, { ...QUERY, filter: PER_NODE, top: "2147483647" })).toHaveLength(10);
});

test("an answer past the series limit is refused, one at the limit is not", async () => {
  for (const [seriesLimit, status] of [
    [19, 400],
    [20, 200],
  ] as const) {
    const { batch, ids } = await open("exhausted-node", { seriesLimit });
    const query = { ...QUERY, filter: PER_NODE, top: "20" };
    expect((await batch(await ids("Microsoft.Network/loadBalancers"), query)).status).toBe(status);
  }
});

test("a body that is no JSON is refused, and so is a GET", async () => {
  const { azure, subscriptions } = await open("healthy");
  const [{ subscriptionId }] = await subscriptions();
  const url = `${azure.address}/westeurope.metrics.monitor.azure.com/subscriptions/${subscriptionId}/metrics:getBatch?api-version=1`;

  expect((await fetch(url, { method: "POST", body: "{" })).status).toBe(400);
  expect((await fetch(url)).status).toBe(404);
});
