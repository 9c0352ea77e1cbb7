import { healthRoute } from "./health.ts";
import type { Route, RouteHandler } from "./route.ts";

const CLUSTER = "clusters/{subscriptionId}/{resourceGroup}/{name}";

/** Every route of the API. `functions/` registers what stands here, and OpenAPI describes it. */
export const ROUTES: readonly Route[] = [
  // Read at once: a probe is what finds the app cold.
  { ...route("GET", "health", "health", async () => healthRoute), access: "health" },
  route("GET", "clusters", "clusters", async () => (await import("./clusters.ts")).clustersRoute),
  route("GET", "cluster", CLUSTER, async () => (await import("./cluster.ts")).clusterRoute),
  route(
    "GET",
    "history",
    `${CLUSTER}/history`,
    async () => (await import("./history/history.ts")).historyRoute,
  ),
  route("GET", "events", `${CLUSTER}/events`, async () => (await import("./events.ts")).eventsRoute),
  route("GET", "plan", `${CLUSTER}/plan`, async () => (await import("./plan.ts")).planRoute),
  route("GET", "replay", `${CLUSTER}/replay`, async () => (await import("./replay/replay.ts")).replayRoute),
  route("GET", "denials", `${CLUSTER}/denials`, async () => (await import("./denials.ts")).denialsRoute),
  {
    ...route("GET", "badge", `${CLUSTER}/badge.svg`, async () => (await import("./badge.ts")).badgeRoute),
    access: "health",
  },
  route("GET", "alerts", "alerts", async () => (await import("./alerts.ts")).alertsRoute),
  route("GET", "incidents", "incidents", async () => (await import("./incidents.ts")).incidentsRoute),
  route("GET", "silences", "silences", async () => (await import("./silences.ts")).silencesRoute),
  route("POST", "createSilence", "silences", async () => (await import("./silences.ts")).createSilenceRoute),
  route("DELETE", "endSilence", "silences/{id}", async () => (await import("./silences.ts")).endSilenceRoute),
  route("GET", "channels", "channels", async () => (await import("./channels.ts")).channelsRoute),
  route(
    "POST",
    "channelTest",
    "channels/{name}/test",
    async () => (await import("./channels-test.ts")).channelTestRoute,
  ),
  route("GET", "metrics", "metrics", async () => (await import("./metrics.ts")).metricsRoute),
  route("GET", "openapi", "openapi.json", async () => (await import("./openapi.ts")).openapiRoute),
];

function route(
  method: Route["method"],
  name: string,
  template: string,
  load: () => Promise<RouteHandler>,
): Route {
  return { name, method, template, access: "guarded", load };
}
