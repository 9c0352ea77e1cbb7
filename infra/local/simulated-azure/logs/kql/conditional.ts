// Functions that choose between values.

import type { Expression } from "./ast.ts";
import { logical } from "./binary.ts";
import { type Compiled, commonType, computed } from "./compiled.ts";
import { semantic } from "./errors.ts";
import { nothing } from "./values.ts";

/** `iff`. */
export function branch(args: readonly Expression[], sub: (part: Expression) => Compiled): Compiled {
  if (args.length !== 3) throw semantic("SEM0218", "iff(): 3 arguments are expected");
  return cases(args.map(sub));
}

/** `case`: condition and value in turn, and what is left at the end. */
export function cases(parts: readonly Compiled[]): Compiled {
  if (parts.length < 3 || parts.length % 2 === 0)
    throw semantic("SEM0218", "case(): an odd number of arguments is expected");
  const last = parts.length - 1;
  const conditions = parts.filter((_, index) => index < last && index % 2 === 0);
  const results = parts.filter((_, index) => index === last || index % 2 === 1);
  for (const condition of conditions) logical("and", condition, condition);
  const type = commonType(
    results.map((result) => result.type),
    "case()",
  );
  return computed(type, parts, (row) => {
    const found = conditions.findIndex((condition) => condition.of(row) === true);
    return results.at(found)?.of(row) ?? nothing(type);
  });
}

/** The first that is neither null nor empty. */
export function coalesce(parts: readonly Compiled[]): Compiled {
  const type = commonType(
    parts.map((part) => part.type),
    "coalesce()",
  );
  return computed(type, parts, (row) => {
    for (const part of parts) {
      const value = part.of(row);
      if (value !== null && value !== "") return value;
    }
    return nothing(type);
  });
}
