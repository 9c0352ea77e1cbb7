import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { get, messages, type Running, start, until } from "./running.ts";

let folder: string;
let running: Running | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "snatwatch-e2e-"));
});

afterEach(async () => {
  running?.child.kill("SIGKILL");
  await running?.ended;
  rmSync(folder, { recursive: true, force: true });
});

const launch = async (...args: string[]) => {
  running = await start(["--data", folder, "--port", "0", ...args]);
  return running;
};
const titles = async (inbox: string, channel: string) =>
  (await messages(inbox))
    .filter((message) => message.channel === channel)
    .map((message) => JSON.stringify(message.payload));

/** The incident of the demo: a node of checkout-prod-weu nears its allocation and falls back. */
const ofCheckout = (payload: string) => payload.includes("checkout-prod-weu");

test("an incident opens, is told to Teams and Slack before a connection fails, and resolves", async () => {
  const { api, inbox } = await launch("--speed", "20");
  await until(
    () => get(`${api}/health`),
    (health) => Number(Object(health["counts"])["healthy"]) >= 5,
  );
  for (const channel of ["teams", "slack"]) {
    await until(
      () => titles(inbox, channel),
      (all) => all.some((text) => ofCheckout(text)),
      90_000,
    );
  }
  const told = (await titles(inbox, "slack")).filter(ofCheckout);
  expect(told[0]).toMatch(/SNAT ports/);
  expect(told[0]).toContain("az aks update");
  expect(told[0]).not.toMatch(/connections failed/);
  await until(
    () => titles(inbox, "slack"),
    (all) => all.filter(ofCheckout).some((text) => /resolved/i.test(text)),
    120_000,
  );

  const page = await (await fetch(inbox)).text();
  expect(page).toContain("checkout-prod-weu");
});

test("the API answers as the contract says", async () => {
  const { api } = await launch();
  await until(
    () => get(`${api}/health`),
    (health) => Number(Object(health["counts"])["healthy"]) >= 5,
  );
  const list = await get(`${api}/clusters?limit=5`);
  expect(list["clusters"]).toHaveLength(5);
  expect(list["nextCursor"]).toEqual(expect.any(String));

  const found = await get(`${api}/clusters?q=payments`);
  const [row] = Array.isArray(found["clusters"]) ? found["clusters"] : [];
  const path = `${api}/clusters/${String(row.subscriptionId).toUpperCase()}/${row.resourceGroup}/${row.name}`;
  const cluster = await until(
    () => get(path),
    ({ nodes }) => Array.isArray(nodes) && nodes.length > 0,
  );
  expect(cluster["checks"]).toHaveLength(21);

  const day = await until(
    () => get(`${path}/history?metric=usedRatio&from=-24h&to=now&step=1h`),
    (history) =>
      Array.isArray(history["times"]) &&
      Object(history["series"])[0]?.values.filter((value: unknown) => value !== null).length >= 20,
    120_000,
  );
  expect(day).toMatchObject({ metric: "usedRatio", step: expect.anything() });

  expect(await get(`${path}/history?metric=nonsense`)).toMatchObject({ httpStatus: 400, status: 400 });
  expect(await get(`${api}/clusters/00000000-0000-0000-0000-000000000000/rg/nobody`)).toMatchObject({
    httpStatus: 404,
  });
  expect(await get(`${api}/alerts`)).toMatchObject({ alerts: expect.any(Array) });
  expect(await (await fetch(`${api}/metrics`)).text()).toContain("snatwatch_cluster_status");
  expect(await get(`${api}/openapi.json`)).toMatchObject({ openapi: expect.stringMatching(/^3\.1/) });
});

test("keys are asked for where they are on", async () => {
  const { api } = await launch("--keys");
  expect((await fetch(`${api}/health`)).status).toBe(401);
  expect(
    (await fetch(`${api}/clusters`, { headers: { "x-functions-key": "local-function-key" } })).status,
  ).toBe(200);
});

test("Ctrl-C ends it cleanly, and the second start goes on where the first stopped", async () => {
  const first = await launch("--scenario", "exhausted-node");
  await until(
    () => get(`${first.api}/health?failOn=never`),
    (health) => health["status"] === "critical",
  );
  await until(
    () => titles(first.inbox, "teams"),
    (all) => all.length === 1,
  );
  first.child.kill("SIGINT");
  expect(await first.ended).toBe(0);
  expect(first.output()).toContain("everything acknowledged is kept");

  const second = await launch("--scenario", "exhausted-node");
  const health = await get(`${second.api}/health?failOn=never`);
  expect(health["status"]).toBe("critical");
  expect(await titles(second.inbox, "teams")).toHaveLength(1);
});
