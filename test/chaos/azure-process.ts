// A simulated Azure whose clusters exhaust their ports in minutes that the trial names. A process of its own.

import { createServer } from "node:http";
import { buildCatalog } from "../../infra/local/simulated-azure/arm/catalog.ts";
import { type Azure, dispatch, splitTarget } from "../../infra/local/simulated-azure/http/dispatch.ts";
import { readBody, send } from "../../infra/local/simulated-azure/http/send.ts";
import { Stats } from "../../infra/local/simulated-azure/http/stats.ts";
import { indexSources } from "../../infra/local/simulated-azure/metrics/sources.ts";
import { cluster, estate, pool } from "../../infra/local/simulated-azure/scenarios/parts.ts";
import { steady } from "../../infra/local/simulated-azure/world/curves.ts";
import { minuteOf } from "../../infra/local/simulated-azure/world/moment.ts";
import { buildWorld } from "../../infra/local/simulated-azure/world/world.ts";
import { appTimeMs } from "./clock.ts";
import { type FleetPlan, isExhausted } from "./fleet-plan.ts";
import { announceReady, argument } from "./process-talk.ts";

const SERIES_LIMIT = 500_000;
/** A node of five has 1,024 ports. */
const [FULL, CALM] = [1_300, 100];

const plan: FleetPlan = argument();
const isGone = (rel: number) => plan.gone !== undefined && rel >= plan.gone[0] && rel < plan.gone[1];
const world = buildWorld(
  estate(
    plan.clusters.map((planned) =>
      cluster(planned.name, {
        pools: [pool(plan.nodes ?? 2)],
        traffic: {
          tcp: (node, at) => steady(node.index === 0 && isExhausted(planned, at.rel) ? FULL : CALM)(node, at),
          absent: isGone,
        },
      }),
    ),
  ),
  { seed: 1, anchorMinute: minuteOf(plan.clock.startMs) },
);
const stats = new Stats();
const azure: Azure = {
  world,
  stats,
  catalog: buildCatalog(world),
  sources: indexSources(world),
  seriesLimit: SERIES_LIMIT,
  throttle: undefined,
};

const server = createServer((incoming, response) => {
  const answer = async () => {
    const body = await readBody(incoming);
    const target = splitTarget(incoming.url ?? "");
    if (target === undefined) {
      response.writeHead(400).end();
      return;
    }
    const request = { method: incoming.method ?? "GET", body, nowMs: appTimeMs(plan.clock), ...target };
    send(response, dispatch(azure, request));
  };
  answer().catch((error: unknown) => {
    console.error(error);
    response.destroy();
  });
});
server.listen(0, "127.0.0.1", () => announceReady(server));
