// What an aggregate keeps of the rows of a group.

import { type Compiled, constantValue } from "./compiled.ts";
import { toDynamic } from "./convert.ts";
import { semantic } from "./errors.ts";
import { compareValues, isNumeric, type KqlType, keyOf, nothing, type Row, type Value } from "./values.ts";

export interface Accumulator {
  readonly add: (row: Row) => void;
  readonly result: () => Value;
}

export interface Aggregate {
  readonly type: KqlType;
  readonly start: () => Accumulator;
}

/** Most elements of a `make_set` or `make_list` that says no number. */
const MOST_ELEMENTS = 1_048_576;

export function needed([of]: readonly (Compiled | undefined)[], name: string): Compiled {
  if (of === undefined) throw semantic("SEM0218", `${name}(): an argument is expected`);
  return of;
}

export function condition(of: Compiled | undefined, name: string): (row: Row) => boolean {
  if (of?.type !== "bool") throw semantic("SEM0024", `${name}(): a bool is expected`);
  return (row) => of.of(row) === true;
}

export function filtered({ type, start }: Aggregate, test: (row: Row) => boolean): Aggregate {
  return {
    type,
    start: () => {
      const inner = start();
      return {
        add: (row) => {
          if (test(row)) inner.add(row);
        },
        result: inner.result,
      };
    },
  };
}

export function counting(test: (row: Row) => boolean): Aggregate {
  return {
    type: "long",
    start: () => {
      let count = 0;
      return {
        add: (row) => {
          if (test(row)) count += 1;
        },
        result: () => count,
      };
    },
  };
}

export function summing(of: Compiled): Aggregate {
  if (!isNumeric(of.type) && of.type !== "timespan")
    throw semantic("SEM0025", `sum(): ${of.type} cannot be added up`);
  return {
    type: of.type === "int" ? "long" : of.type,
    start: () => {
      let sum = 0;
      return { add: (row) => (sum += Number(of.of(row) ?? 0)), result: () => sum };
    },
  };
}

export function average(of: Compiled): Aggregate {
  if (!isNumeric(of.type)) throw semantic("SEM0025", `avg(): ${of.type} has no average`);
  return {
    type: "real",
    start: () => {
      let sum = 0;
      let count = 0;
      return {
        add: (row) => {
          const value = of.of(row);
          if (typeof value !== "number") return;
          sum += value;
          count += 1;
        },
        result: () => (count === 0 ? null : sum / count),
      };
    },
  };
}

export function extreme(of: Compiled, sign: 1 | -1): Aggregate {
  return {
    type: of.type,
    start: () => {
      let best: Value = null;
      return {
        add: (row) => {
          const value = of.of(row);
          if (value === null) return;
          if (best === null || compareValues(value, best) * sign > 0) best = value;
        },
        result: () => best ?? nothing(of.type),
      };
    },
  };
}

/** Exact, where Azure estimates. */
export function distinctCount(of: Compiled): Aggregate {
  return {
    type: "long",
    start: () => {
      const seen = new Set<string>();
      return {
        add: (row) => {
          const value = of.of(row);
          if (value !== null) seen.add(keyOf([value]));
        },
        result: () => seen.size,
      };
    },
  };
}

export function collecting([of, most]: readonly Compiled[], name: string, distinct: boolean): Aggregate {
  const value = needed([of], name);
  const limit = most === undefined ? MOST_ELEMENTS : Number(constantValue(most, `${name}()`));
  return {
    type: "dynamic",
    start: () => {
      const found = new Map<string | number, Value>();
      return {
        add: (row) => {
          if (found.size >= limit) return;
          const item = toDynamic(value.type, value.of(row));
          if (item !== null && !(distinct && item === ""))
            found.set(distinct ? keyOf([item]) : found.size, item);
        },
        result: () => [...found.values()],
      };
    },
  };
}

export function anyValue(of: Compiled): Aggregate {
  const none = nothing(of.type);
  return {
    type: of.type,
    start: () => {
      let found: Value = none;
      return {
        add: (row) => {
          if (found === none) found = of.of(row);
        },
        result: () => found,
      };
    },
  };
}

export function percentile(of: Compiled, share: Compiled): Aggregate {
  const percent = Number(constantValue(share, "percentile()"));
  return {
    type: of.type,
    start: () => {
      const values: number[] = [];
      return {
        add: (row) => {
          const value = of.of(row);
          if (typeof value === "number") values.push(value);
        },
        result: () => {
          values.sort((a, b) => a - b);
          return values[Math.max(0, Math.ceil((percent / 100) * values.length) - 1)] ?? null;
        },
      };
    },
  };
}
