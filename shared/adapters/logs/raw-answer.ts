import type { PipelinePolicy } from "@azure/core-rest-pipeline";
import { AdapterError } from "#ports/adapter-error.ts";

/** What the client finds in place of the answer. */
const EMPTY_ANSWER = '{"tables":[]}';

/**
 * Keeps the text of each good answer for our own reader and hands the client an empty one.
 *
 * The client parses an answer twice and throws at a cell that is not what its column promises; a part of an answer is
 * worth more than that.
 */
export class RawAnswers {
  readonly #texts = new WeakMap<object, string>();

  readonly policy: PipelinePolicy = {
    name: "snatwatchRawLogAnswerPolicy",
    sendRequest: async (request, next) => {
      const response = await next(request);
      if (response.status !== 200) return response;
      this.#texts.set(request, response.bodyAsText ?? "");
      response.headers.set("content-type", "application/json");
      return { ...response, bodyAsText: EMPTY_ANSWER };
    },
  };

  /** The text of the answer to that request, once. */
  take(request: object): string | undefined {
    const text = this.#texts.get(request);
    this.#texts.delete(request);
    return text;
  }
}

/** Fields by lower-case name. Everything is `unknown` until it has been looked at. */
export type Fields = ReadonlyMap<string, unknown>;

/** The rows of an answer, and why it is not whole. */
export interface LogAnswer {
  readonly count: number;
  /** Whether the rows are those of our query, and not of one of Azure's tables. */
  readonly folded: boolean;
  /** One after the other: a million rows at once would be a gigabyte. */
  rows(): Iterable<Fields>;
  /** `null` for a whole answer. */
  readonly cut: string | null;
}

/** Reads the body of an answer. @throws AdapterError `malformed` */
export function readAnswer(text: string): LogAnswer {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    throw new AdapterError("malformed", `not JSON (${text.length} characters)`, { cause: error });
  }
  const fields = fieldsOf(body);
  const lists = ["tables", "partialtables", "incompletetables"].map((name) => fields.get(name));
  if (!lists.some(Array.isArray)) throw new AdapterError("malformed", "the answer has no list of tables");
  const tables = lists.flatMap((list) => (Array.isArray(list) ? list.map(tableOf) : []));
  return {
    count: tables.reduce((sum, { rows }) => sum + rows.length, 0),
    folded: tables.some(({ names }) => names.includes("scope")),
    *rows() {
      for (const { name, names, rows } of tables) for (const row of rows) yield rowOf(name, names, row);
    },
    cut: cutOf(fields),
  };
}

interface RawTable {
  readonly name: unknown;
  readonly names: readonly string[];
  readonly rows: readonly unknown[];
}

function tableOf(table: unknown): RawTable {
  const fields = fieldsOf(table);
  const columns = fields.get("columns") ?? fields.get("columndescriptors");
  const rows = fields.get("rows");
  return {
    name: fields.get("name"),
    names: Array.isArray(columns) ? columns.map(nameOf) : [],
    rows: Array.isArray(rows) ? rows : [],
  };
}

/** Columns are found by name, without regard to case; a row may also be an object. The table's name is its type. */
function rowOf(table: unknown, names: readonly string[], row: unknown): Fields {
  const cells = Array.isArray(row)
    ? row.map((cell: unknown, index): [string, unknown] => [names[index] ?? "", cell])
    : [...fieldsOf(row)];
  return new Map<string, unknown>([["type", table], ...cells]);
}

function nameOf(column: unknown): string {
  const name = typeof column === "string" ? column : fieldsOf(column).get("name");
  return typeof name === "string" ? name.toLowerCase() : "";
}

function cutOf(fields: Fields): string | null {
  const error = fields.get("error") ?? fields.get("partialerror");
  if (error !== undefined && error !== null)
    return deepestMessage(error) ?? "the answer is marked as partial";
  const status = fields.get("status");
  const incomplete = Array.isArray(fields.get("incompletetables"));
  return incomplete || (typeof status === "string" && /^partial/i.test(status))
    ? "the answer is marked as partial"
    : null;
}

/** The innermost message says what happened; the outer ones only that something did. */
function deepestMessage(error: unknown): string | undefined {
  const fields = fieldsOf(error);
  const details = fields.get("details");
  const inner = fields.get("innererror") ?? (Array.isArray(details) ? details[0] : undefined);
  const message = fields.get("message");
  const deeper = inner === undefined || inner === null ? undefined : deepestMessage(inner);
  return deeper ?? (typeof message === "string" && message !== "" ? message : undefined);
}

function fieldsOf(value: unknown): Fields {
  if (typeof value !== "object" || value === null) return new Map();
  return new Map(Object.entries(value).map(([name, field]) => [name.toLowerCase(), field]));
}
