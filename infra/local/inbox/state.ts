import { join } from "node:path";
import { type Behaviour, OK } from "./behaviour.ts";
import { type MessageStore, openStore } from "./message-store.ts";

/** All that the inbox knows while it runs. */
export interface InboxState {
  readonly store: MessageStore;
  behaviour: Behaviour;
  /** Posts turned away since the behaviour was set. */
  refused: number;
}

export async function openState(
  dataFolder: string | undefined,
  log: (line: string) => void,
): Promise<InboxState> {
  const file = dataFolder === undefined ? null : join(dataFolder, "inbox.jsonl");
  return { store: await openStore(file, log), behaviour: OK, refused: 0 };
}
