import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

/** A `npm start` of its own: the process, and where it listens. */
export interface Running {
  readonly child: ChildProcess;
  readonly api: string;
  readonly inbox: string;
  /** Everything it printed so far. */
  readonly output: () => string;
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;
}

/** Starts the service as a user does, on free ports, and waits until it tells its addresses. */
export async function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Running> {
  const child = spawn(process.execPath, ["infra/local/start.ts", ...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const addresses = new Map<string, string>();
  child.stderr?.on("data", (data: Buffer) => {
    output += data.toString();
  });
  await new Promise<void>((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`ended with ${code} before it was ready:\n${output}`)));
    createInterface({ input: child.stdout ?? process.stdin }).on("line", (line) => {
      output += `${line}\n`;
      const [, name, address] = /^ {2}(API|Inbox)\s+(http:\/\/127\.0\.0\.1:\d+)/.exec(line) ?? [];
      if (name !== undefined && address !== undefined) addresses.set(name, address);
      if (line.startsWith("Ctrl-C")) resolve();
    });
  });
  return {
    child,
    api: `${addresses.get("API")}/api`,
    inbox: addresses.get("Inbox") ?? "",
    output: () => output,
    ended,
  };
}

/** Asks until the answer is as wanted. @throws Error with the last answer when it does not come in time */
export async function until<T>(
  ask: () => Promise<T>,
  wanted: (answer: T) => boolean,
  timeoutMs = 60_000,
): Promise<T> {
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask().catch((error: unknown) => ({ error: String(error) }) as never);
    if (!("error" in Object(answer)) && wanted(answer)) return answer;
    if (performance.now() > deadlineMs)
      throw new Error(`not within ${timeoutMs} ms: ${JSON.stringify(answer).slice(0, 2_000)}`);
    await sleep(200);
  }
}

/** The JSON answer of a GET, whatever its status. */
export async function get(url: string): Promise<Record<string, unknown>> {
  const response = await fetch(url);
  const body: unknown = await response.json();
  return { ...Object(body), httpStatus: response.status };
}

/** A message as the inbox keeps it. */
export interface KeptMessage {
  readonly channel: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: unknown;
}

export async function messages(inbox: string): Promise<readonly KeptMessage[]> {
  const answer = await get(`${inbox}/messages`);
  return Array.isArray(answer["messages"]) ? answer["messages"] : [];
}
