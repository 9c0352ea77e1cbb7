// Timer triggers, on a clock that may run faster than real time.

import type { TimerFunction } from "./app-functions.ts";
import type { HostLog, Invocations } from "./invocations.ts";
import { nextOccurrence, parseSchedule } from "./ncrontab.ts";
import type { TypedData } from "./rpc.ts";

export interface Clock {
  /** Unix milliseconds on the app's clock. */
  nowMs(): number;
  /** How many times faster than real time that clock runs. */
  readonly speed: number;
}

export interface RunningTimer {
  stop(): void;
}

/** Look at the clock this often at least, real milliseconds: the machine may sleep, the clock may jump. */
const LONGEST_WAIT_MS = 30_000;

/**
 * Runs a timer function at every occurrence of its schedule, one run at a time.
 *
 * As in the real host, an occurrence during a run is skipped, not made up for: however slow the function or
 * fast the clock, at most one run is going. A run that fails waits for the next occurrence like any other.
 */
export function startTimer(
  target: TimerFunction,
  clock: Clock,
  invocations: Invocations,
  log: HostLog,
): RunningTimer {
  const schedule = parseSchedule(target.schedule);
  let lastMs = clock.nowMs();
  let timeout: NodeJS.Timeout | undefined;
  let stopped = false;

  const run = async (dueMs: number, nextMs: number | undefined, reason: string): Promise<void> => {
    const input = timerInput(lastMs, nextMs ?? dueMs, false);
    lastMs = dueMs;
    await invocations.run(target, input, {}, reason).catch(() => {}); // logged there
  };
  const wait = (dueMs: number): void => {
    if (stopped) return;
    const waitMs = Math.max(0, (dueMs - clock.nowMs()) / clock.speed);
    timeout = setTimeout(() => void tick(dueMs), Math.min(Math.ceil(waitMs), LONGEST_WAIT_MS));
  };
  const tick = async (dueMs: number): Promise<void> => {
    if (clock.nowMs() < dueMs) {
      wait(dueMs);
      return;
    }
    await run(dueMs, nextOccurrence(schedule, dueMs), `timer fired at ${new Date(dueMs).toISOString()}`);
    waitAfter(Math.max(dueMs, clock.nowMs()));
  };
  const waitAfter = (ms: number): void => {
    const nextMs = nextOccurrence(schedule, ms);
    if (nextMs !== undefined) wait(nextMs);
    else log("warning", `the schedule "${target.schedule}" never occurs`, target.name);
  };

  const startMs = clock.nowMs();
  if (target.runOnStartup) {
    void run(startMs, nextOccurrence(schedule, startMs), "run on startup").then(() =>
      waitAfter(clock.nowMs()),
    );
  } else {
    waitAfter(startMs);
  }
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timeout);
    },
  };
}

/** What a timer function gets; the library turns the host's names into camel case. */
export function timerInput(lastMs: number, nextMs: number, isPastDue: boolean): TypedData {
  const last = new Date(lastMs).toISOString();
  return {
    json: JSON.stringify({
      Schedule: { AdjustForDST: true },
      ScheduleStatus: { Last: last, Next: new Date(nextMs).toISOString(), LastUpdated: last },
      IsPastDue: isPastDue,
    }),
  };
}
