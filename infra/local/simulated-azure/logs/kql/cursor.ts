import { type KqlError, syntax, unsupported } from "./errors.ts";
import { type Token, tokens } from "./lexer.ts";
import { type KqlType, typeNamed } from "./values.ts";

const END: Token = { kind: "end", text: "", at: 0 };

/** Walks the tokens of a query. */
export class Cursor {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokens(text);
  }

  /** The token `ahead` of the next one. */
  peek(ahead = 0): Token {
    return this.#tokens[this.#next + ahead] ?? END;
  }

  take(): Token {
    const token = this.peek();
    this.#next += 1;
    return token;
  }

  /** True if the next token is this operator or word; a string that reads the same is not. */
  sees(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.text === text && (token.kind === "op" || token.kind === "name");
  }

  /** Takes the token if it is next. */
  accept(text: string): boolean {
    const there = this.sees(text);
    if (there) this.take();
    return there;
  }

  expect(text: string): void {
    if (!this.accept(text)) throw this.fault();
  }

  fault(): KqlError {
    const { at, text, kind } = this.peek();
    return syntax(this.#text, at, kind === "end" ? "<end of query>" : text);
  }

  /** A name, or `['a name']`. */
  name(): string {
    if (this.sees("[") && this.peek(1).kind === "string") {
      this.take();
      const { text } = this.take();
      this.expect("]");
      return text;
    }
    if (this.peek().kind !== "name") throw this.fault();
    return this.take().text;
  }

  /** The name in front of `=`, if what comes next is an assignment. */
  assigned(): string | undefined {
    const quoted = this.sees("[") && this.peek(1).kind === "string" && this.sees("]", 2);
    if (!this.sees("=", quoted ? 3 : 1) || !(quoted || this.peek().kind === "name")) return undefined;
    const name = this.name();
    this.expect("=");
    return name;
  }

  type(): KqlType {
    const name = this.name();
    const type = typeNamed(name);
    if (type === undefined) throw unsupported(`the type '${name}'`);
    return type;
  }

  /** Items between commas; at least one. */
  list<T>(item: () => T): T[] {
    const items = [item()];
    while (this.accept(",")) items.push(item());
    return items;
  }

  /** Items in parentheses; may be none. */
  group<T>(item: () => T): T[] {
    this.expect("(");
    const items = this.sees(")") ? [] : this.list(item);
    this.expect(")");
    return items;
  }

  /** Tells whether a statement that starts here is a pipeline rather than a scalar. */
  looksTabular(): boolean {
    if (["union", "datatable", "print", "materialize"].includes(this.peek().text)) return true;
    let depth = 0;
    for (let ahead = 0; ; ahead += 1) {
      const { kind, text } = this.peek(ahead);
      if (kind === "end" || (depth === 0 && text === ";")) return false;
      if (kind !== "op") continue;
      if ("([{".includes(text)) depth += 1;
      if (")]}".includes(text)) depth -= 1;
      if (depth === 0 && text === "|") return true;
    }
  }
}
