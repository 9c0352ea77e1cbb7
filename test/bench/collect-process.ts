// The app's side of collect-cycle.ts, in a process of its own: what is measured is what is deployed, bundle and all.
//
// Arguments: `discover` or `collect`, and what to connect to. Collects once for each line on standard input, which is the time on
// the app's clock, and answers with a line of figures.

import { createInterface } from "node:readline";
import { createService } from "#shared/composition.ts";
import { createStandInHttpClient, standInCredential } from "../../infra/local/stand-in/http-client.ts";

/** What a step cost this process. */
export interface StepFigures {
  readonly cpuS: number;
  readonly wallS: number;
  readonly rssMiB: number;
  /** The most it ever had. */
  readonly peakMiB: number;
  /** 0 for a discovery. */
  readonly shards: number;
}

export interface Work {
  readonly azure: string;
  readonly storage: string;
  readonly nowMs: number;
}

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const { signal } = new AbortController();

async function run(mode: string, { azure, storage, nowMs }: Work): Promise<void> {
  const clock = { ms: nowMs, nowMs: () => clock.ms };
  const service = createService({
    env: {
      AzureWebJobsStorage: storage,
      SNATWATCH_AUTH: "none",
      SNATWATCH_INLINE_SHARDS: "100",
      SNATWATCH_HISTORY_IMPORT: "0d",
    },
    local: true,
    clock,
    credential: standInCredential,
    httpClient: createStandInHttpClient(azure),
  });
  if (mode === "discover") {
    tell(
      await measure(async () => {
        await service.discover(quiet, signal);
        return 0;
      }),
    );
    return;
  }
  for await (const line of createInterface({ input: process.stdin })) {
    clock.ms = Number(line);
    tell(
      await measure(async () => {
        const { shards, failed } = await service.collect(quiet, signal);
        if (failed > 0 || shards === 0) throw new Error(`${failed} of ${shards} shards failed`);
        return shards;
      }),
    );
  }
}

function tell(figures: StepFigures): void {
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}

async function measure(step: () => Promise<number>): Promise<StepFigures> {
  const cpu = process.cpuUsage();
  const started = performance.now();
  const shards = await step();
  const { user, system } = process.cpuUsage(cpu);
  return {
    cpuS: Number(((user + system) / 1e6).toFixed(2)),
    wallS: Number(((performance.now() - started) / 1e3).toFixed(2)),
    rssMiB: Math.round(process.memoryUsage.rss() / 2 ** 20),
    peakMiB: Math.round(process.resourceUsage().maxRSS / 1024),
    shards,
  };
}

const [mode = "", work = ""] = process.argv.slice(2);
run(mode, JSON.parse(work)).then(
  () => process.exit(),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
