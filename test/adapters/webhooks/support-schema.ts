import { readFileSync } from "node:fs";

type Schema = Readonly<Record<string, unknown>>;

const FILE = new URL(
  "../../../../shared/recorded/schemas/adaptive-card.designer-2.4.4.schema.json",
  import.meta.url,
);

/** Microsoft's schema of cards, `undefined` where the recordings are not at hand. */
export function cardSchema(): Schema | undefined {
  try {
    return record(JSON.parse(readFileSync(FILE, "utf8")));
  } catch {
    return undefined;
  }
}

/** Where a value breaks the schema. Knows the words of JSON Schema that the schema of cards uses, and no others. */
export function violations(value: unknown, schema: Schema, root: Schema, path = "$"): string[] {
  const faults: string[] = [];
  const { $ref: ref, type, enum: allowed } = schema;
  if (typeof ref === "string") faults.push(...violations(value, resolve(ref, root), root, path));
  if (type !== undefined && ![type].flat().some((name) => hasType(value, name)))
    faults.push(`${path} is no ${String(type)}`);
  if (Array.isArray(allowed) && !allowed.includes(value))
    faults.push(`${path} is ${String(value)}, not one of ${allowed.join(", ")}`);
  for (const part of list(schema["allOf"])) faults.push(...violations(value, part, root, path));
  const choices = list(schema["anyOf"]);
  if (choices.length > 0)
    faults.push(...fewest(choices.map((choice) => violations(value, choice, root, path))));
  if (Array.isArray(value)) {
    // A list of one rule means the first item alone; its authors meant every item.
    const items = record([schema["items"]].flat()[0]);
    if (items !== undefined)
      faults.push(...value.flatMap((item, at) => violations(item, items, root, `${path}[${at}]`)));
    return faults;
  }
  const fields = record(value);
  if (fields === undefined) return faults;
  for (const name of list(schema["required"], (item) => (typeof item === "string" ? item : undefined))) {
    if (!(name in fields)) faults.push(`${path} has no ${name}`);
  }
  for (const [name, property] of Object.entries(record(schema["properties"]) ?? {})) {
    const rule = record(property);
    if (name in fields && rule !== undefined)
      faults.push(...violations(fields[name], rule, root, `${path}.${name}`));
  }
  return faults;
}

function fewest(options: readonly string[][]): string[] {
  return options.reduce((best, next) => (next.length < best.length ? next : best));
}

function resolve(ref: string, root: Schema): Schema {
  const name = ref.replace("#/definitions/", "");
  const found = record(record(root["definitions"])?.[name]);
  if (found === undefined) throw new RangeError(`the schema has no ${ref}`);
  return found;
}

function hasType(value: unknown, type: unknown): boolean {
  if (type === "array") return Array.isArray(value);
  if (type === "object") return record(value) !== undefined;
  return typeof value === type;
}

function record(value: unknown): Schema | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}

function list(value: unknown): Schema[];
function list<T>(value: unknown, pick: (item: unknown) => T | undefined): T[];
function list(value: unknown, pick: (item: unknown) => unknown = record): unknown[] {
  return Array.isArray(value) ? value.map(pick).filter((item) => item !== undefined) : [];
}
