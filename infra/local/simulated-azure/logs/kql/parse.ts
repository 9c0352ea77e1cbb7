// Statements and pipelines.

import type { Let, Program, Query, Source, Union } from "./ast.ts";
import { Cursor } from "./cursor.ts";
import { unsupported } from "./errors.ts";
import { ExpressionReader } from "./parse-expression.ts";
import { readStage } from "./parse-stage.ts";

/** Reads a query. @throws KqlError where it is not one, or says what is not understood here */
export function parse(text: string): Program {
  const cursor = new Cursor(text);
  const lets: Let[] = [];
  let maxRecords: number | undefined;
  for (;;) {
    while (cursor.accept(";"));
    if (cursor.sees("let") && cursor.peek(1).kind === "name") lets.push(readLet(cursor));
    else if (cursor.accept("set")) maxRecords = readSetting(cursor) ?? maxRecords;
    else break;
    if (!cursor.accept(";")) throw cursor.fault();
  }
  const query = readQuery(cursor);
  while (cursor.accept(";"));
  if (cursor.peek().kind !== "end") throw cursor.fault();
  return { lets, query, maxRecords };
}

function readSetting(cursor: Cursor): number | undefined {
  const name = cursor.name();
  const value = cursor.accept("=") ? cursor.take() : undefined;
  if (name === "truncationmaxrecords") return value?.number;
  if (name === "notruncation") return Number.POSITIVE_INFINITY;
  throw unsupported(`the request property '${name}'`);
}

function readLet(cursor: Cursor): Let {
  cursor.take();
  const name = cursor.name();
  cursor.expect("=");
  if (cursor.sees("(") && cursor.sees(":", 2)) throw unsupported("functions made by 'let'");
  if (cursor.looksTabular()) return { kind: "tabular", name, query: readQuery(cursor) };
  return { kind: "scalar", name, value: expressions(cursor).read() };
}

function expressions(cursor: Cursor): ExpressionReader {
  return new ExpressionReader(cursor, readQuery);
}

/** A source and what is done to it. */
function readQuery(cursor: Cursor): Query {
  const source = readSource(cursor);
  const stages = [];
  while (cursor.accept("|")) {
    if (cursor.accept("union")) stages.push({ kind: "union", union: readUnion(cursor) } as const);
    else stages.push(readStage(cursor, expressions(cursor)));
  }
  return { source, stages };
}

function readSource(cursor: Cursor): Source {
  if (cursor.accept("union")) return { kind: "union", union: readUnion(cursor) };
  if (cursor.accept("print")) return { kind: "print", columns: cursor.list(expressions(cursor).named) };
  if (cursor.sees("datatable") && cursor.sees("(", 1)) return readDatatable(cursor);
  const kept = cursor.sees("materialize") && cursor.sees("(", 1);
  if (kept) cursor.take();
  if (cursor.accept("(")) {
    const query = readQuery(cursor);
    cursor.expect(")");
    return { kind: "query", query, kept };
  }
  const name = cursor.name();
  if (cursor.sees("(")) throw unsupported(`the function '${name}' as a table`);
  return { kind: "table", name };
}

function readUnion(cursor: Cursor): Union {
  let inner = false;
  let fuzzy = false;
  let withSource: string | undefined;
  for (let option = cursor.assigned(); option !== undefined; option = cursor.assigned()) {
    const value = cursor.name();
    if (option === "kind") inner = value === "inner";
    else if (option === "isfuzzy") fuzzy = value === "true";
    else if (/^with_?source$/i.test(option)) withSource = value;
    else throw unsupported(`the option '${option}' of union`);
  }
  const legs = cursor.list((): Query => {
    if (!cursor.accept("(")) {
      if (cursor.sees("*", 1)) throw unsupported("wildcards in union");
      return { source: { kind: "table", name: cursor.name() }, stages: [] };
    }
    const query = readQuery(cursor);
    cursor.expect(")");
    return query;
  });
  return { inner, fuzzy, withSource, legs };
}

function readDatatable(cursor: Cursor): Source {
  cursor.take();
  const columns = cursor.group(() => {
    const name = cursor.name();
    cursor.expect(":");
    return { name, type: cursor.type() };
  });
  cursor.expect("[");
  const values = [];
  while (!cursor.sees("]")) {
    values.push(expressions(cursor).read());
    if (!cursor.accept(",")) break;
  }
  cursor.expect("]");
  return { kind: "datatable", columns, values };
}
