import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { FleetCluster } from "../../infra/local/fleet-document.ts";
import { type Accounts, startAccounts } from "./support/accounts.ts";
import { countDenials } from "./support/firewall-logs.ts";
import { checkOf, findingsOf, rowsOf } from "./support/judged.ts";
import { openStage, type Stage } from "./support/stage.ts";

// What firewalls refuse: named where AKS needs it, counted as Azure counts it, and unknown where nobody can tell.

const TIMEOUT = { timeout: 60_000 };
const LEDGER = "ledger-prod-weu";

let accounts: Accounts | undefined;
let stage: Stage | undefined;
beforeAll(async () => {
  accounts = await startAccounts(20);
}, 60_000);
afterEach(() => stage?.close());
afterAll(() => accounts?.stop());

async function start(scenario: string): Promise<Stage> {
  stage = await openStage(accounts?.take() ?? "", scenario);
  await stage.discover();
  await stage.collect();
  return stage;
}

/** Of the last 23 hours: the first look reads a day back, and the answer counts whole spans. */
async function denialsOf(on: Stage, cluster: FleetCluster) {
  const answer = await on.ask("denials", { from: "-23h", limit: "1000" }, cluster);
  expect(answer).toMatchObject({ complete: true, faults: [] });
  const { denials, from, to, total } = answer;
  return { rows: rowsOf(denials), from: String(from), to: String(to), total };
}

function required(cluster: FleetCluster) {
  return checkOf(cluster, "required-endpoints");
}

test.for(["denied-required-endpoint", "denied-legacy-logs", "deny-old-workspace"])(
  "%s: what AKS needs is denied, and what breaks is said",
  TIMEOUT,
  async (scenario) => {
    const running = await start(scenario);
    const cluster = await running.cluster(LEDGER);
    expect(cluster.status).toBe("critical");
    expect(findingsOf(cluster)).toEqual(["required-endpoints=fail"]);
    expect(cluster.headline).toMatch(
      /^mcr\.microsoft\.com:443 was denied \d+ times in 15 minutes, .* by the default action: no rule matched: nodes cannot pull the images/,
    );
    expect(required(cluster).remedy?.commands.join()).toContain("fw-hub-weu");

    const { rows } = await denialsOf(running, cluster);
    expect(rows[0]).toMatchObject({
      destination: "mcr.microsoft.com",
      port: 443,
      required: true,
      rule: null,
    });
    expect(rows.filter((row) => row["required"] === true).map(({ destination }) => destination)).toEqual([
      "mcr.microsoft.com",
    ]);
  },
);

test(
  "legacy text: every form of a line is read, and lines nobody foresaw are kept apart",
  TIMEOUT,
  async () => {
    const running = await start("denied-legacy-logs");
    const cluster = await running.cluster(LEDGER);
    const { rows } = await denialsOf(running, cluster);
    const told = rows.filter(({ kind }) => kind !== "unparsed");
    const found = (destination: string) => told.find((row) => row["destination"] === destination);
    expect(found("pastebin.com")).toMatchObject({ rule: "fp-hub/DefaultGroup/block/no-paste", port: 443 });
    expect(found("files.example.net")).toMatchObject({ rule: "block/no-files" });
    expect(found("51.104.10.7")).toMatchObject({ kind: "network", port: 9000, protocol: "tcp", rule: null });
    expect(found("51.104.10.8")).toMatchObject({ port: 1194, protocol: "udp" });
    expect(found("8.8.8.8")).toMatchObject({ port: null, protocol: "icmp" });
    expect(found("broken.example.net")).toMatchObject({ kind: "dns" });
    expect(found("203.0.113.9")).toMatchObject({ kind: "idps", port: 4444 });
    // Every stream of the same rate was counted alike.
    const counts = ["pastebin.com", "51.104.10.7", "51.104.10.8"].map((name) => found(name)?.["count"]);
    expect(new Set(counts).size).toBe(1);
    expect(Number(found("mcr.microsoft.com")?.["count"])).toBe(2 * Number(counts[0]));
  },
);

/** Holds the list and the history against what a query of our own finds. @returns the rows of the list */
async function expectCounted(running: Stage, cluster: FleetCluster) {
  const { from, to, rows, total } = await denialsOf(running, cluster);
  const logged = await countDenials(running, "law-hub-weu", from, to);
  expect(logged.size).toBeGreaterThan(0);
  expect(new Map(rows.map((row) => [String(row["destination"]), row["count"]]))).toEqual(logged);
  const sum = [...logged.values()].reduce((all, count) => all + count, 0);
  expect(total).toBe(sum);

  const query = { metric: "firewallDenials", step: "5m", agg: "sum", from, to };
  const { series, incomplete } = await running.ask("history", query, cluster);
  const values = rowsOf(series).flatMap((one) => (Array.isArray(one["values"]) ? one["values"] : []));
  expect(incomplete).toBe(false);
  expect(values.reduce((all: number, value) => all + Number(value), 0)).toBe(sum);
  return rows;
}

test.for(["denied-required-endpoint", "denied-rising", "deny-old-workspace", "deny-icmp"])(
  "%s: as many as Azure has, in the list and in the history",
  TIMEOUT,
  async (scenario) => {
    const running = await start(scenario);
    await expectCounted(running, await running.cluster(LEDGER));
  },
);

test(
  "denied-rising: ten times as many as on the day before are told, the steady ones are not",
  TIMEOUT,
  async () => {
    const running = await start("denied-rising");
    // Logs come minutes late, and a quarter of an hour is a quarter of the hour that is compared.
    await running.live(20);
    const cluster = await running.cluster(LEDGER);
    expect(cluster).toMatchObject({
      status: "warning",
      headline: expect.stringMatching(/^files\.example\.net:443 /),
    });
    expect(findingsOf(cluster)).toEqual(["firewall-denials=warn"]);
    expect(checkOf(cluster, "firewall-denials").subjects.map(({ destination }) => destination)).toEqual([
      "files.example.net:443",
    ]);
  },
);

test("deny-burst: a million in one minute is told, and costs a handful of rows", TIMEOUT, async () => {
  const running = await start("deny-burst");
  const cluster = await running.cluster(LEDGER);
  expect(cluster.status).toBe("warning");
  expect(checkOf(cluster, "firewall-denials").summary).toMatch(
    /^51\.104\.10\.7:9000 was denied 1,00\d,\d{3} times/,
  );
  expect(await expectCounted(running, cluster)).toHaveLength(1);
});

test("deny-icmp: a refused ping is explained and no finding", TIMEOUT, async () => {
  const cluster = await (await start("deny-icmp")).cluster(LEDGER);
  expect(cluster.status).toBe("healthy");
  expect(findingsOf(cluster)).toEqual([]);
  const { outcome, summary, evidence } = checkOf(cluster, "icmp");
  expect({ outcome, summary }).toEqual({ outcome: "pass", summary: expect.stringMatching(/no evidence/) });
  expect(evidence.map(({ name }) => name)).toContain("denied ICMP to 8.8.8.8");
});

test.for([
  ["deny-no-diagnostics", LEDGER, /az monitor diagnostic-settings create .*azureFirewalls\/fw-hub-weu /],
  [
    "deny-no-diagnostics",
    "trading-prod-weu",
    /az monitor diagnostic-settings create .*azureFirewalls\/fw-trading-weu /,
  ],
  [
    "deny-workspace-forbidden",
    LEDGER,
    /403 .*az role assignment create .*"Log Analytics Reader" .*workspaces\/law-hub-weu/,
  ],
  [
    "deny-workspace-forbidden",
    "trading-prod-weu",
    /403 .*az role assignment create .*workspaces\/law-trading-weu/,
  ],
] as const)("%s: %s cannot tell, and says what to do", TIMEOUT, async ([scenario, name, says]) => {
  const running = await start(scenario);
  const cluster = await running.cluster(name);
  for (const id of ["required-endpoints", "firewall-denials"]) {
    const { outcome, summary } = checkOf(cluster, id);
    expect({ outcome, summary }).toEqual({ outcome: "unknown", summary: expect.stringMatching(says) });
  }
  // Nothing read is not nothing denied.
  const answer = await running.ask("denials", {}, cluster);
  expect(answer).toMatchObject({ lines: 0, logsReadThrough: null });
});

test(
  "deny-partial-answer: what came counts, what did not makes the cluster unknown but for it",
  TIMEOUT,
  async () => {
    const running = await start("deny-partial-answer");
    const cluster = await running.cluster(LEDGER);
    expect(required(cluster)).toMatchObject({
      outcome: "fail",
      summary: expect.stringMatching(/^mcr\.microsoft\.com:443 was denied/),
    });
    expect(checkOf(cluster, "data-freshness")).toMatchObject({
      outcome: "unknown",
      summary: expect.stringMatching(/law-hub-weu came in part: .*E_LOW_MEMORY_CONDITION/),
    });
    // Half an answer is not kept as history: the next one replaces it.
    expect(await running.ask("denials", {}, cluster)).toMatchObject({ lines: 0, logsReadThrough: null });
  },
);

test(
  "a workspace that refuses for a while: unknown meanwhile, and nothing is missing after",
  TIMEOUT,
  async () => {
    const running = await start("denied-rising");
    expect((await running.cluster(LEDGER)).status).toBe("healthy");
    running.azure.faults.add({
      match: { host: "loganalytics" },
      status: 403,
      body: { error: { code: "InsufficientAccessError", message: "insufficient access" } },
    });
    await running.live(12);
    const blind = await running.cluster(LEDGER);
    expect(blind.status).toBe("unknown");
    expect(blind.headline).toMatch(/403 .*az role assignment create .*"Log Analytics Reader"/);
    expect(required(blind).outcome).toBe("unknown");

    running.azure.faults.clear();
    await running.live(10);
    const cluster = await running.cluster(LEDGER);
    expect(cluster).toMatchObject({
      status: "warning",
      headline: expect.stringMatching(/^files\.example\.net:443 /),
    });
    await expectCounted(running, cluster);
  },
);
