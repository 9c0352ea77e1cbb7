// node test/bundle/count-calls.ts [--clusters 1] [--nodes 100] [--hours 1]: what the service asks of Azure and of its storage.
// The figures of docs/operations.md come from here. The clock is the service's own; an hour takes seconds.

import { subscribe } from "node:diagnostics_channel";
import type { ClientRequest } from "node:http";
import { parseArgs } from "node:util";
import { createService } from "#shared/composition.ts";
import { startSimulatedAzure } from "../../infra/local/simulated-azure/server.ts";
import { createStandInHttpClient, standInCredential } from "../../infra/local/stand-in/http-client.ts";
import { startAzurite } from "../support/azurite.ts";

const { values } = parseArgs({
  options: {
    clusters: { type: "string", default: "1" },
    nodes: { type: "string", default: "100" },
    hours: { type: "string", default: "1" },
  },
});
const [clusters, nodes, hours] = [values.clusters, values.nodes, values.hours].map(Number);
if (!clusters || !nodes || !hours)
  throw new Error("--clusters, --nodes and --hours: expected positive numbers");

const MINUTE_MS = 60_000;
let nowMs = Date.UTC(2026, 10, 20, 12, 0, 30);
const clock = { nowMs: () => nowMs };
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const azurite = await startAzurite();
const azure = await startSimulatedAzure({
  scenario: "large",
  clusters,
  nodes,
  clustersPerSubscription: 50,
  anchorMs: nowMs,
  nowMs: clock.nowMs,
});

const counts = new Map<string, number>();
subscribe("http.client.request.start", (message) => {
  const { request } = message as { request: ClientRequest };
  const toAzure = azure.address.endsWith(request.getHeader("host")?.toString() ?? "");
  const kind = toAzure ? "Azure" : /snatwatch-/.test(request.path) ? "queues" : `tables ${request.method}`;
  counts.set(kind, (counts.get(kind) ?? 0) + 1);
});

const service = createService({
  env: {
    AzureWebJobsStorage: azurite.connectionString,
    SNATWATCH_AUTH: "none",
    SNATWATCH_HISTORY_IMPORT: "0d",
    // Here, so that they are counted; deployed, each shard is one message: sent, received, deleted.
    SNATWATCH_INLINE_SHARDS: "100",
  },
  local: true,
  clock,
  credential: standInCredential,
  httpClient: createStandInHttpClient(azure.address),
});
const signal = new AbortController().signal;
const ask = { method: "GET", params: {}, query: [], headers: new Headers() };

/** Runs a function of the app and adds what it asked for. */
const totals = new Map<string, Map<string, number>>();
async function counted(name: string, run: () => Promise<unknown>): Promise<void> {
  counts.clear();
  await run();
  const sum = totals.get(name) ?? new Map<string, number>([["runs", 0]]);
  sum.set("runs", (sum.get("runs") ?? 0) + 1);
  for (const [kind, count] of counts) sum.set(kind, (sum.get(kind) ?? 0) + count);
  totals.set(name, sum);
}

// The first discovery and collection are of no ordinary hour.
await service.discover(quiet, signal);
await service.collect(quiet, signal);
for (let minute = 0; minute < hours * 60; minute += 1) {
  nowMs += MINUTE_MS;
  if (minute % 15 === 0) await counted("discover", () => service.discover(quiet, signal));
  await counted("collect", () => service.collect(quiet, signal));
  await counted("sweep", () => service.sweep(quiet));
  await counted("health", () => service.api.handle("health", ask));
  await counted("import", () => service.importHistory(quiet, signal));
  if (minute % 60 === 7) await counted("compact", () => service.compact(quiet, signal));
}
await azure.close();
await azurite.stop();

for (const [name, sum] of totals) {
  const text = [...sum].map(([kind, count]) => `${kind} ${count}`).join(", ");
  process.stdout.write(`${name.padEnd(9)} ${text}\n`);
}
process.stdout.write(`${clusters} clusters of ${nodes} nodes, ${hours} h\n`);
