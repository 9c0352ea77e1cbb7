// Operators that change which columns there are.

import type { Named, Stage } from "./ast.ts";
import { compile } from "./compile.ts";
import type { Surroundings } from "./compiled.ts";
import { convert } from "./convert.ts";
import { dynamicKey, semantic, unresolved } from "./errors.ts";
import { uniqueNames } from "./naming.ts";
import { type Column, INGESTED, type KqlType, keyOf, type Relation, type Value } from "./values.ts";

/** `extend`: a name that exists is replaced in its place. Each sees the ones before it. */
export function extend(columns: readonly Named[], input: Relation, around: Surroundings): Relation {
  return columns.reduce((relation, named) => {
    const names = relation.columns.map(({ name }) => name);
    const name = named.name ?? uniqueNames([named], names)[0] ?? "";
    const { type, of } = compile(named.value, { columns: relation.columns, operator: "extend", around });
    const place = names.indexOf(name);
    const column = { name, type };
    if (place < 0) {
      return {
        columns: [...relation.columns, column],
        run: (sink) => relation.run((row) => sink([...row, of(row)])),
      };
    }
    return {
      columns: relation.columns.with(place, column),
      run: (sink) => relation.run((row) => sink(row.with(place, of(row)))),
    };
  }, input);
}

/** `project`: these columns and no others. */
export function project(
  columns: readonly Named[],
  input: Relation,
  around: Surroundings,
  operator = "project",
): Relation {
  const parts = columns.map(({ value }) => compile(value, { columns: input.columns, operator, around }));
  const names = uniqueNames(columns);
  return {
    columns: parts.map(({ type }, at) => ({ name: names[at] ?? "", type })),
    run: (sink) => input.run((row) => sink(parts.map((part) => part.of(row)))),
  };
}

/** Keeps the columns at these places. */
function keep(places: readonly number[], input: Relation): Relation {
  const columns = places.flatMap((place) => input.columns[place] ?? []);
  return {
    columns,
    run: (sink) => input.run((row) => sink(places.map((place) => row[place] ?? null))),
  };
}

type ByPattern = Extract<Stage, { kind: "project-away" | "project-keep" | "project-reorder" }>;

/** `project-away`, `project-keep` and `project-reorder`, whose names may hold `*`. */
export function byPattern({ kind, patterns }: ByPattern, input: Relation): Relation {
  const tests = patterns.map((pattern) => {
    const parts = pattern.split("*").map((part) => part.replace(/[.$]/g, "\\$&"));
    const regex = new RegExp(`^${parts.join(".*")}$`);
    if (!pattern.includes("*") && !input.columns.some(({ name }) => name === pattern))
      throw unresolved(pattern, kind);
    return (name: string): boolean => name !== INGESTED && regex.test(name);
  });
  const named = (name: string): boolean => tests.some((test) => test(name));
  const all = input.columns.map((_, place) => place);
  const nameAt = (place: number): string => input.columns[place]?.name ?? "";
  if (kind === "project-away")
    return keep(
      all.filter((place) => !named(nameAt(place))),
      input,
    );
  if (kind === "project-keep")
    return keep(
      all.filter((place) => named(nameAt(place))),
      input,
    );
  const first = tests.flatMap((test) => all.filter((place) => test(nameAt(place))));
  return keep([...new Set([...first, ...all])], input);
}

/** `project-rename`. */
export function rename(pairs: readonly { to: string; from: string }[], input: Relation): Relation {
  for (const { from } of pairs) {
    if (!input.columns.some(({ name }) => name === from)) throw unresolved(from, "project-rename");
  }
  const columns = input.columns.map((column) => {
    const to = pairs.find(({ from }) => from === column.name)?.to;
    return to === undefined ? column : { ...column, name: to };
  });
  return { columns, run: input.run };
}

/** `distinct`: each combination once, as it is first met. */
export function distinct(columns: readonly Named[], input: Relation, around: Surroundings): Relation {
  const all = columns.some(({ value }) => value.kind === "star");
  const visible = input.columns.filter(({ name }) => name !== INGESTED);
  const wanted = all ? visible.map(({ name }): Named => ({ value: { kind: "name", name } })) : columns;
  const narrow = project(wanted, input, around, "distinct");
  const loose = narrow.columns.find(({ type }) => type === "dynamic");
  if (loose) throw dynamicKey(loose.name);
  return {
    columns: narrow.columns,
    run: (sink) => {
      const seen = new Set<string>();
      narrow.run((row) => {
        const key = keyOf(row);
        if (seen.has(key)) return true;
        seen.add(key);
        return sink(row);
      });
    },
  };
}

/** `mv-expand`: a row for each element; a value that is no array stays as it is, an empty array leaves one null. */
export function expand(
  { column, type }: { column: Named; type: KqlType | undefined },
  input: Relation,
  around: Surroundings,
): Relation {
  const { type: of } = compile(column.value, { columns: input.columns, operator: "mv-expand", around });
  if (of !== "dynamic") throw semantic("SEM0025", `mv-expand: a dynamic value is expected, got ${of}`);
  const name = column.name ?? uniqueNames([column])[0] ?? "";
  const wide = extend([{ name, value: column.value }], input, around);
  const place = wide.columns.findIndex((item) => item.name === name);
  const made: Column = { name, type: type ?? "dynamic" };
  const read = (value: Value): Value => (type === undefined ? value : convert(value, "dynamic", type));
  return {
    columns: wide.columns.with(place, made),
    run: (sink) =>
      wide.run((row) => {
        const value = row[place] ?? null;
        const elements =
          Array.isArray(value) && value.length > 0 ? value : [Array.isArray(value) ? null : value];
        return elements.every((element) => sink(row.with(place, read(element))));
      }),
  };
}

const SYSTEM_TYPES: Readonly<Record<KqlType, string>> = {
  string: "System.String",
  long: "System.Int64",
  int: "System.Int32",
  real: "System.Double",
  bool: "System.SByte",
  datetime: "System.DateTime",
  timespan: "System.TimeSpan",
  dynamic: "System.Object",
  guid: "System.Guid",
};

/** `getschema`: the columns as rows. */
export function schemaOf(input: Relation): Relation {
  const visible = input.columns.filter(({ name }) => name !== INGESTED);
  return {
    name: "getschema",
    columns: [
      { name: "ColumnName", type: "string" },
      { name: "ColumnOrdinal", type: "int" },
      { name: "DataType", type: "string" },
      { name: "ColumnType", type: "string" },
    ],
    run: (sink) => {
      visible.every(({ name, type }, ordinal) => sink([name, ordinal, SYSTEM_TYPES[type], type]));
    },
  };
}
