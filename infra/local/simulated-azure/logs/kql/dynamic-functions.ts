import { type PlainFunction, text } from "./plain-function.ts";
import { keyOf, type Value } from "./values.ts";

export const DYNAMIC_FUNCTIONS: Readonly<Record<string, PlainFunction>> = {
  array_length: { takes: "y", type: "long", of: ([value]) => (Array.isArray(value) ? value.length : null) },
  array_concat: { takes: "y*", type: "dynamic", of: (values) => values.flatMap(list) },
  array_slice: {
    takes: "ynn",
    type: "dynamic",
    // The end is the last element, and not the one after it.
    of: ([value, from, to]) => list(value).slice(Number(from), to === -1 ? undefined : Number(to) + 1),
  },
  array_sort_asc: { takes: "y", type: "dynamic", of: ([value]) => list(value).toSorted(byText) },
  set_union: { takes: "yy*", type: "dynamic", of: (values) => distinct(values.flatMap(list)) },
  set_has_element: {
    takes: "y?",
    type: "bool",
    of: ([value, element]) => list(value).some((item) => keyOf([item]) === keyOf([element ?? null])),
  },
  strcat_array: {
    takes: "ys",
    type: "string",
    of: ([value, delimiter]) =>
      list(value)
        .map((item) => (typeof item === "object" ? JSON.stringify(item) : String(item)))
        .join(text(delimiter)),
  },
  bag_keys: {
    takes: "y",
    type: "dynamic",
    of: ([value]) =>
      value !== null && typeof value === "object" && !Array.isArray(value) ? Object.keys(value ?? {}) : null,
  },
};

function list(value: Value | undefined): readonly Value[] {
  return Array.isArray(value) ? value : [];
}

function distinct(values: readonly Value[]): readonly Value[] {
  return [...new Map(values.map((value) => [keyOf([value]), value])).values()];
}

function byText(a: Value, b: Value): number {
  return typeof a === "number" && typeof b === "number" ? a - b : String(a) < String(b) ? -1 : 1;
}
