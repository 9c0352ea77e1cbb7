// Operators between two values. A null makes most of them null, and null is not true.

import { type Compiled, commonType, computed, constantValue } from "./compiled.ts";
import { semantic } from "./errors.ts";
import { textTest } from "./text-operators.ts";
import {
  compareValues,
  isNumeric,
  isScalarNumber,
  type KqlType,
  keyOf,
  type Row,
  type Value,
} from "./values.ts";

/** `and`, `or`, with null as "not known". */
export function logical(op: "and" | "or", left: Compiled, right: Compiled): Compiled {
  for (const { type } of [left, right]) {
    if (type !== "bool")
      throw semantic("SEM0024", `Operator '${op}': bool operands are expected, got ${type}`);
  }
  const decisive = op === "or";
  return computed("bool", [left, right], (row) => {
    const a = left.of(row);
    if (a === decisive) return decisive;
    const b = right.of(row);
    if (b === decisive) return decisive;
    return a === null || b === null ? null : !decisive;
  });
}

type NumberFunction = (a: number, b: number) => number;

const NUMBERS: Readonly<Record<string, NumberFunction>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "%": (a, b) => a % b,
};

/** Sums and products of numbers, datetimes and timespans. */
export function arithmetic(op: string, left: Compiled, right: Compiled): Compiled {
  const type = arithmeticType(op, left.type, right.type);
  const plain = NUMBERS[op] ?? (() => Number.NaN);
  // Whole numbers stay whole, and a division by zero has no value.
  const whole = type === "long" && (op === "/" || op === "%");
  return computed(type, [left, right], (row) => {
    const a = left.of(row);
    const b = right.of(row);
    if (typeof a !== "number" || typeof b !== "number") return null;
    if (whole) return b === 0 ? null : Math.trunc(plain(a, b));
    return plain(a, b);
  });
}

function arithmeticType(op: string, left: KqlType, right: KqlType): KqlType {
  if (isNumeric(left) && isNumeric(right)) return left === "real" || right === "real" ? "real" : "long";
  const both = `${left} ${op} ${right}`;
  if (both === "datetime - datetime") return "timespan";
  if (/^(datetime [+-] timespan|timespan \+ datetime)$/.test(both)) return "datetime";
  if (/^timespan [+-] timespan$/.test(both)) return "timespan";
  if (both === "timespan / timespan") return "real";
  if ((left === "timespan" && isNumeric(right) && "*/".includes(op)) || both === "long * timespan")
    return "timespan";
  throw semantic(
    "SEM0022",
    `Operator '${op}' is not defined for ${left} and ${right}; try adding explicit casts`,
  );
}

const ORDERS: Readonly<Record<string, (order: number) => boolean>> = {
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
};

/** Comparisons, of text too. */
export function comparison(op: string, left: Compiled, right: Compiled): Compiled {
  if (op === "==" || op === "!=") return equality(left, right, op === "!=");
  const ordered = ORDERS[op];
  if (ordered) {
    requireComparable(left.type, right.type);
    return computed("bool", [left, right], (row) => {
      const [a, b] = [left.of(row), right.of(row)];
      return a === null || b === null ? null : ordered(compareValues(a, b));
    });
  }
  return textTest(op, left, right);
}

function equality(left: Compiled, right: Compiled, negated: boolean): Compiled {
  requireComparable(left.type, right.type);
  return computed("bool", [left, right], (row) => {
    const [a, b] = [left.of(row), right.of(row)];
    if (a === null && b === null) return null;
    return same(a, b) !== negated;
  });
}

function same(a: Value, b: Value): boolean {
  return a === b || (typeof a === "object" && a !== null && keyOf([a]) === keyOf([b]));
}

function requireComparable(left: KqlType, right: KqlType): void {
  if (left === right || left === "dynamic" || right === "dynamic") return;
  if (isNumeric(left) && isNumeric(right)) return;
  throw semantic("SEM0064", `Cannot compare values of types ${left} and ${right}. Try adding explicit casts`);
}

/** `in`, `in~`, `has_any` and the like; a dynamic array among the items stands for its elements. */
export function membership(op: string, left: Compiled, items: readonly Compiled[]): Compiled {
  const plain = items.filter(({ type }) => type !== "dynamic").map(({ type }) => type);
  if (plain.length > 0 && left.type !== "dynamic" && !(isScalarNumber(left.type) && plain.every(isNumeric))) {
    commonType([left.type, ...plain], `Operator '${op}'`);
  }
  if (op.startsWith("has_")) return hasMany(op, left, items);
  const negated = op.startsWith("!");
  const fold = op.endsWith("~")
    ? (value: Value): Value => (typeof value === "string" ? value.toLowerCase() : value)
    : (value: Value): Value => value;
  const listOf = (row: Row): Set<Value> => new Set(elements(items, row).map(fold));
  const fixed = items.every(({ constant }) => constant) ? listOf([]) : undefined;
  return computed("bool", [left, ...items], (row) => {
    const value = left.of(row);
    return (fixed ?? listOf(row)).has(fold(value)) !== negated;
  });
}

function elements(items: readonly Compiled[], row: Row): Value[] {
  return items.flatMap((item) => {
    const value = item.of(row);
    return Array.isArray(value) ? (value as Value[]) : [value];
  });
}

function hasMany(op: string, left: Compiled, items: readonly Compiled[]): Compiled {
  const words = items.flatMap((item) => elements([{ ...item, of: () => constantValue(item, op) }], []));
  const tests = words.map((word) =>
    textTest("has", left, { type: "string", of: () => word, constant: true }),
  );
  return computed("bool", [left], (row) =>
    op === "has_any"
      ? tests.some((test) => test.of(row) === true)
      : tests.every((test) => test.of(row) === true),
  );
}
