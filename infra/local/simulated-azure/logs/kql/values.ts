// Values, types and rows of the query language. Datetimes and timespans are milliseconds, told apart by their type.

export type KqlType =
  | "string"
  | "long"
  | "int"
  | "real"
  | "bool"
  | "datetime"
  | "timespan"
  | "dynamic"
  | "guid";

/** What a cell holds. A string is never null: the language has no null string, only an empty one. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };

export type Row = readonly Value[];

export interface Column {
  readonly name: string;
  readonly type: KqlType;
}

/** Takes a row; false: no more are wanted. */
export type Sink = (row: Row) => boolean;

/** Rows that are made as they are taken, never all at once. */
export interface Relation {
  readonly columns: readonly Column[];
  /** Hands the rows to the sink until it wants no more. */
  readonly run: (sink: Sink) => void;
  /** The name an answer gives the table, if not `PrimaryResult`. */
  readonly name?: string;
}

/** The column that carries the time of arrival for `ingestion_time()`; never part of an answer. */
export const INGESTED = "$ingested";

const NAMES: Readonly<Record<string, KqlType>> = {
  string: "string",
  long: "long",
  int64: "long",
  int: "int",
  int32: "int",
  real: "real",
  double: "real",
  bool: "bool",
  boolean: "bool",
  datetime: "datetime",
  date: "datetime",
  timespan: "timespan",
  time: "timespan",
  dynamic: "dynamic",
  guid: "guid",
};

/** The type a query means by a name. */
export function typeNamed(name: string): KqlType | undefined {
  return Object.hasOwn(NAMES, name) ? NAMES[name] : undefined;
}

/** What a row has where there is nothing. */
export function nothing(type: KqlType): Value {
  return type === "string" ? "" : null;
}

export function isNumeric(type: KqlType): boolean {
  return type === "long" || type === "int" || type === "real";
}

/** True for types whose values are ordered as numbers. */
export function isScalarNumber(type: KqlType): boolean {
  return isNumeric(type) || type === "datetime" || type === "timespan";
}

/** Order of two values of one type; null comes first. */
export function compareValues(a: Value, b: Value): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  if (typeof a === "number" && typeof b === "number") return a - b;
  const [left, right] = [textOf(a), textOf(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** A key that is the same for equal values. */
export function keyOf(values: readonly Value[]): string {
  const [only] = values;
  if (values.length === 1 && typeof only === "string") return only;
  let key = "";
  for (const value of values) {
    // The length before a text keeps ["a", "b"] apart from ["ab", ""].
    key += typeof value === "string" ? `${value.length}:${value}` : `,${JSON.stringify(value)}`;
  }
  return key;
}

function textOf(value: Value): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
