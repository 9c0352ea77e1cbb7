import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

const READY_ATTEMPTS = 1_200;
const READY_MS = 50;

export function isPrometheusInstalled(): boolean {
  return ["prometheus", "promtool"].every((command) => spawnSync(command, ["--version"]).status === 0);
}

export interface PrometheusProcess {
  readonly origin: string;
  readonly child: ChildProcess;
  stop(): Promise<void>;
}

/** Debian's Prometheus on a port of the loopback. */
export async function spawnPrometheus(
  config: string,
  data: string,
  flags: readonly string[],
): Promise<PrometheusProcess> {
  const address = `127.0.0.1:${await freePort()}`;
  const origin = `http://${address}`;
  const child = spawn("prometheus", [
    `--config.file=${config}`,
    `--storage.tsdb.path=${data}`,
    `--web.listen-address=${address}`,
    ...flags,
  ]);
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  await ready(`${origin}/-/ready`);
  return {
    origin,
    child,
    async stop() {
      process.off("exit", kill);
      child.kill("SIGKILL");
      await once(child, "exit");
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
