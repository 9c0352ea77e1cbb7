import type { Expression, Query } from "./ast.ts";
import { semantic } from "./errors.ts";
import { type Column, isNumeric, type KqlType, type Relation, type Row, type Value } from "./values.ts";

/** An expression ready to be asked of rows. */
export interface Compiled {
  readonly type: KqlType;
  readonly of: (row: Row) => Value;
  /** True: the same for every row. */
  readonly constant: boolean;
}

/** What an expression can reach besides the row. */
export interface Surroundings {
  readonly nowMs: number;
  readonly scalars: ReadonlyMap<string, Compiled>;
  readonly relation: (query: Query) => Relation;
}

export interface Scope {
  readonly columns: readonly Column[];
  /** The operator whose expression it is, for messages. */
  readonly operator: string;
  readonly around: Surroundings;
  /** Inside `summarize`: takes over calls of aggregates, whose values are then columns of the row. */
  readonly aggregate?: (name: string, args: readonly Expression[]) => Compiled | undefined;
}

const NO_ROW: Row = [];

/** The value of something that needs no row. */
export function constantValue(compiled: Compiled, what: string): Value {
  if (!compiled.constant) throw semantic("SEM0080", `${what}: a constant expression is expected`);
  return compiled.of(NO_ROW);
}

export function literal(type: KqlType, value: Value): Compiled {
  return { type, of: () => value, constant: true };
}

/** Works out at once what is the same for every row. */
export function computed(type: KqlType, parts: readonly Compiled[], of: (row: Row) => Value): Compiled {
  if (!parts.every(({ constant }) => constant)) return { type, of, constant: false };
  return literal(type, of(NO_ROW));
}

/** The one type that two branches have, or a refusal as Azure's. */
export function commonType(types: readonly KqlType[], what: string): KqlType {
  const [first = "dynamic"] = types;
  if (types.every((type) => type === first)) return first;
  // A dynamic value takes the others with it.
  if (types.includes("dynamic")) return "dynamic";
  if (types.every(isNumeric)) return types.includes("real") ? "real" : "long";
  throw semantic("SEM0063", `${what}: arguments have different types: ${types.join(", ")}`);
}
