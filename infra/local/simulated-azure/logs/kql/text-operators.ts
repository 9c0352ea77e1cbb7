// Tests of text: `has`, `contains`, `startswith`, `matches regex` and their kin.

import { type Compiled, computed } from "./compiled.ts";
import { semantic } from "./errors.ts";
import { regexOf } from "./regex.ts";
import type { Value } from "./values.ts";

type Test = (text: string, part: string) => boolean;

const TESTS: Readonly<Record<string, Test>> = {
  contains: (text, part) => text.includes(part),
  startswith: (text, part) => text.startsWith(part),
  endswith: (text, part) => text.endsWith(part),
  has: (text, part) => finds(text, part, true, true),
  hasprefix: (text, part) => finds(text, part, true, false),
  hassuffix: (text, part) => finds(text, part, false, true),
};

/** Compiles a test of text by the name of its operator. */
export function textTest(op: string, left: Compiled, right: Compiled): Compiled {
  for (const { type } of [left, right]) {
    if (type !== "string" && type !== "dynamic") {
      throw semantic("SEM0025", `Operator '${op}': string operands are expected, got ${type}`);
    }
  }
  if (op === "matches") {
    return test(left, right, (text, pattern) => regexOf(pattern).test(text));
  }
  if (op === "=~" || op === "!~") {
    return test(left, right, (text, part) => (text.toLowerCase() === part.toLowerCase()) !== (op === "!~"));
  }
  const negated = op.startsWith("!");
  const exact = op.endsWith("_cs");
  const plain = TESTS[op.replace(/^!/, "").replace(/_cs$/, "")];
  if (plain === undefined) throw semantic("SEM0001", `unknown operator '${op}'`);
  if (exact) return test(left, right, (text, part) => plain(text, part) !== negated);
  return test(left, right, (text, part) => plain(text.toLowerCase(), part.toLowerCase()) !== negated);
}

function test(left: Compiled, right: Compiled, of: Test): Compiled {
  return computed("bool", [left, right], (row) => of(text(left.of(row)), text(right.of(row))));
}

function text(value: Value): string {
  if (value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

const WORD = /[a-z0-9]/i;

/** Finds a part that is not cut out of a longer word at the ends that count. */
function finds(text: string, part: string, atStart: boolean, atEnd: boolean): boolean {
  if (part === "") return true;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) {
    const cutBefore = atStart && WORD.test(part[0] ?? "") && WORD.test(text[at - 1] ?? "");
    const end = at + part.length;
    const cutAfter = atEnd && WORD.test(part.at(-1) ?? "") && WORD.test(text[end] ?? "");
    if (!cutBefore && !cutAfter) return true;
  }
  return false;
}
