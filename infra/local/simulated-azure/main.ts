// The simulated Azure as a process of its own.

import { CliError, type CliOptions, readCliOptions, USAGE } from "./cli-options.ts";
import { startClock } from "./clock.ts";
import { startSimulatedAzure } from "./server.ts";

const USAGE_ERROR = 2;

async function run(options: CliOptions): Promise<void> {
  const startMs = options.clockStartMs ?? Date.now();
  const azure = await startSimulatedAzure({
    port: options.port,
    scenario: options.scenario,
    seed: options.seed,
    anchorMs: options.anchorMs ?? startMs,
    nowMs: startClock({ startMs, speed: options.speed }),
    clusters: options.clusters,
    nodes: options.nodes,
    clustersPerSubscription: options.clustersPerSubscription,
    frontends: options.frontends,
  });
  console.log(JSON.stringify({ address: azure.address }));

  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    void azure.close().then(() => process.exit(0));
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  if (options.exitWithStdin) process.stdin.on("end", stop).on("close", stop).resume();
}

try {
  const options = readCliOptions(process.argv.slice(2));
  if (options.help) console.log(USAGE);
  else await run(options);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = error instanceof CliError ? USAGE_ERROR : 1;
}
