import type { Scope } from "./scopes.ts";
import { NO_SOURCE } from "./scopes.ts";

// Small parts of a query. Names of firewalls and prefixes come from Azure: they go in as literals, escaped.

/** A string literal. */
export function literal(text: string): string {
  return `"${text.replace(/[\\"]/g, (sign) => `\\${sign}`).replace(/\s/g, " ")}"`;
}

export function list(texts: readonly string[]): string {
  return `(${texts.map(literal).join(", ")})`;
}

/** An instant, in text that does not depend on when it is read. */
export function instant(ms: number): string {
  return `datetime(${new Date(ms).toISOString()})`;
}

/** Conditions of one `case`: a call with hundreds of arguments is beyond what is sure to be taken. */
const CASES_TOGETHER = 25;

/**
 * Lines that give each row the scope of its source address, and drop the rows of nobody.
 *
 * @param fromMs start of the query: a scope that wants no more than that needs no condition of its own
 */
export function scopeLines(scopes: readonly Scope[], fromMs: number): string[] {
  const lines = [`| extend Scope = iff(SourceIp == "" and Text != "", ${literal(NO_SOURCE)}, "")`];
  for (let at = 0; at < scopes.length; at += CASES_TOGETHER) {
    const cases = scopes
      .slice(at, at + CASES_TOGETHER)
      .map((scope) => `${condition(scope, fromMs)}, ${literal(scope.name)}`);
    lines.push(`| extend Scope = case(Scope != "", Scope,\n    ${cases.join(",\n    ")},\n    "")`);
  }
  return [...lines, `| where Scope != ""`];
}

function condition(scope: Scope, fromMs: number): string {
  const families = [
    ["ipv4_is_in_any_range", scope.prefixes.filter((prefix) => !prefix.includes(":"))],
    ["ipv6_is_in_any_range", scope.prefixes.filter((prefix) => prefix.includes(":"))],
  ] as const;
  const parts = families.flatMap(([name, prefixes]) =>
    prefixes.length === 0 ? [] : [`${name}(SourceIp, dynamic([${prefixes.map(literal).join(", ")}]))`],
  );
  const inside = parts.length === 1 ? (parts[0] ?? "") : `(${parts.join(" or ")})`;
  return scope.fromMs <= fromMs ? inside : `TimeGenerated >= ${instant(scope.fromMs)} and ${inside}`;
}
