import type { Remedy } from "../checks/check.ts";
import { oneLine } from "./plain-text.ts";

const ADVICE_MAX = 500;

/** All commands of a message together: they share its size with the alerts. */
const COMMANDS_MAX = 2_000;

export interface RemedyText {
  readonly advice: string;
  /** Whole commands only, one a line: half a command would do something else. */
  readonly commands: readonly string[];
  /** How many were left out for their length. */
  readonly leftOut: number;
}

export function remedyText(remedy: Remedy): RemedyText {
  const commands: string[] = [];
  let length = 0;
  for (const command of remedy.commands) {
    const line = oneLine(command, Number.MAX_SAFE_INTEGER);
    length += line.length + 1;
    // The order of commands has a meaning: nothing after one that is left out.
    if (length > COMMANDS_MAX) break;
    commands.push(line);
  }
  return {
    advice: oneLine(remedy.text, ADVICE_MAX),
    commands,
    leftOut: remedy.commands.length - commands.length,
  };
}
