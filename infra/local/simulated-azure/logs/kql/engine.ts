// Runs a query against the tables of a workspace. Rows go through one at a time; only groups, sorts and answers are kept.

import type { Program, Query, Source, Stage, Union } from "./ast.ts";
import { compile } from "./compile.ts";
import { type Compiled, constantValue, type Surroundings } from "./compiled.ts";
import { KqlError, semantic, unresolved } from "./errors.ts";
import { countOf, sort, top } from "./order.ts";
import { parse } from "./parse.ts";
import { parseText } from "./parse-operator.ts";
import { datatable, keep, take } from "./rows.ts";
import { byPattern, distinct, expand, extend, project, rename, schemaOf } from "./shape.ts";
import { intersect, keepsTime, narrowed, type Span } from "./span.ts";
import { summarize } from "./summarize.ts";
import { type Leg, unite } from "./union.ts";
import { type Column, INGESTED, type Relation, type Sink } from "./values.ts";

/** A table whose rows are made on demand, those of a span of `TimeGenerated`. */
export interface Table {
  readonly columns: readonly Column[];
  readonly scan: (span: Span, sink: Sink) => void;
}

export interface Database {
  readonly nowMs: number;
  /** What the request allows of `TimeGenerated`, whatever the query says. */
  readonly span: Span;
  readonly table: (name: string) => Table | undefined;
}

export interface Answer extends Relation {
  readonly maxRecords: number | undefined;
}

/** A table the workspace has never received: what `union isfuzzy=true` steps over. */
class MissingTable extends KqlError {
  constructor(name: string, operator: string) {
    const { kind, code, message } = unresolved(name, operator);
    super(kind, code, message);
  }
}

/** Compiles a query. Nothing is read before the answer is run. @throws KqlError */
export function ask(text: string, database: Database): Answer {
  const program = parse(text);
  const { columns, run, name } = new Engine(program, database).relation(program.query, database.span);
  const places = columns.flatMap((column, place) => (column.name === INGESTED ? [] : [place]));
  const visible = places.flatMap((place) => columns[place] ?? []);
  const all = places.length === columns.length;
  return {
    columns: visible,
    run: all ? run : (sink) => run((row) => sink(places.map((place) => row[place] ?? null))),
    maxRecords: program.maxRecords,
    ...(name === undefined ? {} : { name }),
  };
}

class Engine {
  readonly #database: Database;
  readonly #tables = new Map<string, Query>();
  readonly #kept = new Map<Query, Relation>();
  readonly #around: Surroundings;

  constructor({ lets }: Program, database: Database) {
    this.#database = database;
    const scalars = new Map<string, Compiled>();
    this.#around = {
      nowMs: database.nowMs,
      scalars,
      relation: (query) => this.relation(query, database.span),
    };
    for (const item of lets) {
      const other = item.kind === "scalar" && item.value.kind === "name" ? item.value.name : undefined;
      if (item.kind === "tabular") this.#tables.set(item.name, item.query);
      else if (other !== undefined && !scalars.has(other)) {
        // `let T = AzureDiagnostics;`
        this.#tables.set(item.name, { source: { kind: "table", name: other }, stages: [] });
      } else {
        const value = compile(item.value, { columns: [], operator: "let", around: this.#around });
        constantValue(value, `let ${item.name}`);
        scalars.set(item.name, value);
      }
    }
  }

  relation(query: Query, span: Span): Relation {
    const [first] = query.stages;
    const inner = narrowed(span, query.stages, this.#around);
    const source = this.#source(query.source, inner, first?.kind ?? "query");
    return query.stages.reduce((input, stage) => this.#apply(stage, input), source);
  }

  /** The rows of a pipeline inside another; the outer filters reach into it if it leaves the times alone. */
  #inner(query: Query, span: Span): Relation {
    return this.relation(query, keepsTime(query) ? span : this.#database.span);
  }

  #source(source: Source, span: Span, operator: string): Relation {
    switch (source.kind) {
      case "table":
        return this.#table(source.name, span, operator);
      case "query":
        return source.kept ? this.#once(source.query) : this.#inner(source.query, span);
      case "union":
        return this.#union(source.union, span);
      case "print": {
        const one: Relation = { columns: [], run: (sink) => void sink([]) };
        const named = source.columns.map(({ name, value }, at) => ({ name: name ?? `print_${at}`, value }));
        return project(named, one, this.#around, "print");
      }
      default:
        return datatable(source, this.#around);
    }
  }

  #table(name: string, span: Span, operator: string): Relation {
    const bound = this.#tables.get(name);
    if (bound !== undefined) return this.#inner(bound, span);
    const table = this.#database.table(name);
    if (table === undefined) throw new MissingTable(name, operator);
    const limited = intersect(span, this.#database.span);
    return { columns: table.columns, run: (sink) => table.scan(limited, sink) };
  }

  /** The rows of `materialize`: all of them, since other readers may filter by other times. */
  #once(query: Query): Relation {
    const known = this.#kept.get(query);
    if (known !== undefined) return known;
    const made = keep(this.relation(query, this.#database.span));
    this.#kept.set(query, made);
    return made;
  }

  #union({ legs, fuzzy, inner, withSource }: Union, span: Span, first?: Leg): Relation {
    const found = legs.flatMap((query, at): Leg[] => {
      try {
        const { source, stages } = query;
        const label = source.kind === "table" && stages.length === 0 ? source.name : `union_arg${at}`;
        return [{ label, relation: this.#inner(query, span) }];
      } catch (error) {
        if (fuzzy && error instanceof MissingTable) return [];
        throw error;
      }
    });
    const all = first === undefined ? found : [first, ...found];
    if (all.length === 0) throw semantic("SEM0100", "'union' operator: Failed to resolve table expression");
    return unite(all, inner, withSource);
  }

  #apply(stage: Stage, input: Relation): Relation {
    const around = this.#around;
    switch (stage.kind) {
      case "where":
        return this.#where(stage, input);
      case "extend":
        return extend(stage.columns, input, around);
      case "project":
        return project(stage.columns, input, around);
      case "project-away":
      case "project-keep":
      case "project-reorder":
        return byPattern(stage, input);
      case "project-rename":
        return rename(stage.columns, input);
      case "summarize":
        return summarize(stage, input, around);
      case "take":
        return take(countOf(stage.count, "take", around), input);
      case "top":
        return top(countOf(stage.count, "top", around), stage.keys, input, around);
      case "sort":
        return sort(stage.keys, input, around);
      case "distinct":
        return distinct(stage.columns, input, around);
      case "count":
        return summarize({ kind: "summarize", aggregates: [COUNT], by: [] }, input, around);
      case "getschema":
        return schemaOf(input);
      case "parse":
        return parseText(stage, input, around);
      case "mv-expand":
        return expand(stage, input, around);
      case "union":
        return this.#union(stage.union, this.#database.span, { label: "union_arg0", relation: input });
      default:
        return input;
    }
  }

  #where({ predicate }: Extract<Stage, { kind: "where" }>, input: Relation): Relation {
    const { type, of } = compile(predicate, {
      columns: input.columns,
      operator: "where",
      around: this.#around,
    });
    if (type !== "bool") throw semantic("SEM0024", `'where' operator: a bool is expected, got ${type}`);
    return { ...input, run: (sink) => input.run((row) => of(row) !== true || sink(row)) };
  }
}

const COUNT = { name: "Count", value: { kind: "call", name: "count", args: [] } } as const;
