import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { SampleBlock } from "#core/series/sample-block.ts";
import { importBlocks } from "./prometheus-import.ts";

export interface Prometheus {
  readonly origin: string;
  /** Of all its blocks. */
  readonly bytes: number;
  stop(): Promise<void>;
}

/** Longer than the data; a tenth of it is the longest block that Prometheus makes. */
const RETENTION = "60d";
const READY_ATTEMPTS = 1_200;
const READY_MS = 50;

export function isPrometheusInstalled(): boolean {
  return ["prometheus", "promtool"].every((command) => spawnSync(command, ["--version"]).status === 0);
}

/**
 * Debian's Prometheus on a port of the loopback, with these samples in its blocks.
 *
 * @param days of one cluster, in the order of time
 */
export async function startPrometheus(days: AsyncIterable<SampleBlock>): Promise<Prometheus> {
  const folder = await mkdtemp(join(tmpdir(), "snatwatch-prometheus-"));
  const data = join(folder, "data");
  const bytes = await importBlocks(days, folder, data);
  const config = join(folder, "prometheus.yml");
  await writeFile(config, "global: {}\n");
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawn("prometheus", [
    `--config.file=${config}`,
    `--storage.tsdb.path=${data}`,
    `--storage.tsdb.retention.time=${RETENTION}`,
    `--web.listen-address=${address}`,
  ]);
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  await ready(`http://${address}/-/ready`);
  return {
    origin: `http://${address}`,
    bytes,
    async stop() {
      process.off("exit", kill);
      child.kill("SIGKILL");
      await once(child, "exit");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function ready(url: string): Promise<void> {
  for (let attempt = 0; attempt < READY_ATTEMPTS; attempt += 1) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    await delay(READY_MS);
  }
  throw new Error(`prometheus is not ready at ${url}`);
}
