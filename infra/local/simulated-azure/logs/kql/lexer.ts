import { syntax } from "./errors.ts";
import { timespanMs } from "./time.ts";

export interface Token {
  /** `literal` is `datetime(...)`, `timespan(...)` or `guid(...)`, whose content is not an expression. */
  readonly kind: "name" | "string" | "number" | "timespan" | "literal" | "op" | "end";
  readonly text: string;
  readonly at: number;
  readonly number?: number;
  /** Written with a point or an exponent. */
  readonly real?: boolean;
  /** Of a literal: what stands in its parentheses. */
  readonly content?: string;
}

const SPACE = /(?:\s|\/\/[^\n]*)*/y;
const RAW_LITERAL = /(datetime|date|timespan|time|guid)\s*\(([^()]*)\)/y;
const STAGE =
  /(?:project-(?:away|keep|rename|reorder|by-names)|parse-(?:where|kv)|mv-(?:expand|apply)|make-(?:series|graph)|sample-distinct|top-(?:nested|hitters)|graph-[a-z-]+)\b/y;
const NAME = /[A-Za-z_$][\w$]*/y;
const NUMBER = /0[xX][0-9a-fA-F]+|\d+(?:\.\d+(?!\w*\.))?(?:[eE][+-]?\d+)?/y;
const UNIT = /(?:d|h|m|s|ms|microseconds?|ticks?|days?|hours?|minutes?|seconds?|milliseconds?)(?!\w)/y;
const NEGATED = /!(?:in~?|between|(?:contains|has|hasprefix|hassuffix|startswith|endswith)(?:_cs)?)(?![\w])/y;
const OPERATOR = /in~|=~|!~|==|!=|<>|<=|>=|\.\.|[-+*/%()[\]{},;:.|<>=]/y;

/** Cuts a query into tokens. @throws KqlError at a character that starts none */
export function tokens(text: string): Token[] {
  const found: Token[] = [];
  let at = match(SPACE, text, 0)?.length ?? 0;
  while (at < text.length) {
    const afterPipe = found.at(-1)?.text === "|";
    const [token, length] = next(text, at, afterPipe);
    found.push(token);
    at += length;
    at += match(SPACE, text, at)?.length ?? 0;
  }
  found.push({ kind: "end", text: "", at });
  return found;
}

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function next(text: string, at: number, afterPipe: boolean): [Token, number] {
  const quoted = readString(text, at);
  if (quoted) return quoted;
  RAW_LITERAL.lastIndex = at;
  const raw = RAW_LITERAL.exec(text);
  if (raw) {
    return [{ kind: "literal", text: raw[1] ?? "", content: (raw[2] ?? "").trim(), at }, raw[0].length];
  }
  const op = match(NEGATED, text, at) ?? (/^in~/.test(text.slice(at, at + 3)) ? "in~" : undefined);
  if (op) return [{ kind: "op", text: op, at }, op.length];
  const name = (afterPipe ? match(STAGE, text, at) : undefined) ?? match(NAME, text, at);
  if (name) return [{ kind: "name", text: name, at }, name.length];
  return readNumber(text, at) ?? readOperator(text, at);
}

function readNumber(text: string, at: number): [Token, number] | undefined {
  const digits = match(NUMBER, text, at);
  if (digits === undefined) return undefined;
  const unit = match(UNIT, text, at + digits.length);
  const number = Number(digits);
  if (unit === undefined) {
    const real = /[.eE]/.test(digits) && !/^0[xX]/.test(digits);
    return [{ kind: "number", text: digits, at, number, real }, digits.length];
  }
  const length = digits.length + unit.length;
  return [{ kind: "timespan", text: digits + unit, at, number: timespanMs(number, unit) }, length];
}

function readOperator(text: string, at: number): [Token, number] {
  const op = match(OPERATOR, text, at);
  if (op === undefined) throw syntax(text, at, text[at] ?? "");
  return [{ kind: "op", text: op, at }, op.length];
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", "0": "\0" };

/** `'a'`, `"a"`, verbatim `@'a\b'`, secret `h'a'` and fenced strings. */
function readString(text: string, at: number): [Token, number] | undefined {
  if (text.startsWith("```", at)) {
    const end = text.indexOf("```", at + 3);
    if (end < 0) throw syntax(text, at, "```");
    return [{ kind: "string", text: text.slice(at + 3, end), at }, end + 3 - at];
  }
  const prefix = /[hH]?@?(?=["'])/y;
  const head = match(prefix, text, at);
  if (head === undefined) return undefined;
  const quote = text[at + head.length] ?? "";
  const verbatim = head.endsWith("@");
  let value = "";
  for (let i = at + head.length + 1; i < text.length; i += 1) {
    const char = text[i] ?? "";
    if (char === quote) {
      if (verbatim && text[i + 1] === quote) {
        value += quote;
        i += 1;
        continue;
      }
      return [{ kind: "string", text: value, at }, i + 1 - at];
    }
    if (char === "\n") break;
    if (char === "\\" && !verbatim) {
      i += 1;
      const escaped = text[i] ?? "";
      if (escaped === "u") {
        value += String.fromCharCode(Number.parseInt(text.slice(i + 1, i + 5), 16));
        i += 4;
      } else value += ESCAPES[escaped] ?? escaped;
    } else value += char;
  }
  throw syntax(text, at, quote);
}
