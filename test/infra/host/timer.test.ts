import { setTimeout as sleep } from "node:timers/promises";
import type { Timer } from "@azure/functions";
import { expect, it, vi } from "vitest";
import { hostWith } from "./host.fixture.ts";

/** A clock that starts at 10:00:00 and runs `speed` times faster than real time. */
function clockOf(speed: number): { nowMs: () => number; speed: number } {
  const startMs = Date.parse("2026-11-21T10:00:00Z");
  const realStartMs = performance.now();
  return { nowMs: () => startMs + (performance.now() - realStartMs) * speed, speed };
}

it("fires at every occurrence of the app's clock", async () => {
  const clock = clockOf(300); // a minute in 200 ms
  const startMs = clock.nowMs();
  const timers: Timer[] = [];
  const firedAtMs: number[] = [];
  await hostWith(
    (app) =>
      app.timer("minute", {
        schedule: "0 * * * * *",
        handler: (timer) => {
          firedAtMs.push(clock.nowMs());
          timers.push(timer);
        },
      }),
    clock,
  );
  await vi.waitFor(() => expect(timers.length).toBeGreaterThanOrEqual(6), 15_000);
  const elapsedMs = clock.nowMs() - startMs;
  expect(timers.length).toBeLessThanOrEqual(elapsedMs / 60_000);

  // Each run is told of the occurrence before it: those are whole minutes, and no run came before its own.
  const dueMs = timers.slice(1).map(({ scheduleStatus }) => Date.parse(scheduleStatus.last));
  for (const [index, ms] of dueMs.entries()) {
    expect(ms % 60_000).toBe(0);
    expect(ms).toBeGreaterThan(dueMs[index - 1] ?? startMs);
    expect(firedAtMs[index]).toBeGreaterThanOrEqual(ms);
  }
  expect(timers[1]).toMatchObject({ isPastDue: false, schedule: { adjustForDST: true } });
  expect(Date.parse(timers[1]?.scheduleStatus.next ?? "") % 60_000).toBe(0);
});

it("skips occurrences during a run instead of queueing them, and never overlaps", async () => {
  const startedMs = performance.now();
  let running = 0;
  let most = 0;
  let runs = 0;
  await hostWith(
    (app) =>
      app.timer("slow", {
        schedule: "* * * * * *",
        handler: async () => {
          runs++;
          most = Math.max(most, ++running);
          await sleep(200);
          running--;
        },
      }),
    clockOf(50), // fifty occurrences a second
  );
  await vi.waitFor(() => expect(runs).toBeGreaterThanOrEqual(4), 15_000);
  expect(most).toBe(1);
  expect(runs).toBeLessThanOrEqual((performance.now() - startedMs) / 200 + 1); // not the fifty a second that were due
});

it("goes on after a run that failed", async () => {
  let runs = 0;
  const host = await hostWith(
    (app) =>
      app.timer("failing", {
        schedule: "* * * * * *",
        handler: () => {
          runs++;
          throw new Error("no luck");
        },
      }),
    clockOf(10),
  );
  await vi.waitFor(() => expect(runs).toBeGreaterThanOrEqual(3), 15_000);
  await host.idle();
  expect(host.logged.filter((line) => line.startsWith("error failing")).length).toBe(runs);
  await host.close();
  const runsAtClose = runs;
  await sleep(200);
  expect(runs).toBe(runsAtClose);
});

it("leaves timers alone if told so, and still runs them by hand", async () => {
  let runs = 0;
  const host = await hostWith(
    (app) => {
      app.timer("t", { schedule: "* * * * * *", runOnStartup: true, handler: () => void runs++ });
      app.timer("bad", { schedule: "* * * * * *", handler: () => Promise.reject(new Error("no luck")) });
      app.get("h", () => ({}));
    },
    { ...clockOf(100), timers: false },
  );
  await sleep(100);
  expect(runs).toBe(0);
  await host.invoke("t");
  expect(runs).toBe(1);
  await expect(host.invoke("bad")).rejects.toThrow("no luck");
  await expect(host.invoke("h")).rejects.toThrow("is an HTTP function");
  await expect(host.invoke("nobody")).rejects.toThrow('no function is named "nobody"');
});

it("runs on startup when the function asks for it", async () => {
  let runs = 0;
  const host = await hostWith((app) =>
    app.timer("t", { schedule: "0 0 0 1 1 *", runOnStartup: true, handler: () => void runs++ }),
  );
  await host.idle();
  expect(runs).toBe(1);
});

it("runs functions through the admin API", async () => {
  const inputs: string[] = [];
  const host = await hostWith((app) => {
    app.timer("collect", {
      schedule: "0 0 0 1 1 *",
      handler: (_, { functionName }) => void inputs.push(functionName),
    });
    app.get("page", () => ({}));
  });
  const post = (name: string, body?: string): Promise<Response> =>
    fetch(`${host.address}/admin/functions/${name}`, { method: "POST", ...(body !== undefined && { body }) });
  expect((await post("collect", '{"input": ""}')).status).toBe(202);
  expect((await post("Collect")).status).toBe(202);
  expect((await post("collect", "{")).status).toBe(400);
  expect((await post("page", "{}")).status).toBe(400);
  expect((await post("missing", "{}")).status).toBe(404);
  await host.idle();
  expect(inputs).toEqual(["collect", "collect"]);

  const list = (await (await fetch(`${host.address}/admin/functions`)).json()) as { name: string }[];
  expect(list.map(({ name }) => name)).toEqual(["collect", "page"]);
  expect(await (await fetch(`${host.address}/admin/functions/collect`)).json()).toMatchObject({
    name: "collect",
    config: { bindings: [{ type: "timerTrigger", schedule: "0 0 0 1 1 *" }] },
  });
  expect(await (await fetch(`${host.address}/admin/host/status`)).json()).toMatchObject({ state: "Running" });
  expect((await fetch(`${host.address}/admin/host/keys`)).status).toBe(404);
});
