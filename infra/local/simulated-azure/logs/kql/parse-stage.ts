// One operator of a pipeline.

import type { Named, ParsePart, SortKey, Stage } from "./ast.ts";
import type { Cursor } from "./cursor.ts";
import { unsupported } from "./errors.ts";
import type { ExpressionReader } from "./parse-expression.ts";
import type { KqlType } from "./values.ts";

/** Reads what follows a `|`. */
export function readStage(cursor: Cursor, reader: ExpressionReader): Stage {
  if (cursor.peek().kind !== "name") throw cursor.fault();
  const word = cursor.take().text;
  switch (word) {
    case "where":
    case "filter":
      return { kind: "where", predicate: reader.read() };
    case "extend":
    case "project":
      return { kind: word, columns: cursor.list(reader.named) };
    case "project-away":
    case "project-keep":
    case "project-reorder":
      return { kind: word, patterns: cursor.list(() => readPattern(cursor)) };
    case "project-rename":
      return { kind: word, columns: cursor.list(() => readRename(cursor)) };
    case "summarize":
      return readSummarize(cursor, reader);
    case "take":
    case "limit":
      return { kind: "take", count: reader.read() };
    case "top":
      return readTop(cursor, reader);
    case "sort":
    case "order":
      cursor.expect("by");
      return { kind: "sort", keys: cursor.list(() => readKey(cursor, reader)) };
    case "distinct":
      return { kind: "distinct", columns: cursor.list(reader.named) };
    case "count":
    case "getschema":
      return { kind: word };
    case "parse":
    case "parse-where":
      return readParse(cursor, reader, word === "parse-where");
    case "mv-expand":
      return readExpand(cursor, reader);
    case "serialize":
      return { kind: "nothing" };
    default:
      throw unsupported(`the operator '${word}'`);
  }
}

/** A column name in which `*` stands for anything. */
function readPattern(cursor: Cursor): string {
  const quoted = cursor.sees("[");
  let pattern = cursor.accept("*") ? "*" : cursor.name();
  while (!quoted && (cursor.sees("*") || (pattern.endsWith("*") && cursor.peek().kind === "name"))) {
    pattern += cursor.take().text;
  }
  return pattern;
}

function readRename(cursor: Cursor): { to: string; from: string } {
  const to = cursor.assigned();
  if (to === undefined) throw cursor.fault();
  return { to, from: cursor.name() };
}

function readSummarize(cursor: Cursor, reader: ExpressionReader): Stage {
  const none: readonly Named[] = [];
  const aggregates = cursor.sees("by") ? none : cursor.list(reader.named);
  return { kind: "summarize", aggregates, by: cursor.accept("by") ? cursor.list(reader.named) : none };
}

function readTop(cursor: Cursor, reader: ExpressionReader): Stage {
  const count = reader.read();
  cursor.expect("by");
  return { kind: "top", count, keys: cursor.list(() => readKey(cursor, reader)) };
}

/** Descending unless it says otherwise, with nulls at the end where the smallest values are. */
function readKey(cursor: Cursor, reader: ExpressionReader): SortKey {
  const value = reader.read();
  const ascending = cursor.accept("asc");
  if (!ascending) cursor.accept("desc");
  if (!cursor.accept("nulls")) return { value, descending: !ascending, nullsFirst: ascending };
  const nullsFirst = cursor.accept("first");
  if (!nullsFirst) cursor.expect("last");
  return { value, descending: !ascending, nullsFirst };
}

function readParse(cursor: Cursor, reader: ExpressionReader, onlyMatches: boolean): Stage {
  let mode: "simple" | "relaxed" | "regex" = "simple";
  if (cursor.sees("kind") && cursor.sees("=", 1)) {
    cursor.assigned();
    const name = cursor.name();
    if (name !== "simple" && name !== "relaxed" && name !== "regex")
      throw unsupported(`parse kind '${name}'`);
    mode = name;
    if (cursor.sees("flags") && cursor.sees("=", 1)) throw unsupported("the flags of parse");
  }
  const value = reader.read();
  cursor.expect("with");
  const parts: ParsePart[] = [];
  while (!cursor.sees("|") && !cursor.sees(")") && !cursor.sees(";") && cursor.peek().kind !== "end") {
    parts.push(readPart(cursor));
  }
  return { kind: "parse", mode, onlyMatches, value, parts };
}

function readPart(cursor: Cursor): ParsePart {
  if (cursor.accept("*")) return { kind: "skip" };
  if (cursor.peek().kind === "string") return { kind: "text", text: cursor.take().text };
  const name = cursor.name();
  return { kind: "column", name, type: cursor.accept(":") ? cursor.type() : "string" };
}

function readExpand(cursor: Cursor, reader: ExpressionReader): Stage {
  const column = reader.named();
  let type: KqlType | undefined;
  if (cursor.accept("to")) {
    cursor.expect("typeof");
    [type] = cursor.group(() => cursor.type());
  }
  if (cursor.sees(",")) throw unsupported("mv-expand of several columns");
  return { kind: "mv-expand", column, type };
}
