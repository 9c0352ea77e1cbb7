// A storm of denials: what reading 1,000,000 rows of a window costs our process. `npx node test/bench/deny-burst.ts`
//
// The simulated Azure answers the query in a process of its own; so does Azure.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { createLogSource } from "#adapters/logs/log-source.ts";
import { createDiagnosticsSource } from "#adapters/metrics/diagnostic-settings.ts";
import { createTopologySource } from "#adapters/topology/topology-source.ts";
import { DENIAL_SPAN_MS } from "#core/denials/denial.ts";
import { createStandInHttpClient, standInCredential } from "../../infra/local/stand-in/http-client.ts";

const child = spawn(
  process.execPath,
  ["infra/local/simulated-azure/main.ts", "--scenario", "deny-burst", "--exit-with-stdin"],
  { stdio: ["pipe", "pipe", "inherit"] },
);
const [line] = await once(createInterface({ input: child.stdout }), "line");
const { address }: { address: string } = JSON.parse(String(line));

const clock = { nowMs: () => Date.now() };
const azure = {
  credential: standInCredential,
  cloud: "public",
  clock,
  httpClient: createStandInHttpClient(address),
  logger: { debug() {}, info() {}, warn() {}, error() {} },
} as const;
const signal = new AbortController().signal;
const topology = createTopologySource({
  ...azure,
  subscriptionIds: [],
  diagnostics: createDiagnosticsSource(azure),
});
const { clusters } = await topology.discover(new Map(), clock.nowMs(), signal);
const logs = createLogSource({ ...azure, deadlineMs: 120_000, timeoutMs: 60_000 });
const toMs = Math.ceil(clock.nowMs() / DENIAL_SPAN_MS) * DENIAL_SPAN_MS;
const rows: Record<string, string | number>[] = [];
for (const hours of [1, 24]) {
  const before = process.memoryUsage.rss();
  const cpu = process.cpuUsage();
  const started = performance.now();
  const answers = await logs.readDenials(
    {
      firewalls: clusters.flatMap(({ network }) =>
        network.firewalls.map(({ id, logs: to }) => ({ id, logs: to ?? [] })),
      ),
      targets: clusters.map(({ ref, network }) => ({
        clusterKey: ref.key,
        firewallIds: network.firewalls.map(({ id }) => id),
        prefixes: network.subnets.flatMap(({ prefixes }) => prefixes),
        fromMs: toMs - hours * 3_600_000,
      })),
      toMs,
    },
    signal,
  );
  const used = process.cpuUsage(cpu);
  const denials = [...answers.values()].flatMap((answer) => answer.denials);
  rows.push({
    "hours read": hours,
    "rows in the log": denials.reduce((sum, { count }) => sum + count, 0),
    "denials told": denials.length,
    problems: [...answers.values()].flatMap(({ problems }) => problems).length,
    "CPU s": ((used.user + used.system) / 1e6).toFixed(2),
    "wall s": ((performance.now() - started) / 1e3).toFixed(1),
    "memory gained MiB": Math.round((process.memoryUsage.rss() - before) / 2 ** 20),
  });
}
console.table(rows);
console.log(`peak memory of the process: ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`);
child.kill();
