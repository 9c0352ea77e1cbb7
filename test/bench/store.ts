// What the series store costs: `npm exec -- node test/bench/store.ts [--clusters 10] [--nodes 100] [--days 30] [--compacted 1000] [--fleet-gen DIR]`.
// Azurite, the API, each filling and the sealing are processes of their own; Prometheus runs beside ours where it is installed, over one cluster's
// same samples.

import { parseArgs } from "node:util";
import { DAYS, FIVES, ROLLUPS } from "#adapters/tables/series-layout.ts";
import { TableAccount } from "#adapters/tables/table-account.ts";
import type { SampleBlock } from "#core/series/sample-block.ts";
import { DAY_MS, HOUR_MS } from "#core/time.ts";
import { startAzurite } from "../support/azurite.ts";
import { dayBlock } from "./day-block.ts";
import { fleetWorld, loadFleetGen } from "./detect/fleet-world.ts";
import { type Prometheus, startPrometheus } from "./prometheus/history.ts";
import { isPrometheusInstalled } from "./prometheus/process.ts";
import type { ApiAnswer } from "./store/api-process.ts";
import { billedBytesOf } from "./store/billing.ts";
import { startChild } from "./store/child.ts";
import { ask, timeInTurns } from "./store/client.ts";
import { codecSpeed } from "./store/codec.ts";
import type { Filled } from "./store/fill-process.ts";
import { nowOf, START_MS, throughOf } from "./store/fleet.ts";
import { CALLS_HEADER, CPU_HEADER } from "./store/headers.ts";
import { ourUrl, prometheusUrl, questionsOf } from "./store/questions.ts";
import type { Sealed } from "./store/seal-process.ts";

const ROUNDS = 40;
const SMALL_NODES = 10;

const { values } = parseArgs({
  options: {
    clusters: { type: "string", default: "10" },
    nodes: { type: "string", default: "100" },
    days: { type: "string", default: "30" },
    compacted: { type: "string", default: "1000" },
    "fleet-gen": { type: "string", default: process.env["SNATWATCH_FLEET_GEN"] ?? "../shared/fleet-gen" },
  },
});
const fleetGen = values["fleet-gen"];
const size = { clusters: Number(values.clusters), nodes: Number(values.nodes), days: Number(values.days) };
const azurite = await startAzurite();
const { connectionString } = azurite;

const prometheus = isPrometheusInstalled() ? await startPrometheus(daysOfOne()) : undefined;
if (prometheus === undefined) print("prometheus and promtool are not installed: ours alone");
for (const decimals of [false, true]) await measureSet(decimals, prometheus);
await prometheus?.stop();
await measureSealing(Number(values.compacted));
await azurite.stop();

/** One cluster, for Prometheus. */
async function* daysOfOne(): AsyncGenerator<SampleBlock> {
  const world = { seed: 1, profile: "normal" as const, clusters: 1, nodes: size.nodes, days: size.days };
  for (const cluster of fleetWorld(await loadFleetGen(fleetGen), world)) {
    for (let day = 0; day < size.days; day += 1) {
      yield dayBlock(cluster, day, { decimals: false, endMs: throughOf(size) });
    }
  }
}

async function measureSet(decimals: boolean, beside: Prometheus | undefined): Promise<void> {
  const prefix = decimals ? "Decimals" : "Whole";
  const fill = await startChild<Filled>("fill-process.ts", {
    connectionString,
    prefix,
    fleetGen,
    size,
    decimals,
  });
  await fill.stop();
  const { samples, appendCpuMs, sealCpuMs } = fill.answer;
  const account = new TableAccount({ connection: { connectionString }, prefix });
  const name = decimals ? "decimals, 2 % gaps" : "whole numbers";
  print(`${name}: ${samples} samples sealed`);
  for (const [layer, { start }] of [
    ["minutes", DAYS],
    ["5 minutes", FIVES],
    ["hours and days", ROLLUPS],
  ] as const) {
    print(
      `  ${layer}: ${((await billedBytesOf(account, start)) / samples).toFixed(4)} bytes a sample, as billed`,
    );
  }
  const clusterDays = size.clusters * size.days;
  print(
    `  CPU of a cluster's day: append ${(appendCpuMs / clusterDays).toFixed(0)} ms, seal ${(sealCpuMs / clusterDays).toFixed(0)} ms`,
  );
  const { encode, decode } = await codecSpeed(account);
  print(`  codec: encode ${encode.toFixed(1)}, decode ${decode.toFixed(1)} million samples a CPU second`);
  const api = await startChild<ApiAnswer>("api-process.ts", { connectionString, prefix, nowMs: nowOf(size) });
  for (const question of questionsOf(size)) {
    const ours = ourUrl(api.answer.origin, question, size);
    const urls = beside === undefined ? [ours] : [ours, prometheusUrl(beside.origin, question, size)];
    const [ms = Number.NaN, theirs] = await timeInTurns(urls, ROUNDS);
    const { headers } = await ask(ours);
    const ratio =
      theirs === undefined
        ? ""
        : `, Prometheus ${theirs.toFixed(0)} ms: ${(theirs / ms).toFixed(1)} x (goal ${question.goalRatio})`;
    print(
      `  ${question.name}: p50 ${ms.toFixed(1)} ms (goal ${question.goalMs})${ratio}; ${headers[CALLS_HEADER]} calls, CPU ${headers[CPU_HEADER]} ms`,
    );
  }
  await api.stop();
}

/** A day of many small clusters, none of it sealed: with V8's defaults, and with the flags of `npm start`. */
async function measureSealing(clusters: number): Promise<void> {
  for (const flags of [[], ["--max-semi-space-size=4", "--heap-growing-percent=80"]]) {
    const prefix = flags.length === 0 ? "Small" : "SmallFlags";
    const input = { connectionString, prefix, fleetGen, clusters, nodes: SMALL_NODES };
    const written = await startChild<string>("unsealed-process.ts", input);
    await written.stop();
    const nowMs = START_MS + DAY_MS + 3 * HOUR_MS;
    const sealing = await startChild<Sealed>("seal-process.ts", { connectionString, prefix, nowMs }, flags);
    await sealing.stop();
    const { days, cpuMs, wallMs, idleMiB, peakMiB } = sealing.answer;
    print(
      `compaction of a day of ${days} clusters of ${SMALL_NODES} nodes, all of it hot, ${flags.join(" ") || "V8's defaults"}: ${(cpuMs / 1000).toFixed(1)} CPU s, ${(wallMs / 1000).toFixed(0)} s, ${peakMiB.toFixed(0)} MiB at most (${idleMiB.toFixed(0)} before; goal 256)`,
    );
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
