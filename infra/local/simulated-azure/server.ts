// The simulated Azure: one HTTP server on the loopback that answers as ARM and Azure Monitor do.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { buildCatalog } from "./arm/catalog.ts";
import { answerAdmin } from "./http/admin.ts";
import { type Azure, type AzureRequest, dispatch, kindOf, splitTarget } from "./http/dispatch.ts";
import { wrappedError } from "./http/errors.ts";
import { FaultBook, type FaultRule } from "./http/faults.ts";
import type { Reply } from "./http/reply.ts";
import { breakConnection, faultReply, readBody, send } from "./http/send.ts";
import { Stats, type StatsSnapshot } from "./http/stats.ts";
import { Throttle } from "./http/throttle.ts";
import { indexSources } from "./metrics/sources.ts";
import { findScenario } from "./scenarios/registry.ts";
import { minuteOf } from "./world/moment.ts";
import type { RateLimit } from "./world/spec.ts";
import { buildWorld } from "./world/world.ts";

export interface SimulatedAzureOptions {
  /** 0: any free port. */
  readonly port?: number;
  readonly scenario?: string;
  readonly seed?: number;
  /** The instant scenarios call 0; default: now. */
  readonly anchorMs?: number;
  /** Decides which minutes are still late, what lists show, and how the rate limit refills. */
  readonly nowMs?: () => number;
  /** Size of the scenario `large`. */
  readonly clusters?: number;
  readonly nodes?: number;
  readonly clustersPerSubscription?: number;
  readonly frontends?: number;
  /** Overrides the scenario's rate limit. */
  readonly rateLimit?: RateLimit;
  /** Items on a page of an ARM list; overrides the scenario's. */
  readonly pageSize?: number;
  /** Time series in one metrics answer before it is refused. */
  readonly seriesLimit?: number;
}

export interface SimulatedAzure {
  readonly address: string;
  stats(): StatsSnapshot;
  /** Forgets the counts, and puts the scenario's own faults and full buckets back. */
  reset(): void;
  readonly faults: { add(rule: FaultRule): string; clear(): void };
  close(): Promise<void>;
}

const SERIES_LIMIT = 500_000;
const DEFAULT_CLUSTERS = 100;
const DEFAULT_NODES = 10;
const DEFAULT_CLUSTERS_PER_SUBSCRIPTION = 50;
const DEFAULT_FRONTENDS = 1;

/** Starts a simulated Azure. @throws RangeError if there is no such scenario */
export async function startSimulatedAzure(options: SimulatedAzureOptions = {}): Promise<SimulatedAzure> {
  const nowMs = options.nowMs ?? Date.now;
  const plan = {
    ...findScenario(options.scenario ?? "demo").plan({
      clusters: options.clusters ?? DEFAULT_CLUSTERS,
      nodes: options.nodes ?? DEFAULT_NODES,
      clustersPerSubscription: options.clustersPerSubscription ?? DEFAULT_CLUSTERS_PER_SUBSCRIPTION,
      frontends: options.frontends ?? DEFAULT_FRONTENDS,
    }),
    ...(options.pageSize === undefined ? {} : { pageSize: options.pageSize }),
  };
  const rateLimit = options.rateLimit ?? plan.rateLimit;
  const world = buildWorld(plan, {
    seed: options.seed ?? 1,
    anchorMinute: minuteOf(options.anchorMs ?? nowMs()),
  });
  const stats = new Stats();
  const faults = new FaultBook();
  const azure = {
    world,
    stats,
    catalog: buildCatalog(world),
    sources: indexSources(world),
    seriesLimit: options.seriesLimit ?? SERIES_LIMIT,
    throttle: undefined as Throttle | undefined,
  };
  const restart = (): void => {
    stats.reset();
    faults.clear();
    for (const rule of plan.faults ?? []) faults.add(rule);
    azure.throttle = rateLimit && new Throttle(rateLimit);
  };
  restart();

  const server = createServer((request, response) => {
    handle(azure, faults, nowMs, request, response).catch((error: unknown) => {
      // A bug of the stand-in must not look like a fault of Azure: say so, and drop the connection.
      console.error("simulated azure:", error);
      response.destroy();
    });
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address ? address.port : 0);
    });
  });

  return {
    address: `http://127.0.0.1:${port}`,
    stats: () => stats.snapshot(),
    reset: restart,
    faults: { add: (rule) => faults.add(rule), clear: () => faults.clear() },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function handle(
  azure: Azure,
  faults: FaultBook,
  nowMs: () => number,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const method = incoming.method ?? "GET";
  const body = await readBody(incoming);
  const [path = ""] = (incoming.url ?? "").split("?");
  if (path.startsWith("/_sim/")) {
    send(response, answerAdmin(method, path, body, { stats: azure.stats, faults }));
    return;
  }
  const target = splitTarget(incoming.url ?? "");
  if (target === undefined) {
    send(response, wrappedError(400, "BadRequest", "expected /HOST/PATH?QUERY"));
    return;
  }
  const request: AzureRequest = { method, body, nowMs: nowMs(), ...target };
  azure.stats.asked(kindOf(request));
  const rule = faults.take(request);
  if (rule) {
    azure.stats.faulted();
    if (await breakConnection(response, rule, () => dispatch(azure, request))) return;
  }
  const reply: Reply = (rule && faultReply(rule)) ?? dispatch(azure, request);
  azure.stats.answered(reply.status, send(response, withAzureHeaders(reply)));
}

function withAzureHeaders(reply: Reply): Reply {
  const headers = { "x-ms-request-id": crypto.randomUUID(), "cache-control": "no-cache" };
  return { ...reply, headers: { ...headers, ...reply.headers } };
}
