import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { isKept, type KeptMessage } from "./kept-message.ts";

/** More are dropped, oldest first: this is a look at what was told of late, not an archive. */
const MAX_KEPT = 1_000;

export interface MessageStore {
  /** Resolves when the message is stored; then it may be answered. */
  add(message: Omit<KeptMessage, "id">): Promise<void>;
  /** Oldest first. */
  all(): readonly KeptMessage[];
  flush(): Promise<void>;
}

/** @param file JSON lines; `null` keeps messages in memory alone */
export async function openStore(file: string | null, log: (line: string) => void): Promise<MessageStore> {
  const messages = file === null ? [] : await load(file, log);
  let lastId = messages.at(-1)?.id ?? 0;
  // One write after the other, so that no two lines mix.
  let writing: Promise<void> = Promise.resolve();

  return {
    add(message) {
      lastId += 1;
      const kept: KeptMessage = { id: lastId, ...message };
      messages.push(kept);
      if (messages.length > MAX_KEPT) messages.shift();
      if (file !== null) writing = writing.then(() => appendFile(file, `${JSON.stringify(kept)}\n`));
      return writing;
    },
    all: () => messages,
    flush: () => writing,
  };
}

async function load(file: string, log: (line: string) => void): Promise<KeptMessage[]> {
  await mkdir(dirname(file), { recursive: true });
  const lines = (await readFile(file, "utf8").catch(() => "")).split("\n").filter((line) => line !== "");
  const messages = lines.map(parse).filter((message) => message !== undefined);
  if (messages.length < lines.length)
    log(`inbox: ${lines.length - messages.length} broken lines left out of ${file}`);
  const recent = messages.slice(-MAX_KEPT);
  // Written anew: drops what is too old, and ends a line that a crash cut.
  if (recent.length < lines.length)
    await writeFile(file, recent.map((m) => `${JSON.stringify(m)}\n`).join(""));
  return recent;
}

function parse(line: string): KeptMessage | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isKept(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
