// Which instants a pipeline can need, read off its filters, so that a table need not make the rows of a month.

import type { Expression, Named, Query, Stage } from "./ast.ts";
import { compile } from "./compile.ts";
import type { Surroundings } from "./compiled.ts";
import { KqlError } from "./errors.ts";

/** Instants from one to the other, both included. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

const TIME = "TimeGenerated";

export function intersect(a: Span, b: Span): Span {
  return { fromMs: Math.max(a.fromMs, b.fromMs), toMs: Math.min(a.toMs, b.toMs) };
}

/** Narrows a span by the filters that stand before anything else that counts rows or makes new times. */
export function narrowed(span: Span, stages: readonly Stage[], around: Surroundings): Span {
  let result = span;
  for (const stage of stages) {
    if (!passesTime(stage)) break;
    if (stage.kind === "where") result = narrowBy(stage.predicate, result, around);
  }
  return result;
}

/** True if the pipeline hands `TimeGenerated` on as it found it, one row for each. */
export function keepsTime(query: Query): boolean {
  return query.stages.every(passesTime);
}

function passesTime(stage: Stage): boolean {
  switch (stage.kind) {
    case "where":
    case "project-away":
    case "project-keep":
    case "project-reorder":
    case "nothing":
      return true;
    case "extend":
    case "project":
      return stage.columns.every(isNoNewTime);
    case "project-rename":
      return !stage.columns.some(({ to, from }) => to === TIME || from === TIME);
    case "parse":
      return !stage.parts.some((part) => part.kind === "column" && part.name === TIME);
    default:
      return false;
  }
}

function isNoNewTime({ name, value }: Named): boolean {
  const same = value.kind === "name" && value.name === TIME;
  if (name === TIME) return same;
  // `extend bin(TimeGenerated, 1h)` would take the name of the column.
  return name !== undefined || value.kind === "name";
}

function narrowBy(predicate: Expression, span: Span, around: Surroundings): Span {
  if (predicate.kind === "between" && !predicate.negated && isTime(predicate.value)) {
    const low = instantOf(predicate.low, around);
    const high = instantOf(predicate.high, around);
    return intersect(span, {
      fromMs: low ?? Number.NEGATIVE_INFINITY,
      toMs: high ?? Number.POSITIVE_INFINITY,
    });
  }
  if (predicate.kind !== "binary") return span;
  const { op, left, right } = predicate;
  if (op === "and") return narrowBy(right, narrowBy(left, span, around), around);
  const [of, value] = isTime(left) ? [op, right] : isTime(right) ? [MIRROR[op], left] : [undefined, right];
  const at = of === undefined ? undefined : instantOf(value, around);
  if (at === undefined) return span;
  if (of === ">" || of === ">=") return intersect(span, { fromMs: at, toMs: Number.POSITIVE_INFINITY });
  if (of === "<" || of === "<=") return intersect(span, { fromMs: Number.NEGATIVE_INFINITY, toMs: at });
  return span;
}

const MIRROR: Readonly<Record<string, string>> = { "<": ">", "<=": ">=", ">": "<", ">=": "<=" };

function isTime(expression: Expression): boolean {
  return expression.kind === "name" && expression.name === TIME;
}

/** A constant instant; a length or anything else is none, and what is wrong with it is said when the filter runs. */
function instantOf(expression: Expression, around: Surroundings): number | undefined {
  try {
    const { type, constant, of } = compile(expression, { columns: [], operator: "where", around });
    const value = constant && type === "datetime" ? of([]) : undefined;
    return typeof value === "number" ? value : undefined;
  } catch (error) {
    if (error instanceof KqlError) return undefined;
    throw error;
  }
}
