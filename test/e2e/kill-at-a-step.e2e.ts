import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type SimulatedAzure, startSimulatedAzure } from "../../infra/local/simulated-azure/server.ts";
import { get, messages, type Running, start, until } from "./running.ts";

let folder: string;
let azure: SimulatedAzure;
let running: Running | undefined;
let receiver: Server | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "snatwatch-step-"));
  azure = await startSimulatedAzure({ scenario: "exhausted-node" });
});

afterEach(async () => {
  running?.child.kill("SIGKILL");
  await running?.ended;
  receiver?.closeAllConnections();
  receiver?.close();
  await azure.close();
  rmSync(folder, { recursive: true, force: true });
});

async function launch(args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Running> {
  // The inbox keeps its address over restarts, and with it the channels.
  running = await start(["--data", folder, "--port", "7393", "--azure", azure.address, ...args], env);
  return running;
}

test("kill -9 while Azure is being read: the next start reads again and tells once", async () => {
  azure.faults.add({ match: { path: "metrics:getBatch" }, delayMs: 30_000 });
  const victim = await launch();
  await until(
    async () => azure.stats(),
    (stats) => (stats.byKind["metrics.getBatch"] ?? 0) > 0,
  );
  victim.child.kill("SIGKILL");
  await victim.ended;
  azure.faults.clear();

  const second = await launch();
  await until(
    () => get(`${second.api}/health?failOn=never`),
    (health) => health["status"] === "critical",
  );
  const told = await until(
    () => messages(second.inbox),
    (all) => all.length >= 2,
  );
  const keys = told.map((message) => message.headers["idempotency-key"]);
  expect(new Set(keys).size).toBe(keys.length);
});

test("kill -9 between the send and the mark: told again with the same key, and never a third time", async () => {
  const keys: string[] = [];
  let onFirst = () => {};
  receiver = createServer((request, response) => {
    keys.push(String(request.headers["idempotency-key"]));
    request.resume();
    // The first is taken and never answered: the sender dies with the message told and not marked.
    if (keys.length === 1) onFirst();
    else response.writeHead(200).end("ok");
  });
  await new Promise<void>((resolve) => receiver?.listen(0, "127.0.0.1", resolve));
  const address = receiver.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const channel = { name: "hook", kind: "slack", url: `http://127.0.0.1:${port}/x` };
  const env = { SNATWATCH_CHANNELS: JSON.stringify([channel]) };

  const reached = new Promise<void>((resolve) => {
    onFirst = resolve;
  });
  const victim = await launch(["--speed", "20"], env);
  await reached;
  victim.child.kill("SIGKILL");
  await victim.ended;
  expect(keys).toHaveLength(1);

  const second = await launch(["--speed", "20"], env);
  await until(
    async () => keys,
    (all) => all.length >= 2,
    120_000,
  );
  expect(keys[1]).toBe(keys[0]);
  // Several cycles of the app's clock later it is still the same two.
  const health = () => get(`${second.api}/health?failOn=never`);
  const first = String((await health())["evaluatedAt"]);
  await until(health, (answer) => Date.parse(String(answer["evaluatedAt"])) - Date.parse(first) > 3 * 60_000);
  expect(keys.filter((key) => key === keys[0])).toHaveLength(2);
});
