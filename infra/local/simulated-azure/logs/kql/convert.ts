// From one type to another; what cannot be read is null.

import { readDatetime, readTimespan, writeDatetime, writeTimespan } from "./time.ts";
import { type KqlType, nothing, type Value } from "./values.ts";

interface Conversion {
  readonly type: KqlType;
  readonly of: (value: Value, from: KqlType) => Value;
}

const TARGETS: Readonly<Record<string, KqlType>> = {
  tostring: "string",
  toint: "int",
  tolong: "long",
  toreal: "real",
  todouble: "real",
  tobool: "bool",
  toboolean: "bool",
  todatetime: "datetime",
  totimespan: "timespan",
  todynamic: "dynamic",
  parse_json: "dynamic",
  parsejson: "dynamic",
  toguid: "guid",
  int: "int",
  long: "long",
  real: "real",
  double: "real",
  bool: "bool",
};

/** The conversion a function name stands for. */
export function conversion(name: string): Conversion | undefined {
  const type = Object.hasOwn(TARGETS, name) ? TARGETS[name] : undefined;
  return type && { type, of: (value, from) => convert(value, from, type) };
}

/** Reads a value as another type. */
export function convert(value: Value, from: KqlType, to: KqlType): Value {
  if (value === null) return nothing(to);
  switch (to) {
    case "string":
    case "guid":
      return textOf(value, from);
    case "int":
    case "long": {
      const number = numberOf(value, from);
      return number === null || (typeof value === "string" && !Number.isInteger(number))
        ? null
        : Math.trunc(number);
    }
    case "real":
      return numberOf(value, from);
    case "bool":
      return boolOf(value);
    case "datetime":
      return typeof value === "string" ? readDatetime(value) : from === "datetime" ? value : null;
    case "timespan":
      return typeof value === "string" ? readTimespan(value) : from === "timespan" ? value : null;
    default:
      return from === "string" ? parseJson(String(value)) : toDynamic(from, value);
  }
}

function numberOf(value: Value, from: KqlType): number | null {
  if (typeof value === "number") return from === "datetime" || from === "timespan" ? value * 10_000 : value;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value !== "string" || value.trim() === "") return null;
  const number = Number(value);
  return Number.isNaN(number) ? null : number;
}

function boolOf(value: Value): boolean | null {
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return value !== 0;
  const text = typeof value === "string" ? value.toLowerCase() : "";
  return text === "true" || text === "1" ? true : text === "false" || text === "0" ? false : null;
}

/** As `tostring` writes it. */
export function textOf(value: Value, type: KqlType): string {
  if (value === null) return "";
  if (typeof value === "string") return value;
  if (typeof value === "number" && type === "datetime") return writeDatetime(value);
  if (typeof value === "number" && type === "timespan") return writeTimespan(value);
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** As an element of a dynamic value: times become text. */
export function toDynamic(type: KqlType, value: Value): Value {
  return type === "datetime" || type === "timespan" ? textOf(value, type) : value;
}

/** JSON, or the text itself where it is none. */
function parseJson(text: string): Value {
  try {
    return JSON.parse(text) as Value;
  } catch {
    return text;
  }
}
