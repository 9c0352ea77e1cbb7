import type { z } from "zod";
import type { ApiRequest } from "./http.ts";
import type { Parsed } from "./parameters.ts";
import type { ParameterFault } from "./problem.ts";

/** What the API takes is a form's worth of fields. */
export const MAX_BODY_BYTES = 64 * 1024;

/** Of a value that a fault repeats. */
const VALUE_MAX = 100;

/** The text of a body, `""` where there is none; `undefined` where it is too large. */
export async function readBody(request: ApiRequest): Promise<string | undefined> {
  if (Number(request.headers.get("content-length") ?? 0) > MAX_BODY_BYTES) return undefined;
  const text = (await request.text?.()) ?? "";
  return Buffer.byteLength(text) > MAX_BODY_BYTES ? undefined : text;
}

/** Reads a JSON body against the schema of a route. No body is an empty object; a field that nobody knows is a fault. */
export function parseBody<B extends z.ZodObject>(schema: B, text: string): Parsed<z.output<B>> {
  const given = text.trim() === "" ? {} : parseJson(text);
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    return { ok: false, faults: [{ name: "body", value: shown(text), expected: "a JSON object" }] };
  }
  const known = Object.keys(schema.shape);
  const faults = Object.entries(given)
    .filter(([name]) => !known.includes(name))
    .map(([name, value]) => ({ name, value: shown(value), expected: describeFields(known) }));
  const parsed = schema.safeParse(given);
  if (parsed.success && faults.length === 0) return { ok: true, value: parsed.data };
  return {
    ok: false,
    faults: [...faults, ...(parsed.error?.issues ?? []).flatMap((issue) => faultOf(issue, given))],
  };
}

function faultOf(issue: z.core.$ZodIssue, given: object): readonly ParameterFault[] {
  const { path, message } = issue;
  // Unknown names at the top are told already, with those that are known.
  if (issue.code === "unrecognized_keys" && path.length === 0) return [];
  return [{ name: path.join("."), value: shown(valueAt(given, path)), expected: message }];
}

function valueAt(given: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null
        ? Object.getOwnPropertyDescriptor(value, key)?.value
        : undefined,
    given,
  );
}

/** `""` for what is not there. */
function shown(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  return text.length <= VALUE_MAX ? text : `${text.slice(0, VALUE_MAX).toWellFormed()}…`;
}

function describeFields(known: readonly string[]): string {
  return known.length === 0 ? "an empty object" : `one of the fields ${known.join(", ")}`;
}

/** `undefined`, which is no object, for a text that is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
