import { convert, textOf } from "./convert.ts";
import { number, type PlainFunction, text } from "./plain-function.ts";
import { regexOf } from "./regex.ts";
import { isNumeric } from "./values.ts";

export const TEXT_FUNCTIONS: Readonly<Record<string, PlainFunction>> = {
  tolower: { takes: "s", type: "string", of: ([value]) => text(value).toLowerCase() },
  toupper: { takes: "s", type: "string", of: ([value]) => text(value).toUpperCase() },
  strlen: { takes: "s", type: "long", of: ([value]) => text(value).length },
  strcat: {
    takes: "?*",
    type: "string",
    of: (values, types) => values.map((value, at) => textOf(value, types[at] ?? "string")).join(""),
  },
  strcat_delim: {
    takes: "s??*",
    type: "string",
    of: ([delimiter, ...values], types) =>
      values.map((value, at) => textOf(value, types[at + 1] ?? "string")).join(text(delimiter)),
  },
  substring: {
    takes: "sn n",
    type: "string",
    of: ([value, start, length]) => {
      const from = Math.max(0, number(start));
      return text(value).slice(from, typeof length === "number" ? from + length : undefined);
    },
  },
  indexof: {
    takes: "ss n",
    type: "long",
    of: ([value, part, start]) => text(value).indexOf(text(part), typeof start === "number" ? start : 0),
  },
  split: {
    takes: "ss n",
    type: "dynamic",
    of: ([value, delimiter, index]) => {
      const parts = text(value).split(text(delimiter));
      return typeof index === "number" ? parts.slice(index, index + 1) : parts;
    },
  },
  replace_string: {
    takes: "sss",
    type: "string",
    of: ([value, part, by]) => text(value).replaceAll(text(part), () => text(by)),
  },
  replace_regex: {
    takes: "sss",
    type: "string",
    // A group is `\1` there and `$1` here.
    of: ([value, pattern, by]) =>
      text(value).replace(
        regexOf(text(pattern), "g"),
        text(by)
          .replaceAll("$", "$$$$")
          .replace(/\\(\d)/g, "$$$1"),
      ),
  },
  trim: {
    takes: "ss",
    type: "string",
    of: ([pattern, value]) =>
      text(value).replace(regexOf(`^(?:${text(pattern)})+|(?:${text(pattern)})+$`, "g"), ""),
  },
  trim_start: {
    takes: "ss",
    type: "string",
    of: ([pattern, value]) => text(value).replace(regexOf(`^(?:${text(pattern)})`), ""),
  },
  trim_end: {
    takes: "ss",
    type: "string",
    of: ([pattern, value]) => text(value).replace(regexOf(`(?:${text(pattern)})$`), ""),
  },
  countof: {
    takes: "ss",
    type: "long",
    of: ([value, part]) => (text(part) === "" ? 0 : text(value).split(text(part)).length - 1),
  },
  abs: {
    takes: "n",
    type: ([type = "long"]) => type,
    of: ([value]) => (typeof value === "number" ? Math.abs(value) : null),
  },
  round: {
    takes: "n n",
    type: "real",
    of: ([value, digits]) => {
      const scale = 10 ** (typeof digits === "number" ? digits : 0);
      return typeof value === "number" ? Math.round(value * scale) / scale : null;
    },
  },
  min_of: {
    takes: "??*",
    type: ([type = "long"]) => type,
    of: (values) => extreme(values.map(plain), Math.min),
  },
  max_of: {
    takes: "??*",
    type: ([type = "long"]) => type,
    of: (values) => extreme(values.map(plain), Math.max),
  },
  gettype: {
    takes: "?",
    type: "string",
    of: ([value], [type = "string"]) => (value === null && isNumeric(type) ? "null" : type),
  },
};

function plain(value: Parameters<typeof convert>[0]): number {
  return number(convert(value, "real", "real"));
}

function extreme(values: readonly number[], pick: (...all: number[]) => number): number | null {
  const there = values.filter((value) => !Number.isNaN(value));
  return there.length === 0 ? null : pick(...there);
}
