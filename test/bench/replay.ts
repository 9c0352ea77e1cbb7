// What a replay costs: `npx node test/bench/replay.ts [--clusters 40] [--nodes 10] [--days 7] [--fleet-gen DIR]`. Writes a file of the
// fleet, TCP and UDP, and runs `npm run replay` over it in a process of its own.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { fleetWorld, loadFleetGen } from "./detect/fleet-world.ts";
import { rowsOf } from "./detect/ours.ts";

const { values } = parseArgs({
  options: {
    clusters: { type: "string", default: "40" },
    nodes: { type: "string", default: "10" },
    days: { type: "string", default: "7" },
    "fleet-gen": { type: "string", default: process.env["SNATWATCH_FLEET_GEN"] ?? "../shared/fleet-gen" },
  },
});
const size = {
  seed: 7,
  clusters: Number(values.clusters),
  nodes: Number(values.nodes),
  days: Number(values.days),
};

const folder = await mkdtemp(join(tmpdir(), "replay-"));
const path = join(folder, "fleet.csv");
const field = (value: number) => (Number.isNaN(value) ? "" : String(value));
try {
  const rows = await writeFleet();
  const bytes = (await stat(path)).size;
  const script = [
    'process.argv = ["node", "replay", "--in", process.env.IN, "--out", process.env.OUT];',
    `await import(${JSON.stringify(new URL("../../infra/local/replay.ts", import.meta.url).href)});`,
    'process.on("exit", () => { const u = process.resourceUsage(); console.log(JSON.stringify(u)); });',
  ].join("\n");
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    env: { ...process.env, IN: path, OUT: join(folder, "out.ndjson") },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  child.stdout.on("data", (chunk) => {
    said += chunk;
  });
  await once(child, "close");
  const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(said);
  const seconds = (userCPUTime + systemCPUTime) / 1e6;
  console.table({
    rows,
    "file, MB": Math.round(bytes / 1e6),
    "CPU seconds": Number(seconds.toFixed(1)),
    "rows a CPU second": Math.round(rows / seconds),
    "most memory, MiB": Math.round(maxRSS / 1_024),
  });
} finally {
  await rm(folder, { recursive: true });
}

async function writeFleet(): Promise<number> {
  const out = createWriteStream(path);
  out.write(
    "time,cluster,node,frontendIp,protocol,usedPorts,allocatedPorts,failedConnections,attemptedConnections\n",
  );
  let rows = 0;
  for (const cluster of fleetWorld(await loadFleetGen(values["fleet-gen"]), size)) {
    let text = "";
    let time = "";
    let ofMs = Number.NaN;
    for (const row of rowsOf(cluster)) {
      if (row.minuteMs !== ofMs) time = new Date(row.minuteMs).toISOString();
      ofMs = row.minuteMs;
      const ports = `${field(row.usedPorts)},${field(row.allocatedPorts)}`;
      const connections = `${field(row.failedConnections)},${field(row.attemptedConnections)}`;
      text += `${time},${row.cluster},${row.node},${row.frontendIp},${row.protocol},${ports},${connections}\n`;
      rows += 1;
      if (text.length < 1 << 20) continue;
      if (!out.write(text)) await once(out, "drain");
      text = "";
    }
    out.write(text);
  }
  out.end();
  await once(out, "finish");
  return rows;
}
