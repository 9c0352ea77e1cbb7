// What a query says, before it is known what it is asked of.

import type { KqlType, Value } from "./values.ts";

export type Expression =
  | { readonly kind: "literal"; readonly type: KqlType; readonly value: Value }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "star" }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: "negative"; readonly operand: Expression }
  | {
      readonly kind: "binary";
      readonly op: string;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: "membership";
      readonly op: string;
      readonly left: Expression;
      readonly items: readonly Expression[];
    }
  | {
      readonly kind: "between";
      readonly negated: boolean;
      readonly value: Expression;
      readonly low: Expression;
      readonly high: Expression;
    }
  | { readonly kind: "member"; readonly of: Expression; readonly name: string }
  | { readonly kind: "index"; readonly of: Expression; readonly index: Expression }
  | { readonly kind: "toscalar"; readonly query: Query };

/** `name = expression`, or an expression that gets a name of its own. */
export interface Named {
  readonly name?: string;
  readonly value: Expression;
}

export interface SortKey {
  readonly value: Expression;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

export type ParsePart =
  | { readonly kind: "skip" }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "column"; readonly name: string; readonly type: KqlType };

export type Stage =
  | { readonly kind: "where"; readonly predicate: Expression }
  | { readonly kind: "extend"; readonly columns: readonly Named[] }
  | { readonly kind: "project"; readonly columns: readonly Named[] }
  | {
      readonly kind: "project-away" | "project-keep" | "project-reorder";
      readonly patterns: readonly string[];
    }
  | {
      readonly kind: "project-rename";
      readonly columns: readonly { readonly to: string; readonly from: string }[];
    }
  | {
      readonly kind: "summarize";
      readonly aggregates: readonly Named[];
      readonly by: readonly Named[];
    }
  | { readonly kind: "take"; readonly count: Expression }
  | { readonly kind: "top"; readonly count: Expression; readonly keys: readonly SortKey[] }
  | { readonly kind: "sort"; readonly keys: readonly SortKey[] }
  | { readonly kind: "distinct"; readonly columns: readonly Named[] }
  | { readonly kind: "count" }
  | { readonly kind: "getschema" }
  | { readonly kind: "nothing" }
  | {
      readonly kind: "parse";
      readonly mode: "simple" | "relaxed" | "regex";
      readonly onlyMatches: boolean;
      readonly value: Expression;
      readonly parts: readonly ParsePart[];
    }
  | {
      readonly kind: "mv-expand";
      readonly column: Named;
      readonly type: KqlType | undefined;
    }
  | { readonly kind: "union"; readonly union: Union };

export interface Union {
  readonly inner: boolean;
  readonly fuzzy: boolean;
  readonly withSource: string | undefined;
  readonly legs: readonly Query[];
}

export type Source =
  | { readonly kind: "table"; readonly name: string }
  /** `kept`: `materialize(...)`, whose rows are made once however often they are read. */
  | { readonly kind: "query"; readonly query: Query; readonly kept: boolean }
  | { readonly kind: "union"; readonly union: Union }
  | { readonly kind: "print"; readonly columns: readonly Named[] }
  | {
      readonly kind: "datatable";
      readonly columns: readonly { readonly name: string; readonly type: KqlType }[];
      readonly values: readonly Expression[];
    };

export interface Query {
  readonly source: Source;
  readonly stages: readonly Stage[];
}

export type Let =
  | { readonly kind: "scalar"; readonly name: string; readonly value: Expression }
  | { readonly kind: "tabular"; readonly name: string; readonly query: Query };

export interface Program {
  readonly lets: readonly Let[];
  readonly query: Query;
  /** `set truncationmaxrecords=N`, if said. */
  readonly maxRecords: number | undefined;
}
