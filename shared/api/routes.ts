import { alertsRoute } from "./alerts.ts";
import { channelsRoute } from "./channels.ts";
import { channelTestRoute } from "./channels-test.ts";
import { clusterRoute } from "./cluster.ts";
import { clustersRoute } from "./clusters.ts";
import { denialsRoute } from "./denials.ts";
import { eventsRoute } from "./events.ts";
import { healthRoute } from "./health.ts";
import { historyRoute } from "./history/history.ts";
import { incidentsRoute } from "./incidents.ts";
import { metricsRoute } from "./metrics.ts";
import { openapiRoute } from "./openapi.ts";
import { planRoute } from "./plan.ts";
import type { Route } from "./route.ts";
import { createSilenceRoute, endSilenceRoute, silencesRoute } from "./silences.ts";

/** Every route of the API. `functions/` registers what stands here, and OpenAPI describes it. */
export const ROUTES: readonly Route[] = [
  healthRoute,
  clustersRoute,
  clusterRoute,
  historyRoute,
  eventsRoute,
  planRoute,
  denialsRoute,
  alertsRoute,
  incidentsRoute,
  silencesRoute,
  createSilenceRoute,
  endSilenceRoute,
  channelsRoute,
  channelTestRoute,
  metricsRoute,
  openapiRoute,
];
