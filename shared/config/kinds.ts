import * as z from "zod";
import { describeRange, type LimitRange, parseLimit } from "#core/checks/cluster-limits.ts";
import { parseDuration } from "./duration.ts";

/** How the text of a setting is read, and the words that tell a user what it may be. */
export interface Kind<T> {
  readonly schema: z.ZodType<T, string>;
  /** Unit or format, for the table of settings. */
  readonly format: string;
  /** What it may be, for the table of settings. */
  readonly range: string;
}

/** Reads with a function that answers `undefined` for a text it cannot take. */
function kind<T>(
  format: string,
  range: string,
  expected: string,
  read: (text: string) => T | undefined,
): Kind<T> {
  const schema = z.string().transform((text, issues) => {
    const value = read(text.trim());
    if (value !== undefined) return value;
    issues.addIssue(`expected ${expected}`);
    return z.NEVER;
  });
  return { schema, format, range };
}

/** A decimal number within a range. */
export function number(unit: string, range: LimitRange): Kind<number> {
  const words = describeRange(range);
  return kind(unit, words.replace("a number ", ""), words, (text) => parseLimit(text, range));
}

/** A whole number within a range. */
export function count(unit: string, least: number, most: number): Kind<number> {
  return kind(unit, `${least} to ${most}`, `a whole number from ${least} to ${most}`, (text) => {
    if (!/^\d{1,9}$/.test(text)) return undefined;
    const value = Number(text);
    return value >= least && value <= most ? value : undefined;
  });
}

/** A duration within a range, read as milliseconds. Both ends in the same notation. */
export function duration(least: string, most: string): Kind<number> {
  const leastMs = parseDuration(least) ?? 0;
  const mostMs = parseDuration(most) ?? Number.POSITIVE_INFINITY;
  const expected = `a duration such as 30s, 5m, 2h or 14d, from ${least} to ${most}`;
  return kind("duration", `${least} to ${most}`, expected, (text) => {
    const ms = parseDuration(text);
    return ms !== undefined && ms >= leastMs && ms <= mostMs ? ms : undefined;
  });
}

/** One word of a closed set, without regard to case. */
export function choice<const T extends string>(...words: readonly T[]): Kind<T> {
  const range = words.map((word) => `\`${word}\``).join(", ");
  return kind("word", range, `one of ${words.join(", ")}`, (text) =>
    words.find((word) => word.toLowerCase() === text.toLowerCase()),
  );
}

/** `true` or `false`. */
export function flag(): Kind<boolean> {
  const kindOfWord = choice("true", "false");
  return { ...kindOfWord, schema: kindOfWord.schema.transform((word) => word === "true") };
}

/** Items between commas, each of which must match. Blanks around them and empty items do not count. */
export function list(item: RegExp, format: string, range: string, expected: string): Kind<readonly string[]> {
  const schema = z.string().transform((text, issues) => {
    const items = text.split(",").map((part) => part.trim());
    const given = items.filter((part) => part !== "");
    for (const part of given) {
      if (!item.test(part)) issues.addIssue(`expected ${expected}, got ${JSON.stringify(part)}`);
    }
    return given;
  });
  return { schema, format, range };
}

/** An absolute web address without a trailing slash. */
export function webAddress(): Kind<string> {
  const expected = "an absolute http or https address without query";
  return kind("address", "http or https, no query", expected, (text) => {
    const url = URL.parse(text);
    if (url === null || !/^https?:$/.test(url.protocol)) return undefined;
    return url.search === "" && url.hash === "" ? text.replace(/\/+$/, "") : undefined;
  });
}

/** A text as it is; another rule looks at it. */
export function text(format: string, range: string): Kind<string> {
  return { schema: z.string().transform((given) => given.trim()), format, range };
}
