// Crashes, outages and rate limits, one after another, against the real product: a table, and exit code 1 on a miss.
//
//   npm run chaos -- [--kills 500] [--outage 60] [--incidents 20] [--firing 40] [--waiting 10000] [--drain 180] [--only NAME,…]

import { parseArgs } from "node:util";
import { TRIALS } from "./trials.ts";
import type { Size, Verdict } from "./verdict.ts";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "500" },
    outage: { type: "string", default: "60" },
    incidents: { type: "string", default: "20" },
    firing: { type: "string", default: "40" },
    waiting: { type: "string", default: "10000" },
    drain: { type: "string", default: "180" },
    only: { type: "string", default: Object.keys(TRIALS).join(",") },
  },
});
const size: Size = {
  kills: whole("kills"),
  outageMinutes: whole("outage"),
  incidents: whole("incidents"),
  firing: whole("firing"),
  waiting: whole("waiting"),
  drainSeconds: whole("drain"),
};
const rows: Verdict[] = [];
for (const name of values.only.split(",")) {
  const trial = TRIALS[name];
  if (trial === undefined) throw new Error(`--only: expected some of ${Object.keys(TRIALS).join(", ")}`);
  const startedMs = performance.now();
  const row = await trial(size);
  rows.push(row);
  process.stderr.write(
    `${name}: ${row.measured} (${Math.round((performance.now() - startedMs) / 1_000)} s)\n`,
  );
}
console.log("| trial | must be | measured | verdict |\n| --- | --- | --- | --- |");
for (const { trial, mustBe, measured, ok } of rows) {
  console.log(`| ${trial} | ${mustBe} | ${measured} | ${ok ? "ok" : "MISS"} |`);
}
process.exitCode = rows.every(({ ok }) => ok) ? 0 : 1;

function whole(name: Exclude<keyof typeof values, "only">): number {
  const value = Number(values[name]);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name}: expected a whole number above 0`);
  return value;
}
