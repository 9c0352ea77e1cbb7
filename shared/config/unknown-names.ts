import { nearestName } from "./nearest-name.ts";
import { VARIABLES } from "./schema.ts";

const PREFIX = "SNATWATCH_";
const NAMES = Object.keys(VARIABLES.shape);

/** A misspelt setting would be its default without a word; so each name of ours that we do not know is a fault. */
export function findUnknownNames(env: Readonly<Record<string, string | undefined>>): string[] {
  return Object.keys(env)
    .filter((name) => name.toUpperCase().startsWith(PREFIX) && !NAMES.includes(name))
    .sort()
    .map((name) => {
      const nearest = nearestName(name.toUpperCase(), NAMES);
      return nearest === undefined
        ? `${name} is not a setting: see the table of settings in the README`
        : `${name} is not a setting: did you mean ${nearest}?`;
    });
}
