// Calls of scalar functions: those that need more than the values of their arguments, then the plain ones.

import type { Expression } from "./ast.ts";
import { type Compiled, computed, constantValue, literal, type Scope } from "./compiled.ts";
import { branch, cases, coalesce } from "./conditional.ts";
import { conversion, textOf, toDynamic } from "./convert.ts";
import { DYNAMIC_FUNCTIONS } from "./dynamic-functions.ts";
import { semantic, unsupported } from "./errors.ts";
import { NETWORK_FUNCTIONS } from "./network-functions.ts";
import { checkArguments, type PlainFunction } from "./plain-function.ts";
import { regexOf } from "./regex.ts";
import { TEXT_FUNCTIONS } from "./text-functions.ts";
import { TIME_FUNCTIONS } from "./time-functions.ts";
import { INGESTED, typeNamed, type Value } from "./values.ts";

type Special = (args: readonly Expression[], sub: (part: Expression) => Compiled, scope: Scope) => Compiled;

const PLAIN: Readonly<Record<string, PlainFunction>> = {
  ...TEXT_FUNCTIONS,
  ...TIME_FUNCTIONS,
  ...NETWORK_FUNCTIONS,
  ...DYNAMIC_FUNCTIONS,
};

const SPECIAL: Readonly<Record<string, Special>> = {
  iff: branch,
  iif: branch,
  case: (args, sub) => cases(args.map(sub)),
  coalesce: (args, sub) => coalesce(args.map(sub)),
  column_ifexists: columnIfExists,
  columnifexists: columnIfExists,
  extract,
  now: (args, sub, { around }) => offsetFromNow(args, sub, around.nowMs, 1),
  ago: (args, sub, { around }) => offsetFromNow(args, sub, around.nowMs, -1),
  ingestion_time: (_, __, { columns }) => {
    const place = columns.findIndex(({ name }) => name === INGESTED);
    return { type: "datetime", of: (row) => row[place] ?? null, constant: false };
  },
  not: (args, sub) => {
    const parts = args.map(sub);
    const [of] = parts;
    if (of?.type !== "bool" || parts.length !== 1) throw semantic("SEM0024", "not(): one bool is expected");
    return computed("bool", parts, (row) => {
      const value = of.of(row);
      return typeof value === "boolean" ? !value : null;
    });
  },
  isnull: (args, sub) => nullTest(args, sub, true),
  isnotnull: (args, sub) => nullTest(args, sub, false),
  isempty: (args, sub) => emptyTest(args, sub, true),
  isnotempty: (args, sub) => emptyTest(args, sub, false),
  notempty: (args, sub) => emptyTest(args, sub, false),
  pack: pack,
  bag_pack: pack,
  pack_array: (args, sub) => {
    const parts = args.map(sub);
    return computed("dynamic", parts, (row) => parts.map((part) => toDynamic(part.type, part.of(row))));
  },
};

/** Compiles a call. @throws KqlError for a function not known here */
export function callFunction(
  name: string,
  args: readonly Expression[],
  scope: Scope,
  sub: (part: Expression) => Compiled,
): Compiled {
  const special = Object.hasOwn(SPECIAL, name) ? SPECIAL[name] : undefined;
  if (special) return special(args, sub, scope);
  const converted = conversion(name);
  const parts = args.map(sub);
  if (converted) {
    const [of] = parts;
    if (of === undefined || parts.length !== 1)
      throw semantic("SEM0218", `${name}(): 1 argument is expected`);
    return computed(converted.type, parts, (row) => converted.of(of.of(row), of.type));
  }
  const plain = Object.hasOwn(PLAIN, name) ? PLAIN[name] : undefined;
  if (plain === undefined) throw unsupported(`the function '${name}'`);
  const types = parts.map(({ type }) => type);
  checkArguments(name, plain, types);
  const type = typeof plain.type === "function" ? plain.type(types) : plain.type;
  return computed(type, parts, (row) =>
    plain.of(
      parts.map((part) => part.of(row)),
      types,
    ),
  );
}

function columnIfExists(
  args: readonly Expression[],
  sub: (part: Expression) => Compiled,
  scope: Scope,
): Compiled {
  const [name, fallback] = args;
  if (name?.kind !== "literal" || fallback === undefined) {
    throw semantic("SEM0218", "column_ifexists(): a name and a default are expected");
  }
  const exists = scope.columns.some((column) => column.name === name.value);
  return sub(exists ? { kind: "name", name: String(name.value) } : fallback);
}

function extract(args: readonly Expression[], sub: (part: Expression) => Compiled): Compiled {
  const [pattern, group, text, as] = args;
  if (pattern === undefined || group === undefined || text === undefined) {
    throw semantic("SEM0218", "extract(): at least 3 arguments are expected");
  }
  const parts = [sub(pattern), sub(group), sub(text)] as const;
  if (parts[2].type !== "string") throw semantic("SEM0025", "extract(): argument #3 must be a string");
  const named = as?.kind === "call" && as.args[0]?.kind === "literal" ? String(as.args[0].value) : "string";
  const type = typeNamed(named) ?? "string";
  const convert = conversion(`to${type}`);
  const regex = regexOf(String(constantValue(parts[0], "extract()")));
  return computed(type, parts, (row) => {
    const found = regex.exec(textOf(parts[2].of(row), "string"))?.[Number(parts[1].of(row))] ?? "";
    return convert ? convert.of(found, "string") : found;
  });
}

function offsetFromNow(
  args: readonly Expression[],
  sub: (part: Expression) => Compiled,
  nowMs: number,
  sign: 1 | -1,
): Compiled {
  const [offset] = args.map(sub);
  if (offset !== undefined && offset.type !== "timespan") throw semantic("SEM0025", "a timespan is expected");
  const ms = offset === undefined ? 0 : Number(constantValue(offset, "ago()"));
  return literal("datetime", nowMs + sign * ms);
}

function one(args: readonly Expression[], sub: (part: Expression) => Compiled): Compiled {
  const [of] = args.map(sub);
  if (of === undefined || args.length !== 1) throw semantic("SEM0218", "1 argument is expected");
  return of;
}

function nullTest(
  args: readonly Expression[],
  sub: (part: Expression) => Compiled,
  wanted: boolean,
): Compiled {
  const of = one(args, sub);
  return computed("bool", [of], (row) => (of.of(row) === null) === wanted);
}

function emptyTest(
  args: readonly Expression[],
  sub: (part: Expression) => Compiled,
  wanted: boolean,
): Compiled {
  const of = one(args, sub);
  return computed("bool", [of], (row) => {
    const value = of.of(row);
    return (value === null || value === "") === wanted;
  });
}

/** Pairs of name and value. */
function pack(args: readonly Expression[], sub: (part: Expression) => Compiled): Compiled {
  const parts = args.map(sub);
  return computed("dynamic", parts, (row) => {
    const pairs: [string, Value][] = [];
    for (let at = 0; at + 1 < parts.length; at += 2) {
      const [key, value] = [parts[at], parts[at + 1]];
      if (key && value) pairs.push([textOf(key.of(row), key.type), toDynamic(value.type, value.of(row))]);
    }
    return Object.fromEntries(pairs);
  });
}
