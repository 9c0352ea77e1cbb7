import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { FleetCluster } from "../../infra/local/fleet-document.ts";
import { type Accounts, startAccounts } from "./support/accounts.ts";
import { checkOf, findingsOf, rowsOf } from "./support/judged.ts";
import { openStage, type Stage, type StageOptions } from "./support/stage.ts";

// The cases that the usual rules get wrong, each through the whole service.

const TIMEOUT = { timeout: 60_000 };

let accounts: Accounts | undefined;
let stage: Stage | undefined;
beforeAll(async () => {
  accounts = await startAccounts(16);
}, 60_000);
afterEach(() => stage?.close());
afterAll(() => accounts?.stop());

async function start(scenario: string, options?: StageOptions): Promise<Stage> {
  stage = await openStage(accounts?.take() ?? "", scenario, options);
  await stage.discover();
  await stage.collect();
  return stage;
}

/** The scenario's only cluster. */
async function only(on: Stage): Promise<FleetCluster> {
  const { clusters } = await on.fleet();
  expect(clusters).toHaveLength(1);
  return clusters[0] ?? expect.fail("no cluster");
}

async function alertsOf(on: Stage, state: string): Promise<readonly string[]> {
  const { alerts } = await on.ask("alerts", { state });
  return rowsOf(alerts).map(({ cluster, check }) => `${Object(cluster).name} ${check}`);
}

async function expectQuiet(on: Stage): Promise<void> {
  expect(await alertsOf(on, "all")).toEqual([]);
}

test.for([
  ["a", "snat-ports", /^node aks-workers-\d+-vmss\w{6} uses 512 of 512 SNAT ports \(TCP, 100 %\)$/],
  [
    "g",
    "nat-connections",
    /NAT gateway ng-identity-prod: .* suspected: the wall of 50,000 connections to one destination/,
  ],
  ["j", "snat-ports", /^node aks-nodepool1-\d+-vmss000001 uses 1,024 of 1,024 SNAT ports \(TCP, 100 %\)$/],
] as const)("%s: critical, told within minutes, by name", TIMEOUT, async ([letter, check, says]) => {
  const running = await start(`baseline-${letter}`);
  const cluster = await only(running);
  expect(cluster).toMatchObject({ status: "critical", headline: expect.stringMatching(says) });
  expect(findingsOf(cluster)).toEqual([`${check}=fail`]);
  await running.live(3);
  expect(await alertsOf(running, "firing")).toContain(`${cluster.name} ${check}`);
});

test("a: the node that is full is the one that Azure shows as full", TIMEOUT, async () => {
  const cluster = await only(await start("baseline-a"));
  const rows = rowsOf(cluster.nodes).filter(({ protocol }) => protocol === "tcp");
  expect(rows).toHaveLength(60);
  const [full, ...others] = rows.toSorted((x, y) => Number(y["usedRatio"]) - Number(x["usedRatio"]));
  expect(full).toMatchObject({ usedPorts: 512, allocatedPorts: 512 });
  for (const { usedRatio } of others) expect(usedRatio).toBeLessThan(0.3);
  expect(cluster.headline).toContain(`node ${full?.["name"]} uses`);
});

test("j: UDP of the same node is idle, and not what is told", TIMEOUT, async () => {
  const cluster = await only(await start("baseline-j"));
  const { subjects } = checkOf(cluster, "snat-ports");
  expect(subjects.map(({ protocol }) => protocol)).toEqual(["tcp"]);
  const udp = rowsOf(cluster.nodes).filter(({ protocol }) => protocol === "udp");
  for (const { usedRatio } of udp) expect(usedRatio).toBeLessThan(0.05);
});

test.for(["b", "e", "f"])("%s: healthy, and no alert", TIMEOUT, async (letter) => {
  const running = await start(`baseline-${letter}`);
  await running.live(5);
  const cluster = await only(running);
  expect(cluster).toMatchObject({ status: "healthy" });
  expect(findingsOf(cluster)).toEqual([]);
  await expectQuiet(running);
});

test("c: warns of the next node before it comes, critical once it is there", TIMEOUT, async () => {
  const running = await start("baseline-c");
  const before = await only(running);
  expect(before).toMatchObject({ status: "warning", nodeCount: 50 });
  expect(before.headline).toMatch(/50 nodes .* 512 instead of 1,024 ports .* a node used up to 6\d\d/);
  expect(findingsOf(before)).toContain("allocation-tier=warn");

  await running.live(5);
  expect(await alertsOf(running, "firing")).toContain("batch-prod-weu allocation-tier");
  running.pass(6);
  await running.discover();
  await running.live(6);
  const after = await only(running);
  expect(after).toMatchObject({ status: "critical", nodeCount: 51 });
  expect(after.headline).toMatch(/^node aks-workers-\d+-vmss\w{6} uses 512 of 512 SNAT ports \(TCP, 100 %\)/);
});

test("d: a change is told, seen live", TIMEOUT, async () => {
  const running = await start("baseline-d", { startMinutes: -9.5 });
  expect(await only(running)).toMatchObject({ status: "healthy" });
  await running.live(10);
  await running.discover();
  await running.live(5);
  const cluster = await only(running);
  expect(cluster.status).toBe("warning");
  expect(findingsOf(cluster)).toEqual(["allocation-drift=warn"]);
  expect(cluster.headline).toMatch(/4,096 to 1,024 at 2026-11-20 1[12]:\d\d UTC/);
  expect(await alertsOf(running, "firing")).toEqual(["shop-prod-weu allocation-drift"]);
});

test("d: a change is told, though it was shortly before the first look", TIMEOUT, async () => {
  const cluster = await only(await start("baseline-d", { startMinutes: 7.5 }));
  expect(cluster.status).toBe("warning");
  expect(cluster.headline).toMatch(/4,096 to 1,024 at 2026-11-20 12:0\d UTC/);
});

test("h: one failed connection on 400 nodes is counted, and no alarm", TIMEOUT, async () => {
  const running = await start("baseline-h");
  const cluster = await only(running);
  expect(cluster).toMatchObject({ status: "healthy", nodeCount: 400 });
  const { outcome, evidence } = checkOf(cluster, "snat-failures");
  expect(outcome).toBe("pass");
  const counted = evidence.filter(({ value }) => value === 1);
  expect(counted.map(({ name }) => name)).toContain("failedConnections");
  await running.live(2);
  await expectQuiet(running);
});

test(
  "i: late minutes are no news; absent ones are unknown, and after ten minutes told",
  TIMEOUT,
  async () => {
    const running = await start("baseline-i", { startMinutes: -1.5 });
    expect(await statusesOf(running)).toEqual({ "orders-prod-weu": "healthy", "shop-prod-weu": "healthy" });
    for (let minute = 0; minute < 14; minute += 1) {
      await running.live(1);
      expect((await running.cluster("orders-prod-weu")).status).toBe("healthy");
    }
    const { status, headline } = await running.cluster("shop-prod-weu");
    expect({ status, headline }).toEqual({
      status: "unknown",
      headline: expect.stringMatching(/no (?:series|port figures)/),
    });

    await running.live(10);
    expect(await alertsOf(running, "firing")).toEqual(["shop-prod-weu data-freshness"]);
    expect(await alertsOf(running, "resolved")).toEqual([]);
    expect((await running.cluster("shop-prod-weu")).status).toBe("unknown");
    expect((await running.cluster("orders-prod-weu")).status).toBe("healthy");
  },
);

test("j: an alert whose figures stop coming goes on, and nothing says that it is over", TIMEOUT, async () => {
  const running = await start("baseline-j");
  await running.live(3);
  const told = await alertsOf(running, "firing");
  expect(told).toContain("orders-prod-weu snat-ports");
  running.azure.faults.add({
    match: { path: "metrics" },
    status: 403,
    body: { error: { code: "Forbidden" } },
  });
  await running.live(16);
  expect((await only(running)).status).toBe("unknown");
  expect(await alertsOf(running, "firing")).toEqual(expect.arrayContaining([...told]));
  expect(await alertsOf(running, "firing")).toContain("orders-prod-weu data-freshness");
  expect(await alertsOf(running, "resolved")).toEqual([]);
});

async function statusesOf(on: Stage): Promise<Readonly<Record<string, string>>> {
  return Object.fromEntries((await on.fleet()).clusters.map(({ name, status }) => [name, status]));
}
