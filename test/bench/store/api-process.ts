// The API over the store, on a port of the loopback. Every answer says how many calls to the storage it took.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { openTables } from "#adapters/tables/open-tables.ts";
import { createApi } from "#api/create-api.ts";
import { countTraffic } from "../../adapters/tables/count-traffic.ts";
import { API_SETTINGS } from "../../api/fakes.ts";
import { inputOf } from "./child.ts";
import { CALLS_HEADER, CPU_HEADER } from "./headers.ts";

export interface ApiInput {
  readonly connectionString: string;
  readonly prefix: string;
  readonly nowMs: number;
}

export interface ApiAnswer {
  readonly origin: string;
}

const { connectionString, prefix, nowMs } = inputOf<ApiInput>();
const traffic = countTraffic();
const stores = openTables({ connection: { connectionString }, prefix, client: traffic.client });
const { clusterStates: states, ...others } = stores;
const silent = () => {};
const api = createApi({
  ...others,
  states,
  clock: { nowMs: () => nowMs },
  logger: { debug: silent, info: silent, warn: silent, error: silent },
  settings: { ...API_SETTINGS, auth: "none" },
  version: "bench",
  checks: async () => [],
});

const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? "", "http://localhost");
  const [, , , subscriptionId = "", resourceGroup = "", name = "", routeName = ""] = pathname.split("/");
  traffic.reset();
  const before = process.cpuUsage();
  const answer = await api.handle(routeName, {
    method: request.method ?? "GET",
    params: { subscriptionId, resourceGroup, name },
    query: searchParams,
    headers: { get: (header) => String(request.headers[header] ?? "") },
  });
  const calls = Object.values(traffic.calls()).reduce((sum, count) => sum + count, 0);
  // As functions/api.http.ts does.
  const body = typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body);
  const { user, system } = process.cpuUsage(before);
  const figures = { [CALLS_HEADER]: calls, [CPU_HEADER]: (user + system) / 1000 };
  response.writeHead(answer.status, { ...answer.headers, ...figures }).end(body);
});
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  process.send?.({ origin: `http://127.0.0.1:${port}` } satisfies ApiAnswer);
});
