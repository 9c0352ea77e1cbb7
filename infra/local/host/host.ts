// A small Functions host for one machine: runs the app's real function files without Azure or Core Tools.
//
// It imitates the real host at the seam its Node worker has (`functions-core.ts`): triggers and bindings
// then run through @azure/functions itself. It knows nothing of this app; what it needs, it is given.

import { setTimeout as sleep } from "node:timers/promises";
import {
  type AppFunction,
  type AuthLevel,
  connectionString,
  describeFunctions,
  type Environment,
} from "./app-functions.ts";
import { loadApp } from "./functions-core.ts";
import { parseHostJson } from "./host-json.ts";
import { type HttpFront, openHttpFront } from "./http-server.ts";
import { type HostLog, makeInvocations } from "./invocations.ts";
import type { Keys } from "./keys.ts";
import { nextOccurrence } from "./ncrontab.ts";
import { type RunningQueue, startQueue } from "./queue-trigger.ts";
import type { Binding } from "./rpc.ts";
import { type Clock, type RunningTimer, startTimer, timerInput } from "./timer-trigger.ts";

export interface HostOptions {
  /** 0: any free port. The host listens on the loopback only. */
  readonly port: number;
  /** Imports (or requires) the function files; called once the seam is there. */
  readonly functions: () => Promise<unknown>;
  /** The content of host.json. */
  readonly hostJson: object;
  /** Ask for keys as the cloud does; without this option every function is open. */
  readonly keys?: Keys;
  /** The app's clock, Unix milliseconds. */
  readonly nowMs: () => number;
  /** How many times faster than real time that clock runs; default 1. */
  readonly speed?: number;
  readonly log: HostLog;
  /** Default true. False: timers run only by `invoke` and the admin API. */
  readonly timers?: boolean;
  /** Longest pause between two looks at an empty queue, milliseconds; default: host.json's. */
  readonly pollQueuesMs?: number;
  /** App settings: `%NAME%` in bindings, and connection strings; default: `process.env`. */
  readonly env?: Environment;
  /** Larger request bodies are answered 413; default 100 MiB, as in Azure. */
  readonly bodyLimitBytes?: number;
}

/** A registered function, as data. */
export interface RegisteredInfo {
  readonly name: string;
  readonly type: AppFunction["type"];
  readonly trigger: Binding;
  readonly authLevel?: AuthLevel;
  readonly methods?: readonly string[];
  readonly route?: string;
  readonly schedule?: string;
  readonly queueName?: string;
}

export interface LocalHost {
  /** `http://127.0.0.1:PORT` */
  readonly address: string;
  readonly functions: readonly RegisteredInfo[];
  /**
   * Runs a timer or queue function now and waits for it.
   *
   * @param input a queue function's message, decoded
   * @throws what the function throws
   */
  invoke(name: string, input?: string): Promise<void>;
  /** Resolves when no run is in progress and no queue message in hand. */
  idle(): Promise<void>;
  /** Stops timers, polling and new requests, waits for runs in progress up to `drainMs`, closes. */
  close(options?: { readonly drainMs?: number }): Promise<void>;
}

/** @throws Error if host.json, the registrations, a schedule, the port or the storage is not as it must be */
export async function startHost(options: HostOptions): Promise<LocalHost> {
  const { log, env = process.env } = options;
  const clock: Clock = { nowMs: options.nowMs, speed: options.speed ?? 1 };
  const settings = parseHostJson(options.hostJson);
  const app = await loadApp(options.functions, (level, message) => log(level, message));
  const functions = describeFunctions(app, env);
  const invocations = makeInvocations(app, log, settings.functionTimeoutMs);
  await invocations.start();

  const timers: RunningTimer[] = [];
  const queues: RunningQueue[] = [];
  let closing: Promise<void> | undefined;

  const invoke = async (name: string, input?: string): Promise<void> => {
    const target = functions.find((each) => each.name === name);
    if (target === undefined) throw new RangeError(`no function is named "${name}"`);
    if (target.type === "httpTrigger") throw new RangeError(`"${name}" is an HTTP function: call its route`);
    const data =
      target.type === "timerTrigger" ? timerInputNow(target.schedule, clock) : { string: input ?? "" };
    await invocations.run(target, data, {}, "called by hand");
  };
  const idle = async (): Promise<void> => {
    const isBusy = (): boolean => invocations.running > 0 || queues.some((queue) => queue.inProgress > 0);
    while (isBusy()) {
      await invocations.idle();
      await sleep(5);
    }
  };

  const front: HttpFront = await openHttpFront({
    port: options.port,
    routePrefix: settings.routePrefix,
    keys: options.keys,
    bodyLimitBytes: options.bodyLimitBytes ?? 104_857_600,
    admin: { functions, invoke, state: () => (closing === undefined ? "Running" : "Offline") },
    invocations,
    log,
  });
  const close = async (drainMs: number): Promise<void> => {
    front.refuse();
    for (const timer of timers) timer.stop();
    const done = Promise.all([...queues.map((queue) => queue.stop()), idle()]);
    const patience = new AbortController();
    const late = sleep(drainMs, "late", { signal: patience.signal }).catch(() => "done");
    if ((await Promise.race([done, late])) === "late") {
      log("warning", `closing with ${invocations.running} runs in progress after ${drainMs} ms`);
    }
    patience.abort();
    await front.close();
    await invocations.stop();
  };
  const host: LocalHost = {
    address: front.address,
    functions: functions.map(toInfo),
    invoke,
    idle,
    close: ({ drainMs = 10_000 } = {}) => {
      closing ??= close(drainMs);
      return closing;
    },
  };

  try {
    const queueSettings = {
      ...settings.queues,
      ...(options.pollQueuesMs !== undefined && { maxPollingMs: options.pollQueuesMs }),
    };
    for (const target of functions) {
      if (target.type === "queueTrigger") {
        const storage = connectionString(env, target.connection);
        queues.push(await startQueue(target, storage, queueSettings, invocations, log));
      }
    }
    for (const target of functions) {
      if (target.type === "timerTrigger" && options.timers !== false) {
        timers.push(startTimer(target, clock, invocations, log));
      }
    }
  } catch (error) {
    await host.close({ drainMs: 0 });
    throw error;
  }
  return host;
}

/**
 * Only what an app registers, without starting anything: for tests of function files and of the bundle.
 * `%SETTING%` stays as it is written.
 *
 * @param load imports the function files, or the built bundle
 */
export async function loadRegistrations(load: () => Promise<unknown>): Promise<readonly RegisteredInfo[]> {
  const app = await loadApp(load, () => {});
  return describeFunctions(app, undefined).map(toInfo);
}

function toInfo(target: AppFunction): RegisteredInfo {
  const common = { name: target.name, type: target.type, trigger: target.binding };
  switch (target.type) {
    case "httpTrigger":
      return { ...common, authLevel: target.authLevel, methods: target.methods, route: target.route };
    case "timerTrigger":
      return { ...common, schedule: target.schedule };
    case "queueTrigger":
      return { ...common, queueName: target.queueName };
  }
}

function timerInputNow(schedule: string, { nowMs }: Clock): ReturnType<typeof timerInput> {
  const now = nowMs();
  return timerInput(now, nextOccurrence(schedule, now) ?? now, false);
}
