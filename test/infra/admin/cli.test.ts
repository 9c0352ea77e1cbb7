import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { eventRow } from "#adapters/tables/event-layout.ts";
import { openTables } from "#adapters/tables/open-tables.ts";
import { createBlock, ensureSeries } from "#core/series/sample-block.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "#core/time.ts";
import { startAzurite as startLocalAzurite } from "../../../infra/local/azurite/azurite.ts";
import { entry, SHARD } from "../../app/collect-support.ts";
import { change } from "../../contract/event-store.ts";
import { manyBackends, sealAll } from "../../contract/samples.ts";
import { state } from "../../contract/states.ts";
import { type Azurite, startAzurite } from "../../support/azurite.ts";
import { tableClient } from "../../support/table-client.ts";

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Two days, of which the first and the hour before it are sealed. */
const DAY = Date.UTC(2026, 10, 16);
const SHOP = entry("aks-shop").cluster.ref;
const PAYMENTS = entry().cluster.ref;

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite.stop());

function run(file: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const { AzureWebJobsStorage: _, ...rest } = process.env;
  return new Promise((resolve) => {
    const options = { env: { ...rest, ...env }, maxBuffer: 1 << 28 };
    const child = execFile(process.execPath, [file, ...args], options, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode, stdout, stderr });
    });
  });
}

const admin = (...args: readonly string[]) =>
  run("infra/local/admin.ts", args, { AzureWebJobsStorage: azurite.connectionString });

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "admin-"));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

async function fill(connectionString: string): Promise<void> {
  const stores = openTables({ connection: { connectionString } });
  const entries = [entry(), entry("aks-shop"), entry("aks-twin"), twin()];
  await stores.inventory.save(entries, [], { finishedAtMs: 1, subscriptionIds: [], failures: [] });
  for (const key of [SHOP.key, PAYMENTS.key]) {
    for (const [fromMs, minutes] of [
      [DAY, 90],
      [DAY + DAY_MS, 20],
    ] as const) {
      const block = manyBackends(fromMs, minutes, 2, 100);
      await stores.series.append(SHARD, [{ clusterKey: key, block }], fromMs);
      if (fromMs === DAY) await sealAll(stores.series);
    }
    const tag = (await stores.clusterStates.loadShard(SHARD)).get(key)?.tag ?? null;
    await stores.clusterStates.save(SHARD, [{ state: state(key), tag }]);
  }
}

/** A cluster of a name that another one has. */
function twin() {
  const made = entry("aks-twin");
  const id = made.cluster.ref.id.replace("rg-payments", "rg-other");
  const ref = { ...made.cluster.ref, id, key: id.toLowerCase(), resourceGroup: "rg-other" };
  return { ...made, cluster: { ...made.cluster, ref } };
}

/** The figures at the ends of lines. */
function figures({ stdout }: Ended): number[] {
  return [...stdout.matchAll(/ (\d+)$/gm)].map(([, figure]) => Number(figure));
}

/** Samples of one cluster: two backends, four series each. */
const SAMPLES = (90 + 20) * 2 * 4;

describe("in the storage of AzureWebJobsStorage", () => {
  beforeEach(() => fill(azurite.connectionString));

  test("export: every sample, oldest first, as CSV", async () => {
    const { code, stdout, stderr } = await admin("export", "AKS-shop");
    const [header, ...lines] = stdout.trimEnd().split("\n");
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: `in storage of AzureWebJobsStorage\nminutes are stored from 2026-11-16T00:00:00Z on\n`,
    });
    expect(header).toBe("time,metric,frontendIp,backendIp,node,protocol,port,resourceId,reason,value");
    expect(lines).toHaveLength(SAMPLES);
    const times = lines.map((line) => line.slice(0, 20));
    expect(times).toEqual(times.toSorted());
    expect(lines[0]).toBe("2026-11-16T00:00:00Z,allocatedPorts,20.1.2.3,10.0.0.0,,tcp,,,,100.25");
  });

  test("export: a span as JSON lines, into a file", async () => {
    const out = join(await folder(), "out.ndjson");
    const span = ["--from", "2026-11-16T01:00:00Z", "--to", String((DAY + DAY_MS + MINUTE_MS) / 1000)];
    const { code, stdout } = await admin("export", SHOP.id, "--format", "ndjson", ...span, "--out", out);
    const lines = (await readFile(out, "utf8")).trimEnd().split("\n");
    expect({ code, stdout, lines: lines.length }).toEqual({ code: 0, stdout: "", lines: (30 + 1) * 2 * 4 });
    expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({ time: "2026-11-17T00:00:00Z", value: 101 });
  });

  test("export: what a replay takes as it is", async () => {
    const block = createBlock(DAY + 3 * HOUR_MS, DAY + 4 * HOUR_MS);
    const backend = entry().cluster.loadBalancer?.members[0]?.backendIp ?? "";
    const labels = { frontendIp: "20.1.2.3", backendIp: backend, protocol: "tcp" } as const;
    ensureSeries(block, "usedPorts", labels).values.fill(1000);
    ensureSeries(block, "allocatedPorts", labels).values.fill(1024);
    ensureSeries(block, "failedConnections", { backendIp: backend }).values.fill(0);
    ensureSeries(block, "succeededConnections", { backendIp: backend }).values.fill(50);
    const { series } = openTables({ connection: { connectionString: azurite.connectionString } });
    await series.append(SHARD, [{ clusterKey: SHOP.key, block }], block.startMs);
    const out = join(await folder(), "out.csv");
    const from = ["--from", "2026-11-16T03:00:00Z", "--to", "2026-11-16T04:00:00Z"];
    expect((await admin("export", "aks-shop", "--format", "replay", ...from, "--out", out)).code).toBe(0);
    const rows = (await readFile(out, "utf8")).split("\n");
    expect(rows[1]).toBe(
      "2026-11-16T03:00:00Z,aks-shop,aks-pool1-10000000-vmss000000,20.1.2.3,tcp,1000,1024,0,50",
    );

    const replayed = await run("infra/local/replay.ts", ["--in", out]);

    expect(replayed.code).toBe(0);
    expect(replayed.stdout).toContain('"state":"firing"');
    await series.forget(SHARD, SHOP.key);
  });

  test("forget: tells what there is, deletes with --yes, and can be run again", async () => {
    const asked = await admin("forget", `${SHOP.subscriptionId}/${SHOP.resourceGroup}/aks-shop`);
    expect(asked.code).toBe(0);
    expect(asked.stdout).toMatch(/would be deleted of \S+\/aks-shop:\n {2}inventory +1\n {2}state +1\n/);
    expect(asked.stdout).toMatch(/Nothing was deleted: say --yes\.\n$/);
    const before = await admin("export", "aks-shop");
    expect(before.stdout.trimEnd().split("\n")).toHaveLength(SAMPLES + 1);

    const done = await admin("forget", "aks-shop", "--yes");
    const again = await admin("forget", "aks-shop", "--yes");

    expect([done.code, again.code]).toEqual([0, 0]);
    expect(done.stdout).toMatch(/rows deleted of[\s\S]*snatwatch-exclude=true/);
    expect(figures(done)).toEqual(figures(asked));
    expect(figures(done)).toMatchObject([1, 1, expect.any(Number), 0, 0, 0, 0]);
    expect(figures(again)).toEqual([0, 0, 0, 0, 0, 0, 0]);
    expect((await admin("export", "aks-shop")).stdout.trimEnd().split("\n")).toHaveLength(1);
    const other = await admin("export", "aks-payments");
    expect(other.stdout.trimEnd().split("\n")).toHaveLength(SAMPLES + 1);
    const { inventory } = openTables({ connection: { connectionString: azurite.connectionString } });
    for (const note of await inventory.listForgotten()) await inventory.clearForgotten(note);
  });

  test("a cluster that is not known, or not the only one of its name: what there is", async () => {
    const unknown = await admin("forget", "aks-nobody", "--yes");
    expect(unknown.code).toBe(4);
    expect(unknown.stdout).toBe("");
    expect(unknown.stderr).toMatch(
      /aks-nobody: expected a cluster [\s\S]*\n {2}\S+\/rg-payments\/aks-payments\n/,
    );
    const several = await admin("export", "aks-twin");
    expect(several.code).toBe(4);
    expect(several.stderr).toMatch(
      /several clusters: [\s\S]*\/rg-other\/aks-twin\n[\s\S]*\/rg-payments\/aks-twin\n$/,
    );
  });

  test("check: figures for each table; a part that is damaged is named, and exported around", async () => {
    const { code, stdout } = await admin("check");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^table +rows +bytes +values\nSnatwatchMinutes +\d+ [\s\S]*\nall +[\d,]+ /);
    expect(stdout).toMatch(/Every row can be read, and every checksum is right\.\n$/);

    const table = tableClient(azurite.connectionString, "SnatwatchDays20261116");
    const rowKey = `${SHOP.key.replaceAll("/", "|")}:20261116:000`;
    const { ports0 } = await table.getEntity<{ ports0: Uint8Array }>(SHARD, rowKey);
    const ports = Uint8Array.from(ports0, (byte, at) => (at === ports0.length - 6 ? byte ^ 1 : byte));
    await table.updateEntity({ partitionKey: SHARD, rowKey, ports0: ports }, "Merge");

    const damaged = await admin("check");
    expect(damaged.code).toBe(1);
    expect(damaged.stdout).toMatch(
      /cannot be read: 1\n {2}SnatwatchDays20261116 \S+ \S+\|aks-shop:20261116:000 ports: /,
    );
    const rest = await admin("export", "aks-shop");
    expect(rest.code).toBe(1);
    expect(rest.stderr).toMatch(/aks-shop:20261116:000 ports: [\s\S]*\nstored parts left out: 1\n$/);
    expect(rest.stdout.trimEnd().split("\n")).toHaveLength(SAMPLES - 90 * 2 * 2 + 1);
    await table.deleteEntity(SHARD, rowKey);
  });

  test("check: an event that is damaged is named", async () => {
    const { events } = openTables({ connection: { connectionString: azurite.connectionString } });
    await events.write([{ clusterKey: SHOP.key, events: [change(0), change(1)] }]);
    const table = tableClient(azurite.connectionString, "SnatwatchEvents202611");
    const [partitionKey, rowKey] = [SHOP.key.replaceAll("/", "|"), eventRow(change(1))];
    await table.updateEntity({ partitionKey, rowKey, b0: Uint8Array.of(7) }, "Merge");

    const { code, stdout } = await admin("check");

    expect(code).toBe(1);
    expect(stdout).toMatch(/\nSnatwatchEvents202611 +2 /);
    expect(stdout).toContain(
      `cannot be read: 1\n  SnatwatchEvents202611 ${partitionKey} ${rowKey}: unknown form 7 of a packed value\n`,
    );
    await events.forget(SHOP.key);
  });
});

describe("in the data of npm start", () => {
  test("shares that of a running one, starts it on that of another, and takes the only one there is", async () => {
    const root = await folder();
    const data = join(root, "simulated-demo");
    const running = await startLocalAzurite({ dataFolder: join(data, "azurite"), log: () => {} });
    onTestFinished(() => running.close());
    await fill(running.connectionString);

    const shared = await run("infra/local/admin.ts", ["check", "--data", root]);
    expect(shared).toMatchObject({
      code: 0,
      stderr: `in ${data}, shared with the service that runs on it\n`,
    });
    await running.close();
    const own = await run("infra/local/admin.ts", ["check", "--data", data]);
    expect(own).toEqual({ code: 0, stdout: shared.stdout, stderr: `in ${data}\n` });

    await mkdir(join(root, "live", "azurite"), { recursive: true });
    const several = await run("infra/local/admin.ts", ["check", "--data", root]);
    expect(several.code).toBe(4);
    expect(several.stderr).toContain(`one of\n  ${join(root, "live")}\n  ${data}\n`);
    const none = await run("infra/local/admin.ts", ["check", "--data", join(root, "nowhere")]);
    expect(none.code).toBe(4);
    expect(none.stderr).toContain("no storage: expected AzureWebJobsStorage");
  });

  test("is not meant where a setting names a storage", async () => {
    const { code, stderr } = await admin("check", "--data", ".local");
    expect({ code, stderr }).toEqual({
      code: 4,
      stderr: "--data .local: expected no AzureWebJobsStorage beside it\n",
    });
  });
});

test("tells what it can do", async () => {
  const { code, stdout } = await admin("--help");
  expect(code).toBe(0);
  for (const word of ["forget", "export", "check", "--yes", "--format", "--data"])
    expect(stdout).toContain(word);
});

test.for([
  [[], "no command: expected forget, export or check"],
  [["remember", "x"], "remember: expected forget, export or check"],
  [["forget"], "no cluster: expected one CLUSTER"],
  [["forget", "a", "b"], "a b: expected one CLUSTER"],
  [["forget", "a", "--format", "csv"], "--format: not an option of forget"],
  [["check", "a"], "check a: expected nothing after check"],
  [["export", "a", "--format", "xml"], "--format xml: expected csv, ndjson, replay"],
  [["export", "a", "--from", "yesterday"], "--from yesterday: expected RFC 3339"],
  [["export", "a", "--from", "-1h", "--to", "-2h"], "expected an instant before --to"],
  [["export", "a", "--sped"], "--sped"],
] as const)("a mistake on the command line is named: %s", async ([args, words]) => {
  const { code, stdout, stderr } = await admin(...args);
  expect({ code, stdout }).toEqual({ code: 4, stdout: "" });
  expect(stderr).toContain(words);
});

test("a storage that is none is named", async () => {
  const { code, stderr } = await run("infra/local/admin.ts", ["check"], { AzureWebJobsStorage: "nonsense" });
  expect(code).toBe(4);
  expect(stderr).toContain("AzureWebJobsStorage: expected a storage connection string");
});
