import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import type { Json } from "./support.ts";

const MAIN = "infra/local/simulated-azure/main.ts";

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(args: readonly string[]) {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ["pipe", "pipe", "pipe"] });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const ended = once(child, "close").then(([code]): Ended => ({ code, stdout, stderr }));
  const ready = async (): Promise<string> => JSON.parse(String(await once(child.stdout, "data"))).address;
  return { child, ended, ready };
}

test("prints one line when ready, answers, and ends cleanly on SIGTERM", async () => {
  const { child, ended, ready } = start([
    "--scenario",
    "large",
    "--clusters=3",
    "--nodes",
    "2",
    "--speed",
    "60",
  ]);
  const address = await ready();

  expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const response = await fetch(`${address}/management.azure.com/subscriptions?api-version=1`);
  const { value } = (await response.json()) as Json;
  expect(value).toHaveLength(1);
  child.kill("SIGTERM");
  const { code, stdout } = await ended;
  expect([code, stdout]).toEqual([0, `${JSON.stringify({ address })}\n`]);
});

test("ends when its parent closes the pipe, if told to", async () => {
  const { child, ended, ready } = start(["--exit-with-stdin"]);
  await ready();
  child.stdin.end();

  expect((await ended).code).toBe(0);
});

test.for([
  [["--port", "ten"], "--port: a whole number from 0 to 65535 is expected: ten"],
  [["--port=70000"], "--port: a whole number from 0 to 65535 is expected: 70000"],
  [["--speed", "0"], "--speed: a number above 0 and up to 100000 is expected: 0"],
  [["--nodes", "-1"], "--nodes: a whole number from 1 to 1000 is expected: -1"],
  [["--anchor", "noon"], "--anchor: a time such as 2026-11-21T10:00:00Z is expected: noon"],
  [["--scenario", "doom"], "is expected: doom"],
  [["--seed"], "--seed: a value is expected"],
  [["--help=yes"], "--help: no value is expected: yes"],
  [["--verbose"], "unknown argument --verbose: one of --port, --scenario"],
] as const)("%j is refused with exit code 2", async ([args, message]) => {
  const { code, stdout, stderr } = await start(args).ended;

  expect(code).toBe(2);
  expect(stdout).toBe("");
  expect(stderr).toContain(message);
  expect(stderr.trim().split("\n")).toHaveLength(1);
});

test("tells its options", async () => {
  const { code, stdout } = await start(["--help"]).ended;

  expect(code).toBe(0);
  expect(stdout).toContain("--clock-start TIME");
});
