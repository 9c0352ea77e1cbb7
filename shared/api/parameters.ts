import * as z from "zod";
import type { ParameterFault } from "./problem.ts";

export type { ParameterFault } from "./problem.ts";
export type RawQuery = Iterable<readonly [string, string]>;

/** Read by the Functions host itself: the key of the caller. */
export const KEY_PARAMETER = "code";

/** What was read, or everything that is wrong with it. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly faults: readonly ParameterFault[] };

/**
 * Reads a query against the schema of a route. An empty value is one that is not given; a name that the route does not
 * know is a fault, since a misspelt filter would otherwise filter nothing without a word.
 */
export function parseQuery<Q extends z.ZodObject>(schema: Q, raw: RawQuery): Parsed<z.output<Q>> {
  const given: Record<string, string> = {};
  const faults: ParameterFault[] = [];
  const known = Object.keys(schema.shape);
  for (const [name, value] of raw) {
    if (name === KEY_PARAMETER || value === "") continue;
    if (!known.includes(name)) {
      faults.push({ name, value, expected: describeNames(known) });
    } else if (given[name] !== undefined) {
      faults.push({ name, value, expected: "the parameter once" });
    } else {
      given[name] = value;
    }
  }
  const parsed = schema.safeParse(given);
  if (parsed.success && faults.length === 0) return { ok: true, value: parsed.data };
  for (const { path, message } of parsed.error?.issues ?? []) {
    const name = String(path[0]);
    faults.push({ name, value: given[name] ?? "", expected: message });
  }
  return { ok: false, faults };
}

function describeNames(known: readonly string[]): string {
  return known.length === 0 ? "no parameters" : `one of the parameters ${known.join(", ")}`;
}

/** One word of a closed set. */
export function oneOf<const T extends readonly string[]>(words: T) {
  return z.enum(words, `one of ${words.join(", ")}`);
}

/** Words of a closed set between commas. */
export function someOf<const T extends string>(words: readonly T[]) {
  const expected = `one or more of ${words.join(", ")}, separated by commas`;
  return z.string(expected).transform((text, issues) => {
    const found: T[] = [];
    for (const part of text.split(",")) {
      const word = words.find((candidate) => candidate === part.trim());
      if (word !== undefined) found.push(word);
      else {
        issues.addIssue(expected);
        return z.NEVER;
      }
    }
    return found;
  });
}

/** A whole number between two bounds. */
export function wholeNumber(least: number, most: number) {
  const expected = `a whole number from ${least} to ${most}`;
  return z.coerce.number(expected).int(expected).min(least, expected).max(most, expected);
}
