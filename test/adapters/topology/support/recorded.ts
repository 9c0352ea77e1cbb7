import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

// Azure's own answers lie beside the repository, not in it; without them these tests are skipped.
const FOLDER = fileURLToPath(new URL("../../../../../shared/recorded/", import.meta.url));

export const hasRecordings = existsSync(FOLDER);

/** Body of a recorded answer, with names in it replaced, wherever and however they are written. */
export function recorded(file: string, replace: Readonly<Record<string, string>> = {}): unknown {
  let text = readFileSync(`${FOLDER}${file}`, "utf8");
  for (const [from, to] of Object.entries(replace)) {
    text = text.replace(new RegExp(from.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "gi"), to);
  }
  return JSON.parse(text).response.body;
}

/** The items of a recorded list. */
export function recordedList(
  file: string,
  replace: Readonly<Record<string, string>> = {},
): readonly unknown[] {
  const body = recorded(file, replace);
  if (typeof body !== "object" || body === null || !("value" in body) || !Array.isArray(body.value)) {
    throw new Error(`${file} holds no list`);
  }
  return body.value;
}
