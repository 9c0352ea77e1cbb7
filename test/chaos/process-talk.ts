import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Server } from "node:http";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A process of a trial that is up. */
export interface Part {
  readonly child: ChildProcess;
  readonly address: string;
  /** What it said on stderr, the end of it. */
  readonly said: () => string;
  kill(): Promise<void>;
}

const KEPT_CHARS = 20_000;

/** What the process was started with: JSON in its last argument, written by `startPart`. */
export function argument<T>(): T {
  const value: T = JSON.parse(process.argv.at(-1) ?? "");
  return value;
}

/** Tells the parent where a server listens, and ends with the parent. */
export function announceReady(server: Server): void {
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  announce(`http://127.0.0.1:${port}`);
}

export function announce(address: string): void {
  console.log(JSON.stringify({ address }));
  process.stdin.on("end", () => process.exit()).resume();
}

/** Starts a file of this folder as a process. @throws Error with what it said, if it ends before it is ready */
export async function startPart(file: string, value: unknown, env: NodeJS.ProcessEnv = {}): Promise<Part> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = spawn(process.execPath, ["--max-semi-space-size=4", path, JSON.stringify(value)], {
    env: { ...process.env, ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (data: Buffer) => {
    said = (said + data.toString()).slice(-KEPT_CHARS);
  });
  const lines = createInterface({ input: child.stdout });
  const address = await new Promise<string>((resolve, reject) => {
    child.once("exit", (code, signal) => reject(new Error(`${file} ended with ${code ?? signal}: ${said}`)));
    lines.once("line", (line) => {
      const ready: unknown = JSON.parse(line);
      resolve(String(Object(ready)["address"]));
    });
  });
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  };
  return { child, address, said: () => said, kill };
}
