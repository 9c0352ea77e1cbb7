import type { Expression, SortKey } from "./ast.ts";
import { compile } from "./compile.ts";
import { constantValue, type Surroundings } from "./compiled.ts";
import { dynamicKey } from "./errors.ts";
import { compareValues, type Relation, type Row, type Value } from "./values.ts";

interface Ranked {
  readonly keys: readonly Value[];
  readonly row: Row;
}

/** The number a `take` or a `top` names. */
export function countOf(count: Expression, operator: string, around: Surroundings): number {
  return Number(constantValue(compile(count, { columns: [], operator, around }), operator));
}

/** All rows in order. */
export function sort(keys: readonly SortKey[], input: Relation, around: Surroundings): Relation {
  const { rank, order } = ranking(keys, input, around, "order");
  return {
    columns: input.columns,
    run: (sink) => {
      const all: Ranked[] = [];
      input.run((row) => all.push(rank(row)) > 0);
      all.sort(order);
      for (const { row } of all) if (!sink(row)) return;
    },
  };
}

/** The first rows of an order, without keeping the rest. */
export function top(
  count: number,
  keys: readonly SortKey[],
  input: Relation,
  around: Surroundings,
): Relation {
  const { rank, order } = ranking(keys, input, around, "top");
  return {
    columns: input.columns,
    run: (sink) => {
      let best: Ranked[] = [];
      const cut = (): void => {
        best.sort(order);
        best = best.slice(0, count);
      };
      input.run((row) => {
        best.push(rank(row));
        if (best.length >= 2 * count + 1000) cut();
        return true;
      });
      cut();
      for (const { row } of best) if (!sink(row)) return;
    },
  };
}

function ranking(
  keys: readonly SortKey[],
  input: Relation,
  around: Surroundings,
  operator: string,
): { rank: (row: Row) => Ranked; order: (a: Ranked, b: Ranked) => number } {
  const parts = keys.map((key) => {
    const { type, of } = compile(key.value, { columns: input.columns, operator, around });
    if (type === "dynamic") throw dynamicKey(operator);
    return { key, of };
  });
  return {
    rank: (row) => ({ keys: parts.map((part) => part.of(row)), row }),
    order: (a, b) => {
      for (const [at, { key }] of parts.entries()) {
        const order = orderOf(a.keys[at] ?? null, b.keys[at] ?? null, key);
        if (order !== 0) return order;
      }
      return 0;
    },
  };
}

function orderOf(a: Value, b: Value, { descending, nullsFirst }: SortKey): number {
  if (a === null || b === null) {
    if (a === b) return 0;
    return (a === null) === nullsFirst ? -1 : 1;
  }
  return descending ? compareValues(b, a) : compareValues(a, b);
}
