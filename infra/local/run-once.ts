import type { Logger } from "#ports/logger.ts";
import { createService } from "#shared/composition.ts";
import type { Arguments } from "./arguments.ts";
import { openEnvironment } from "./environment.ts";
import type { FleetDocument } from "./fleet-document.ts";
import { readFleet } from "./fleet-document.ts";
import { renderVerdicts } from "./verdict-table.ts";

const EXIT_CODES: Readonly<Record<string, number>> = { healthy: 0, warning: 1, critical: 2, unknown: 3 };
const DEADLINE_MS = 5 * 60_000;

/**
 * One discovery, collection and delivery; prints the verdicts.
 *
 * @returns the exit code: 0 healthy, 1 warning, 2 critical, 3 unknown
 * @throws Error if it could not run
 */
export async function runOnce(args: Arguments, env: NodeJS.ProcessEnv): Promise<number> {
  const environment = await openEnvironment(args, env, () => {});
  try {
    const service = createService(environment.surroundings);
    const logger = stderrLogger();
    const signal = AbortSignal.timeout(DEADLINE_MS);
    await service.discover(logger, signal);
    const report = await service.collect(logger, signal);
    if (report.failed > 0) logger.warn("once.shardsFailed", { shards: report.failed });
    await service.deliverDue(logger, signal);
    const fleet = await readFleet(service);
    process.stdout.write(args.json ? `${JSON.stringify(fleet)}\n` : renderVerdicts(fleet));
    return exitCodeOf(fleet);
  } finally {
    await environment.close();
  }
}

function exitCodeOf({ health }: FleetDocument): number {
  return EXIT_CODES[health.status] ?? 3;
}

/** stdout is the answer; what happened on the way goes to stderr, the ordinary steps left out. */
function stderrLogger(): Logger {
  const write = (level: string, event: string, fields?: Readonly<Record<string, unknown>>) => {
    process.stderr.write(`${JSON.stringify({ level, event, ...fields })}\n`);
  };
  return {
    debug() {},
    info: (event, fields) => write("info", event, fields),
    warn: (event, fields) => write("warn", event, fields),
    error: (event, fields) => write("error", event, fields),
  };
}
