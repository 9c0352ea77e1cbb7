import { createWriteStream, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { errorText } from "#core/error-text.ts";
import { configureService, getService } from "#shared/composition.ts";
import { configureDashboard } from "#shared/dashboard-files.ts";
import { buildDashboard } from "../build/dashboard.ts";
import type { Arguments } from "./arguments.ts";
import type { LocalEnvironment, Log } from "./environment.ts";
import { openEnvironment } from "./environment.ts";
import type { FleetDocument } from "./fleet-document.ts";
import { readFleet } from "./fleet-document.ts";
import { startHost } from "./host/host.ts";
import { narrate } from "./narrate.ts";
import { renderVerdicts } from "./verdict-table.ts";

/** Keys of a local run with `--keys`: they guard nothing that others can reach. */
const LOCAL_KEYS = { function: "local-function-key", admin: "local-admin-key" };
const DRAIN_MS = 15_000;
const FIRST_VERDICTS_MS = 30_000;
const LOOK_EVERY_MS = 250;

const say = (text: string) => process.stdout.write(`${text}\n`);

/** Runs the whole service on this machine until it is told to stop. */
export async function runService(args: Arguments, env: NodeJS.ProcessEnv): Promise<void> {
  const logFile = openLog(args);
  const environment = await openEnvironment(args, env, logFile);
  try {
    configureService(environment.surroundings);
    configureDashboard(buildDashboard);
    const host = await startHost({
      port: args.port,
      functions: () => import("../../functions/main.ts"),
      hostJson: JSON.parse(readFileSync(new URL("../../host.json", import.meta.url), "utf8")),
      ...(args.keys ? { keys: LOCAL_KEYS } : {}),
      nowMs: () => environment.clock.nowMs(),
      speed: args.speed,
      env: { ...environment.surroundings.env },
      log: (level, message) => {
        logFile(level, message);
        for (const line of narrate(message)) say(line);
      },
    });
    announce(args, environment, host.address);
    const stopped = untilToldToStop();
    await Promise.race([stopped, firstRun(host, stopped)]);
    await stopped;
    say("stopping: letting runs in progress finish");
    await host.close({ drainMs: DRAIN_MS });
  } finally {
    await environment.close();
  }
  say("stopped; everything acknowledged is kept");
}

/** The first verdicts at once rather than at the next full minute, then the past. */
async function firstRun(
  host: { invoke(name: string): Promise<void> },
  stopped: Promise<void>,
): Promise<void> {
  try {
    await host.invoke("collect");
    const fleet = await firstVerdicts(stopped);
    say(`\n${renderVerdicts(fleet)}`);
    await host.invoke("import");
  } catch (error) {
    // The timers try again each minute: the terminal tells, the service goes on.
    say(`the first collection failed: ${errorText(error)}`);
  }
  await stopped;
}

/** Several shards go over the queue: waits until each cluster has its verdict, or long enough to show what there is. */
async function firstVerdicts(stopped: Promise<void>): Promise<FleetDocument> {
  const deadlineMs = performance.now() + FIRST_VERDICTS_MS;
  const state = { going: true };
  const noticed = stopped.then(() => {
    state.going = false;
  });
  let fleet = await readFleet(getService());
  while (
    state.going &&
    performance.now() < deadlineMs &&
    fleet.clusters.some((cluster) => !cluster["evaluatedAt"])
  ) {
    await Promise.race([noticed, sleep(LOOK_EVERY_MS)]);
    fleet = await readFleet(getService());
  }
  return fleet;
}

function announce(args: Arguments, { inbox, azure, folder, clock }: LocalEnvironment, address: string): void {
  say(`
Snatwatch is running.
  Dashboard ${address}/api/dashboard
  API       ${address}/api/health   (also /api/clusters, /api/alerts, /api/metrics, /api/openapi.json)
  Inbox     ${inbox?.address ?? ""}   Teams, Slack, PagerDuty and webhook messages as they would look
  Azure     ${azure}
  Data      ${folder ?? ""}   log: ${join(args.data ?? ".local", "snatwatch.log")}${args.speed === 1 ? "" : `\n  Clock     ${args.speed} times faster, from ${new Date(clock.startMs).toISOString()}`}${args.keys ? `\n  Keys      ${LOCAL_KEYS.function} (header x-functions-key or ?code=)` : ""}
Ctrl-C stops everything and loses nothing.`);
}

function openLog(args: Arguments): Log {
  const folder = args.data ?? ".local";
  mkdirSync(folder, { recursive: true });
  const file = createWriteStream(join(folder, "snatwatch.log"), { flags: "a" });
  return (level, message) => file.write(`${new Date().toISOString()} ${level} ${message}\n`);
}

function untilToldToStop(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
}
