// Writes the answer of a query as the API does, and cuts it where the API does.

import { textOf } from "./kql/convert.ts";
import type { Answer } from "./kql/engine.ts";
import type { Column, Value } from "./kql/values.ts";

const MOST_ROWS = 500_000;
const MOST_BYTES = 64 * 1024 * 1024;

/** A detail of a partial error. */
interface Shortfall {
  readonly code: string;
  readonly message: string;
}

const LOW_MEMORY: Shortfall = {
  code: "-2133196799",
  message:
    "Partial query failure: Low memory condition (E_LOW_MEMORY_CONDITION). (message: 'shard unavailable')",
};

/** Runs a query and writes its table, with an `error` beside it if rows are missing. */
export function writeAnswer(answer: Answer, partial: boolean): string {
  const limit = Math.min(MOST_ROWS, answer.maxRecords ?? MOST_ROWS);
  const rows: string[] = [];
  let bytes = 0;
  let cut: Shortfall | undefined;
  answer.run((row) => {
    if (rows.length >= limit) cut = tooLarge(`record count limit ${limit}`);
    const text = `[${answer.columns.map((column, at) => cell(column, row[at] ?? null)).join(",")}]`;
    bytes += text.length + 1;
    if (bytes > MOST_BYTES) cut ??= tooLarge(`data size limit ${MOST_BYTES}`);
    if (cut === undefined) rows.push(text);
    return cut === undefined;
  });
  const shortfall = cut ?? (partial ? LOW_MEMORY : undefined);
  const columns = JSON.stringify(answer.columns.map(({ name, type }) => ({ name, type })));
  const table = `{"name":${JSON.stringify(answer.name ?? "PrimaryResult")},"columns":${columns},"rows":[${rows.join(",")}]}`;
  const error = shortfall === undefined ? "" : `,"error":${JSON.stringify(partialError(shortfall))}`;
  return `{"tables":[${table}]${error}}`;
}

function cell({ type }: Column, value: Value): string {
  if (value === null) return "null";
  if (type === "datetime" || type === "timespan") return JSON.stringify(textOf(value, type));
  // A dynamic value travels as the text of its JSON.
  if (type === "dynamic") return JSON.stringify(typeof value === "string" ? value : JSON.stringify(value));
  if (typeof value === "number" && !Number.isFinite(value)) return JSON.stringify(String(value));
  return JSON.stringify(value);
}

function tooLarge(what: string): Shortfall {
  return {
    code: "-2133196797",
    message: `Query result set has exceeded the internal ${what} (E_QUERY_RESULT_SET_TOO_LARGE; see https://aka.ms/kustoquerylimits)`,
  };
}

function partialError(shortfall: Shortfall): unknown {
  return {
    code: "PartialError",
    message: "There were some errors when processing your query.",
    details: [
      {
        code: "EngineError",
        message: "Something went wrong processing your query on the server.",
        innererror: { ...shortfall, severity: 2, severityName: "Error" },
      },
    ],
  };
}
