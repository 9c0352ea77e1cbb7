// Scalar expressions, by falling precedence of what is read.

import type { Expression, Named, Query } from "./ast.ts";
import type { Cursor } from "./cursor.ts";
import { unsupported } from "./errors.ts";
import { readDatetime, readTimespan } from "./time.ts";
import { typeNamed, type Value } from "./values.ts";

/** Reads the queries inside an expression; handed in, since a query is made of expressions. */
export type QueryReader = (cursor: Cursor) => Query;

const WORDS = ["contains", "has", "startswith", "endswith", "hasprefix", "hassuffix"];
const COMPARISONS: ReadonlySet<string> = new Set([
  ...["==", "!=", "<>", "<", "<=", ">", ">=", "=~", "!~", "matches"],
  ...WORDS.flatMap((word) => [word, `${word}_cs`, `!${word}`, `!${word}_cs`]),
]);
const MEMBERSHIPS: ReadonlySet<string> = new Set(["in", "in~", "!in", "!in~", "has_any", "has_all"]);

/** Reads scalar expressions from a cursor. */
export class ExpressionReader {
  readonly #cursor: Cursor;
  readonly #query: QueryReader;

  constructor(cursor: Cursor, query: QueryReader) {
    this.#cursor = cursor;
    this.#query = query;
  }

  named = (): Named => {
    const name = this.#cursor.assigned();
    const value = this.read();
    return name === undefined ? { value } : { name, value };
  };

  read = (): Expression => this.#chain(["or"], () => this.#chain(["and"], () => this.#comparison()));

  #chain(ops: readonly string[], operand: () => Expression): Expression {
    let left = operand();
    for (;;) {
      const op = ops.find((item) => this.#cursor.sees(item));
      if (op === undefined) return left;
      this.#cursor.take();
      left = { kind: "binary", op, left, right: operand() };
    }
  }

  #comparison(): Expression {
    const left = this.#sum();
    const { text, kind } = this.#cursor.peek();
    if (kind !== "op" && kind !== "name") return left;
    if (MEMBERSHIPS.has(text)) {
      this.#cursor.take();
      return { kind: "membership", op: text, left, items: this.#cursor.group(() => this.#item()) };
    }
    if (text === "between" || text === "!between") return this.#between(left, text === "!between");
    if (!COMPARISONS.has(text)) return left;
    this.#cursor.take();
    if (text === "matches") this.#cursor.expect("regex");
    return { kind: "binary", op: text === "<>" ? "!=" : text, left, right: this.#sum() };
  }

  #item(): Expression {
    const item = this.read();
    if (this.#cursor.sees("|")) throw unsupported("a query in the list of 'in'");
    return item;
  }

  #between(value: Expression, negated: boolean): Expression {
    this.#cursor.take();
    this.#cursor.expect("(");
    const low = this.#sum();
    this.#cursor.expect("..");
    const high = this.#sum();
    this.#cursor.expect(")");
    return { kind: "between", negated, value, low, high };
  }

  #sum(): Expression {
    return this.#chain(["+", "-"], () => this.#chain(["*", "/", "%"], () => this.#signed()));
  }

  #signed(): Expression {
    if (this.#cursor.accept("-")) return { kind: "negative", operand: this.#signed() };
    if (this.#cursor.accept("+")) return this.#signed();
    return this.#path();
  }

  #path(): Expression {
    let of = this.#primary();
    for (;;) {
      if (this.#cursor.accept(".")) of = { kind: "member", of, name: this.#cursor.name() };
      else if (this.#cursor.accept("[")) {
        of = { kind: "index", of, index: this.read() };
        this.#cursor.expect("]");
      } else return of;
    }
  }

  #primary(): Expression {
    const cursor = this.#cursor;
    const token = cursor.peek();
    switch (token.kind) {
      case "string":
        return { kind: "literal", type: "string", value: cursor.take().text };
      case "number":
        return { kind: "literal", type: token.real ? "real" : "long", value: cursor.take().number ?? null };
      case "timespan":
        return { kind: "literal", type: "timespan", value: cursor.take().number ?? null };
      case "literal":
        return this.#literal();
      default:
    }
    if (cursor.accept("(")) {
      const inner = this.read();
      if (cursor.sees("|")) throw unsupported("a query in place of a scalar");
      cursor.expect(")");
      return inner;
    }
    if (cursor.accept("*")) return { kind: "star" };
    const word = token.kind === "name" && !cursor.sees("(", 1) ? token.text : undefined;
    if (word === "true" || word === "false") {
      return { kind: "literal", type: "bool", value: cursor.take().text === "true" };
    }
    const name = cursor.name();
    return cursor.sees("(") ? this.#call(name) : { kind: "name", name };
  }

  #call(name: string): Expression {
    const cursor = this.#cursor;
    if (name === "dynamic") return this.#dynamic();
    if (name === "typeof") {
      const [type] = cursor.group(() => cursor.type());
      return { kind: "call", name, args: [{ kind: "literal", type: "string", value: type ?? "" }] };
    }
    if (name === "toscalar") {
      cursor.expect("(");
      const query = this.#query(cursor);
      cursor.expect(")");
      return { kind: "toscalar", query };
    }
    const type = typeNamed(name);
    if (type !== undefined && cursor.sees("null", 1)) {
      for (let taken = 0; taken < 2; taken += 1) cursor.take();
      cursor.expect(")");
      return { kind: "literal", type, value: null };
    }
    return { kind: "call", name, args: cursor.group(this.read) };
  }

  /** `datetime(...)`, `timespan(...)`, `guid(...)`. */
  #literal(): Expression {
    const { text, content = "" } = this.#cursor.peek();
    const bare = content.replace(/^["']|["']$/g, "");
    const type = typeNamed(text);
    if (type === undefined) throw this.#cursor.fault();
    const value = bare === "null" ? null : readLiteral(type, bare);
    if (value === null && bare !== "null") throw this.#cursor.fault();
    this.#cursor.take();
    return { kind: "literal", type, value };
  }

  #dynamic(): Expression {
    this.#cursor.expect("(");
    const value = this.#json();
    this.#cursor.expect(")");
    return { kind: "literal", type: "dynamic", value };
  }

  #json(): Value {
    const cursor = this.#cursor;
    if (cursor.accept("[")) return this.#until("]", () => this.#json());
    if (cursor.accept("{")) {
      const pairs = this.#until("}", (): [string, Value] => {
        const { text, kind } = cursor.take();
        if (kind !== "string") throw cursor.fault();
        cursor.expect(":");
        return [text, this.#json()];
      });
      return Object.fromEntries(pairs);
    }
    if (cursor.accept("null")) return null;
    const scalar = this.#signed();
    if (scalar.kind === "literal") return scalar.value;
    if (scalar.kind === "negative" && scalar.operand.kind === "literal") return -Number(scalar.operand.value);
    throw cursor.fault();
  }

  #until<T>(end: string, item: () => T): T[] {
    const items = this.#cursor.sees(end) ? [] : this.#cursor.list(item);
    this.#cursor.expect(end);
    return items;
  }
}

function readLiteral(type: string, text: string): Value {
  if (type === "datetime") return readDatetime(text);
  return type === "timespan" ? readTimespan(text) : text;
}
