import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { get, messages, type Running, start, until } from "./running.ts";

let folder: string;
let running: Running | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "snatwatch-kill-"));
});

afterEach(async () => {
  running?.child.kill("SIGKILL");
  await running?.ended;
  rmSync(folder, { recursive: true, force: true });
});

/** Port 0 would move the inbox, and with it the channels' addresses, so this test keeps its ports. */
const launch = async (...args: string[]) => {
  running = await start(["--data", folder, "--port", "7391", ...args]);
  return running;
};

async function killed(victim: Running): Promise<void> {
  victim.child.kill("SIGKILL");
  await victim.ended;
}

/** The receivers of the inbox; each is told of the one incident. */
const RECEIVERS = ["pagerduty", "slack", "teams", "webhook"] as const;

/** Tells the inbox how to behave. */
async function behave(inbox: string, mode: "ok" | "down"): Promise<void> {
  const answer = await fetch(`${inbox}/_inbox/behaviour`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ mode }),
  });
  expect(answer.status).toBe(204);
}

/** Which message: the idempotency key that goes out with it. */
const keysOf = (all: Awaited<ReturnType<typeof messages>>) =>
  all.map((message) => message.headers["idempotency-key"] ?? "");

test("kill -9 again and again while it collects and delivers: no message lost, at most one copy more for each kill", async () => {
  let kills = 0;
  // Killed at moments spread over the start, the first collection and its deliveries.
  for (const afterMs of [150, 400, 700, 1_100, 1_600]) {
    const victim = await launch("--scenario", "exhausted-node");
    await sleep(afterMs);
    await killed(victim);
    kills += 1;
  }
  const last = await launch("--scenario", "exhausted-node");
  const all = await until(
    () => messages(last.inbox),
    (kept) => new Set(keysOf(kept).filter((key) => key.includes("-1-"))).size >= RECEIVERS.length,
    150_000,
  );
  const opened = keysOf(all).filter((key) => key.includes("-1-"));
  expect(new Set(opened).size).toBe(RECEIVERS.length);
  expect(opened.length).toBeLessThanOrEqual(RECEIVERS.length + kills);
  const health = await until(
    () => get(`${last.api}/health?failOn=never`),
    (answer) => answer["status"] === "critical",
  );
  expect(health["httpStatus"]).toBe(200);
});

test("kill -9 while the receiver is away: what waits is told when both are back", async () => {
  const first = await launch("--scenario", "exhausted-node");
  await behave(first.inbox, "down");
  await until(
    () => get(`${first.api}/alerts`),
    (answer) => Array.isArray(answer["alerts"]) && answer["alerts"].length > 0,
  );
  await killed(first);

  const second = await launch("--scenario", "exhausted-node");
  await behave(second.inbox, "ok");
  const all = await until(
    () => messages(second.inbox),
    (kept) => new Set(keysOf(kept)).size >= RECEIVERS.length,
    150_000,
  );
  expect(new Set(all.map((message) => message.channel))).toEqual(new Set(RECEIVERS));
});
