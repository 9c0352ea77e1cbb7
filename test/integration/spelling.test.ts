import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createService } from "#shared/composition.ts";
import { startAzurite } from "../../infra/local/azurite/azurite.ts";
import { readFleet } from "../../infra/local/fleet-document.ts";
import { type SimulatedAzure, startSimulatedAzure } from "../../infra/local/simulated-azure/server.ts";
import { createStandInHttpClient, standInCredential } from "../../infra/local/stand-in/http-client.ts";

// The same fleet in other spellings: what Azure leaves open must not change a verdict.

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
/** Respells one value; `key` is the name it stands under. */
type Respell = (value: Json, key: string) => Json;

const isId = (value: Json): value is string => typeof value === "string" && /^\/subscriptions\//i.test(value);

/** Ids in capitals wherever one resource refers to another, and in the resource's own id. */
const capitals: Respell = (value) => (isId(value) ? value.toUpperCase() : value);
const lowerCase: Respell = (value) => (isId(value) ? value.toLowerCase() : value);

/** Seven decimals on every time, as .NET writes them; dimension names and values in capitals. */
const dotNet: Respell = (value, key) => {
  if (key === "timeStamp" && typeof value === "string") return value.replace(/(\.\d+)?Z$/, ".0000000Z");
  return value;
};
const loudMetrics: Respell = (value, key) => {
  if (key !== "metadatavalues" || !Array.isArray(value)) return value;
  return JSON.parse(
    JSON.stringify(value).replaceAll(
      /"value":"(\w+)"/g,
      (_, word: string) => `"value":"${word.toUpperCase()}"`,
    ),
  );
};

/** Keys nobody has heard of, and explicit nulls beside what is there. */
const chatty: Respell = (value) =>
  value !== null && typeof value === "object" && !Array.isArray(value)
    ? { ...value, aNewProperty: { nested: [1, null] }, managedBy: value["managedBy"] ?? null }
    : value;

let azure: SimulatedAzure;
let plain: Awaited<ReturnType<typeof verdicts>>;
const nowMs = Date.now();

beforeAll(async () => {
  azure = await startSimulatedAzure({ scenario: "demo", anchorMs: nowMs, nowMs: () => nowMs });
  plain = await verdicts((value) => value);
});
afterAll(() => azure.close());

test.for([
  ["ids in capitals", capitals],
  ["ids in lower case", lowerCase],
  ["times with seven decimals", dotNet],
  ["dimension names and values in capitals", loudMetrics],
  ["unknown properties and explicit nulls", chatty],
] as const)("%s: the same paths, nodes and verdicts", async ([, respell]) => {
  expect(await verdicts(respell)).toEqual(plain);
});

test("the plain fleet is worth comparing: several statuses, paths and named nodes", () => {
  expect(new Set(plain.map((cluster) => cluster.status)).size).toBeGreaterThanOrEqual(3);
  expect(new Set(plain.flatMap((cluster) => cluster.paths)).size).toBeGreaterThanOrEqual(3);
  expect(plain.some((cluster) => cluster.nodes.some((name) => /vmss0000/.test(name)))).toBe(true);
});

/** One run against the simulated Azure through a proxy that respells every JSON answer. */
async function verdicts(respell: Respell) {
  const proxy = await startProxy(respell);
  const azurite = await startAzurite({ dataFolder: "unused", inMemory: true, log: () => {} });
  try {
    const service = createService({
      env: { AzureWebJobsStorage: azurite.connectionString, SNATWATCH_AUTH: "none" },
      local: true,
      single: true,
      clock: { nowMs: () => nowMs },
      credential: standInCredential,
      httpClient: createStandInHttpClient(proxy.address),
    });
    const quiet = { debug() {}, info() {}, warn() {}, error() {} };
    const signal = AbortSignal.timeout(60_000);
    await service.discover(quiet, signal);
    await service.collect(quiet, signal);
    const { clusters } = await readFleet(service);
    return clusters.map(({ name, status, headline, paths, nodes }) => ({
      name,
      status,
      headline: headline.toLowerCase(),
      paths,
      nodes: namesOf(nodes),
    }));
  } finally {
    await azurite.close();
    proxy.server.closeAllConnections();
    proxy.server.close();
  }
}

/** Node names; their case is Azure's, and Kubernetes compares them in lower case. */
function namesOf(nodes: unknown): string[] {
  const rows: { name?: unknown }[] = Array.isArray(nodes) ? nodes : [];
  return [...new Set(rows.map((row) => String(row.name).toLowerCase()))].sort();
}

async function startProxy(respell: Respell): Promise<{ server: Server; address: string }> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const answer = await fetch(`${azure.address}${request.url}`, {
      method: request.method ?? "GET",
      headers: { "content-type": "application/json" },
      ...(chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}),
    });
    const body: Json = JSON.parse(await answer.text());
    response.writeHead(answer.status, { "content-type": "application/json" });
    response.end(JSON.stringify(walk(body, "", respell)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  return { server, address: `http://127.0.0.1:${address.port}` };
}

function walk(value: Json, key: string, respell: Respell): Json {
  const own = respell(value, key);
  if (Array.isArray(own)) return own.map((item) => walk(item, key === "metadatavalues" ? "" : key, respell));
  if (own === null || typeof own !== "object") return own;
  return Object.fromEntries(
    Object.entries(own).map(([name, item]) => [
      name,
      name === "aNewProperty" ? item : walk(item, name, respell),
    ]),
  );
}
