// The names Azure gives to columns that have none.

import type { Expression, Named } from "./ast.ts";

/** Functions whose result keeps the name of what they are about. */
const TRANSPARENT: ReadonlySet<string> = new Set([
  ...["bin", "floor", "tostring", "toint", "tolong", "toreal", "todouble", "todatetime", "tobool"],
  ...["startofday", "startofhour", "endofday", "take_any"],
]);

const AGGREGATE_PREFIX: Readonly<Record<string, string>> = {
  make_set: "set",
  make_list: "list",
  makeset: "set",
};

/** Names given and made up, no two the same. */
export function uniqueNames(columns: readonly Named[], taken: readonly string[] = []): string[] {
  const used = new Set(taken);
  let unnamed = 0;
  return columns.map(({ name, value }) => {
    const known = name ?? ownName(value);
    if (known === undefined) unnamed += 1;
    const wanted = known ?? `Column${unnamed}`;
    let unique = wanted;
    for (let at = 1; used.has(unique); at += 1) unique = `${wanted}${at}`;
    used.add(unique);
    return unique;
  });
}

function ownName(value: Expression): string | undefined {
  switch (value.kind) {
    case "name":
      return value.name;
    case "member": {
      const of = ownName(value.of);
      return of === undefined ? undefined : `${of}_${value.name}`;
    }
    case "call":
      return value.args[0] && TRANSPARENT.has(value.name) ? ownName(value.args[0]) : undefined;
    default:
      return undefined;
  }
}

/** `count_`, `sum_Bytes`, `set_Fqdn`, `percentile_x_95`. */
export function aggregateName(value: Expression): string | undefined {
  if (value.kind !== "call") return undefined;
  if (TRANSPARENT.has(value.name)) return ownName(value);
  const [of, second] = value.args;
  const subject = of === undefined ? "" : (ownName(of) ?? "");
  const rest = value.name === "percentile" && second?.kind === "literal" ? `_${second.value}` : "";
  return `${AGGREGATE_PREFIX[value.name] ?? value.name}_${/if$/.test(value.name) ? "" : subject}${rest}`;
}
