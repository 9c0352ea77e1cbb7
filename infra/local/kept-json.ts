import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** The content of a small JSON file of ours, or `undefined` if there is none (or only half of one). */
export function readKept(path: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    // Absent on the first start; cut by a kill it is as good as absent: everything in these files can be chosen anew.
    return undefined;
  }
}

/** Replaces the file in one step, so that a kill leaves the old content or the new. */
export function writeKept(path: string, value: object): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, JSON.stringify(value));
  renameSync(`${path}.new`, path);
}
