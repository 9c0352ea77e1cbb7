// The filter grammar of Azure Monitor: `and` joins dimensions, `or` joins values of one dimension, '*' splits.
//
//   filter  = unit { "and" unit }
//   unit    = "(" filter ")" | choice
//   choice  = term { "or" term }          all terms of one dimension
//   term    = name "eq" "'" value "'"     a quote inside a value is written twice

/** One dimension of a filter: its name as written and the values asked for, or all. */
export interface Condition {
  readonly name: string;
  readonly values: "*" | readonly string[];
}

/** A filter that Azure refuses; the message is what the caller gets to read. */
export class FilterError extends Error {
  override readonly name = "FilterError";
}

type Token = { readonly kind: "word" | "text" | "open" | "close"; readonly text: string };

const TOKEN = /\s*(?:(?<open>\()|(?<close>\))|'(?<text>(?:[^']|'')*)'|(?<word>[\w./-]+))/y;

/** Reads a filter. @throws FilterError if it is not one */
export function parseFilter(filter: string): Condition[] {
  const tokens = tokenize(filter);
  const conditions: Condition[] = [];
  const end = readConjunction(filter, tokens, 0, conditions);
  if (end !== tokens.length) throw invalid(filter, `unexpected '${tokens[end]?.text}'`);
  const names = conditions.map(({ name }) => name.toLowerCase());
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw invalid(filter, `dimension '${twice}' is joined with itself by 'and'`);
  return conditions;
}

function tokenize(filter: string): Token[] {
  const tokens: Token[] = [];
  const trimmed = filter.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < trimmed.length) {
    const at = TOKEN.lastIndex;
    const groups = TOKEN.exec(trimmed)?.groups;
    if (groups === undefined) throw invalid(filter, `cannot read from character ${at}`);
    if (groups["open"]) tokens.push({ kind: "open", text: "(" });
    else if (groups["close"]) tokens.push({ kind: "close", text: ")" });
    else if (groups["word"] !== undefined) tokens.push({ kind: "word", text: groups["word"] });
    else tokens.push({ kind: "text", text: (groups["text"] ?? "").replaceAll("''", "'") });
  }
  return tokens;
}

function readConjunction(filter: string, tokens: readonly Token[], start: number, into: Condition[]): number {
  let at = readUnit(filter, tokens, start, into);
  while (isWord(tokens[at], "and")) at = readUnit(filter, tokens, at + 1, into);
  return at;
}

function readUnit(filter: string, tokens: readonly Token[], start: number, into: Condition[]): number {
  if (tokens[start]?.kind !== "open") return readChoice(filter, tokens, start, into);
  const end = readConjunction(filter, tokens, start + 1, into);
  if (tokens[end]?.kind !== "close") throw invalid(filter, "a parenthesis is not closed");
  return end + 1;
}

function readChoice(filter: string, tokens: readonly Token[], start: number, into: Condition[]): number {
  const first = readTerm(filter, tokens, start);
  const values = [first.value];
  let at = start + 3;
  while (isWord(tokens[at], "or")) {
    const next = readTerm(filter, tokens, at + 1);
    if (next.name.toLowerCase() !== first.name.toLowerCase()) {
      throw invalid(filter, `'or' cannot join different dimensions: ${first.name}, ${next.name}`);
    }
    values.push(next.value);
    at += 4;
  }
  into.push({ name: first.name, values: values.includes("*") ? "*" : values });
  return at;
}

function readTerm(filter: string, tokens: readonly Token[], at: number): { name: string; value: string } {
  const [name, operator, value] = tokens.slice(at, at + 3);
  if (name?.kind !== "word") throw invalid(filter, "a dimension name is expected");
  if (!isWord(operator, "eq")) throw invalid(filter, `'eq' is expected after '${name.text}'`);
  if (value?.kind !== "text") throw invalid(filter, `a quoted value is expected for '${name.text}'`);
  return { name: name.text, value: value.text };
}

function isWord(token: Token | undefined, word: string): boolean {
  return token?.kind === "word" && token.text.toLowerCase() === word;
}

function invalid(filter: string, reason: string): FilterError {
  return new FilterError(`Invalid filter: ${filter}: ${reason}.`);
}
