import type { Source } from "./ast.ts";
import { compile } from "./compile.ts";
import { constantValue, type Surroundings } from "./compiled.ts";
import { semantic } from "./errors.ts";
import { nothing, type Relation, type Row } from "./values.ts";

/** `datatable`: rows written out in the query. */
export function datatable(
  { columns, values }: Extract<Source, { kind: "datatable" }>,
  around: Surroundings,
): Relation {
  if (columns.length === 0 || values.length % columns.length !== 0) {
    throw semantic("SEM0030", "datatable: the number of values is not a multiple of the number of columns");
  }
  const cells = values.map((value, at) => {
    const type = columns[at % columns.length]?.type ?? "string";
    const cell = constantValue(
      compile(value, { columns: [], operator: "datatable", around: around }),
      "datatable",
    );
    return cell ?? nothing(type);
  });
  const rows: Row[] = [];
  for (let at = 0; at < cells.length; at += columns.length) rows.push(cells.slice(at, at + columns.length));
  return { columns, run: (sink) => void rows.every((row) => sink(row)) };
}

/** `take`: any so many rows. */
export function take(count: number, input: Relation): Relation {
  return {
    ...input,
    run: (sink) => {
      let left = count;
      if (left <= 0) return;
      input.run((row) => {
        left -= 1;
        return sink(row) && left > 0;
      });
    },
  };
}

/** Makes the rows at the first reading and hands the same ones out at each. */
export function keep(input: Relation): Relation {
  let rows: Row[] | undefined;
  return {
    ...input,
    run: (sink) => {
      if (rows === undefined) {
        const made: Row[] = [];
        input.run((row) => made.push(row) > 0);
        rows = made;
      }
      rows.every((row) => sink(row));
    },
  };
}
