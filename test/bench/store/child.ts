import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** A part of the benchmark in a process of its own. */
export interface Child<Answer> {
  /** What it says first. */
  readonly answer: Answer;
  readonly pid: number;
  stop(): Promise<void>;
}

/**
 * Starts a script of this folder and waits for its first message.
 *
 * @param script its name
 * @param input what `inputOf` gives it
 * @param nodeFlags for its Node
 */
export async function startChild<Answer>(
  script: string,
  input: object,
  nodeFlags: readonly string[] = [],
): Promise<Child<Answer>> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const child = fork(path, [JSON.stringify(input)], { execArgv: [...process.execArgv, ...nodeFlags] });
  const answer = await firstMessage<Answer>(child, script);
  return {
    answer,
    pid: child.pid ?? 0,
    async stop() {
      if (child.connected) child.disconnect();
      if (child.exitCode === null) await once(child, "exit");
    },
  };
}

/** In the child: what it was started with. From here on it ends when its parent does. */
export function inputOf<Input>(): Input {
  process.once("disconnect", () => process.exit());
  return JSON.parse(process.argv[2] ?? "");
}

async function firstMessage<Answer>(child: ChildProcess, script: string): Promise<Answer> {
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`${script} ended with ${code} before it said anything`);
  });
  const [message] = await Promise.race([once(child, "message"), ended]);
  return message;
}
