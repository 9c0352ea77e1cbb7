// Turns an expression into a function of a row, refusing what Azure would refuse.

import type { Expression } from "./ast.ts";
import { arithmetic, comparison, logical, membership } from "./binary.ts";
import { callFunction } from "./call.ts";
import { type Compiled, computed, literal, type Scope } from "./compiled.ts";
import { semantic, unresolved } from "./errors.ts";
import { nothing, type Value } from "./values.ts";

/** Compiles an expression. @throws KqlError for an unknown name, a type that does not fit, or what is not known here */
export function compile(expression: Expression, scope: Scope): Compiled {
  const sub = (part: Expression): Compiled => compile(part, scope);
  switch (expression.kind) {
    case "literal":
      return literal(expression.type, expression.value ?? nothing(expression.type));
    case "name":
      return compileName(expression.name, scope);
    case "star":
      throw semantic("SEM0260", `'${scope.operator}' operator: '*' is not an expression`);
    case "negative":
      return arithmetic("-", zeroOf(sub(expression.operand)), sub(expression.operand));
    case "binary":
      return compileBinary(expression.op, sub(expression.left), sub(expression.right));
    case "membership":
      return membership(expression.op, sub(expression.left), expression.items.map(sub));
    case "between":
      return compileBetween(expression, sub);
    case "member":
      return pick(sub(expression.of), literal("string", expression.name));
    case "index":
      return pick(sub(expression.of), sub(expression.index));
    case "toscalar":
      return compileToscalar(expression.query, scope);
    default:
      return (
        scope.aggregate?.(expression.name, expression.args) ??
        callFunction(expression.name, expression.args, scope, sub)
      );
  }
}

function compileName(name: string, scope: Scope): Compiled {
  const place = scope.columns.findIndex((column) => column.name === name);
  const column = scope.columns[place];
  if (column !== undefined) {
    const none = nothing(column.type);
    return { type: column.type, of: (row) => row[place] ?? none, constant: false };
  }
  const bound = scope.around.scalars.get(name);
  if (bound === undefined) throw unresolved(name, scope.operator);
  return bound;
}

function zeroOf({ type }: Compiled): Compiled {
  return literal(type, 0);
}

function compileBinary(op: string, left: Compiled, right: Compiled): Compiled {
  if (op === "and" || op === "or") return logical(op, left, right);
  if (["+", "-", "*", "/", "%"].includes(op)) return arithmetic(op, left, right);
  return comparison(op, left, right);
}

function compileBetween(
  between: Extract<Expression, { kind: "between" }>,
  sub: (part: Expression) => Compiled,
): Compiled {
  const value = sub(between.value);
  const low = sub(between.low);
  let high = sub(between.high);
  // `between (start .. 1d)`: a length in place of an end.
  if (value.type === "datetime" && high.type === "timespan") high = arithmetic("+", low, high);
  const inside = logical("and", comparison(">=", value, low), comparison("<=", value, high));
  if (!between.negated) return inside;
  return computed("bool", [inside], (row) => {
    const found = inside.of(row);
    return typeof found === "boolean" ? !found : null;
  });
}

/** `a.b` and `a[b]` of a dynamic value: null where there is no such thing. */
function pick(of: Compiled, key: Compiled): Compiled {
  if (of.type !== "dynamic") throw semantic("SEM0021", `a value of type ${of.type} has no members`);
  return computed("dynamic", [of, key], (row) => member(of.of(row), key.of(row)));
}

function member(value: Value, key: Value): Value {
  if (value === null || typeof value !== "object") return null;
  if (Array.isArray(value)) return typeof key === "number" ? (value.at(key) ?? null) : null;
  if (typeof key !== "string" || !Object.hasOwn(value, key)) return null;
  return (value as { readonly [key: string]: Value })[key] ?? null;
}

function compileToscalar(query: Extract<Expression, { kind: "toscalar" }>["query"], scope: Scope): Compiled {
  const relation = scope.around.relation(query);
  const type = relation.columns[0]?.type ?? "dynamic";
  let value = nothing(type);
  relation.run((row) => {
    value = row[0] ?? nothing(type);
    return false;
  });
  return literal(type, value);
}
