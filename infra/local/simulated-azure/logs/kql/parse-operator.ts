// The `parse` operator: cuts columns out of a text.

import type { ParsePart, Stage } from "./ast.ts";
import { compile } from "./compile.ts";
import type { Surroundings } from "./compiled.ts";
import { convert } from "./convert.ts";
import { semantic } from "./errors.ts";
import { regexOf } from "./regex.ts";
import { type KqlType, nothing, type Relation, type Value } from "./values.ts";

type ParseStage = Extract<Stage, { kind: "parse" }>;
type ParseColumn = Extract<ParsePart, { kind: "column" }>;

/** Adds the columns of a pattern. Simple: all of them or none; relaxed: those that fit their type. */
export function parseText(stage: ParseStage, input: Relation, around: Surroundings): Relation {
  const { type, of } = compile(stage.value, { columns: input.columns, operator: "parse", around });
  if (type !== "string") throw semantic("SEM0025", `parse: a string is expected, got ${type}`);
  const columns = stage.parts.filter((part): part is ParseColumn => part.kind === "column");
  const regex = regexOf(patternOf(stage), "s");
  const none = columns.map((column) => nothing(column.type));
  const places = columns.map(({ name }) => input.columns.findIndex((column) => column.name === name));
  const made = columns.filter((_, at) => places[at] === -1);
  const kept = input.columns.map((column) => {
    const again = columns.find(({ name }) => name === column.name);
    return again ? { name: again.name, type: again.type } : column;
  });
  return {
    columns: [...kept, ...made.map((column) => ({ name: column.name, type: column.type }))],
    run: (sink) =>
      input.run((row) => {
        const found = regex.exec(String(of(row)));
        const values = found === null ? undefined : read(found, columns, stage.mode);
        if (values === undefined && stage.onlyMatches) return true;
        const out: Value[] = [...row];
        columns.forEach((_, at) => {
          const value = (values ?? none)[at] ?? null;
          const place = places[at] ?? -1;
          if (place < 0) out.push(value);
          else out[place] = value;
        });
        return sink(out);
      }),
  };
}

function patternOf({ parts, mode }: ParseStage): string {
  const last = parts.length - 1;
  const pieces = parts.map((part, at) => {
    if (part.kind === "skip") return at === last ? ".*" : ".*?";
    if (part.kind === "text") return mode === "regex" ? part.text : part.text.replace(SPECIAL, "\\$&");
    const number = NUMBERS[part.type];
    // A number ends where its digits do, but a relaxed one may be anything up to the next text.
    if (number !== undefined && (mode !== "relaxed" || parts[at + 1]?.kind === "skip")) return `(${number})`;
    return at === last ? "(.*)" : "(.*?)";
  });
  return `^${pieces.join("")}$`;
}

const SPECIAL = /[.*+?^${}()|[\]\\]/g;

const NUMBERS: Readonly<Partial<Record<KqlType, string>>> = {
  int: "-?\\d+",
  long: "-?\\d+",
  real: "-?\\d+(?:\\.\\d+)?",
};

function read(
  found: readonly string[],
  columns: readonly ParseColumn[],
  mode: ParseStage["mode"],
): Value[] | undefined {
  const values = columns.map(({ type }, at) => convert(found[at + 1] ?? "", "string", type));
  const fits = columns.every(({ type }, at) => type === "string" || values[at] !== null);
  return fits || mode === "relaxed" ? values : undefined;
}
