import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openTables } from "#adapters/tables/open-tables.ts";
import { ROUTING_KEY, SIGNING_SECRET } from "../adapters/webhooks/support-rendering.ts";
import { type Azurite, startAzurite } from "../support/azurite.ts";
import { get, type Running, start, until } from "./running.ts";

/** Part of every address, in its path and in its query. */
const HUSH = "hush9f8e7d";
const SECRETS = [HUSH, ROUTING_KEY, SIGNING_SECRET, SIGNING_SECRET.slice(6)];

let folder: string;
let azurite: Azurite;
let receiver: Server;
let running: Running | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "snatwatch-secrets-"));
  azurite = await startAzurite();
});

afterEach(async () => {
  running?.child.kill("SIGKILL");
  await running?.ended;
  receiver.close();
  await azurite.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Refuses in each way, and repeats all it was sent and where. */
async function startEcho(): Promise<string> {
  receiver = createServer(async (request, response) => {
    const path = request.url ?? "";
    const [, status = "200"] = /^\/(\d+)/.exec(path) ?? [];
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const location = `https://elsewhere.example${path}`;
    response.writeHead(Number(status), { location, "retry-after": "600" });
    response.end(`no: ${path} ${SIGNING_SECRET} ${Buffer.concat(chunks).toString()}`);
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  const address = receiver.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
}

test("no address and no secret of a channel is in any answer, output or stored row", async () => {
  const echo = await startEcho();
  const url = (status: number) => `${echo}/${status}/${HUSH}?sig=${HUSH}`;
  const channels = [
    { name: "gone", kind: "teams", url: url(410) },
    { name: "moved", kind: "slack", url: url(302) },
    { name: "busy", kind: "pagerduty", url: url(503), secret: ROUTING_KEY },
    { name: "own", kind: "webhook", url: url(200), secret: SIGNING_SECRET },
    { name: "away", kind: "teams", url: `http://127.0.0.1:9/${HUSH}` },
  ];
  running = await start(["--data", folder, "--port", "0", "--scenario", "exhausted-node"], {
    AzureWebJobsStorage: azurite.connectionString,
    SNATWATCH_CHANNELS: JSON.stringify(channels),
    SNATWATCH_HEARTBEAT_URL: url(500),
  });
  const { api } = running;
  const stores = openTables({ connection: { connectionString: azurite.connectionString } });
  const names = channels.map(({ name }) => name);
  const rows = await until(
    () => stores.outbox.listSince(0),
    (all) => names.every((name) => all.some(({ channel, attempts }) => channel === name && attempts > 0)),
    120_000,
  );
  const stateOf = (name: string) => rows.find(({ channel }) => channel === name)?.state;
  expect(["gone", "moved", "own"].map(stateOf)).toEqual(["dead", "dead", "delivered"]);

  const answers: string[] = [];
  const ask = async (path: string, init?: RequestInit) => {
    const response = await fetch(`${api}/${path}`, init);
    answers.push(JSON.stringify([...response.headers]), await response.text());
  };
  for (const name of names) {
    const body = { method: "POST", headers: { "content-type": "application/json" }, body: "{}" };
    await ask(`channels/${name}/test`, body);
  }
  // Every list there is, and one of each that has a cluster in its path.
  const listed = await get(`${api}/clusters`);
  const [cluster] = Array.isArray(listed["clusters"]) ? listed["clusters"] : [];
  const { subscriptionId, resourceGroup, name } = Object(cluster);
  const paths = Object.keys(Object((await get(`${api}/openapi.json`))["paths"]));
  expect(paths.length).toBeGreaterThan(12);
  for (const path of paths) {
    const filled = path
      .replace(/^\/(api\/)?/, "")
      .replace("{subscriptionId}", String(subscriptionId))
      .replace("{resourceGroup}", String(resourceGroup))
      .replace("{name}", path.includes("channels") ? "gone" : String(name))
      .replace("{id}", "nobody");
    await ask(filled);
  }
  expect(answers.join()).toContain("answered 410");

  const stored = JSON.stringify([await stores.outbox.listSince(0), await stores.clusterStates.summaries()]);
  const written = [...answers, stored, running.output()];
  for (const secret of SECRETS) expect(written.filter((text) => text.includes(secret))).toEqual([]);
});
