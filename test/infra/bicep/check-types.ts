import { at, type BicepFile, type Entry, type Value } from "./bicep-file.ts";
import {
  entryOf,
  type Property,
  type Ref,
  type TypeEntry,
  type TypeTable,
  typesOf,
} from "./resource-types.ts";

const REQUIRED = 1;
const READ_ONLY = 2;
/** Bicep's own, in every body. */
const ENVELOPE: ReadonlySet<string> = new Set(["parent", "scope", "dependsOn"]);

export interface TypeReport {
  readonly faults: readonly string[];
  /** Resources whose provider or version is not here: neither good nor bad. */
  readonly notChecked: readonly string[];
}

/** Compares every resource of a file with Azure's own types. Expressions are not worked out. */
export function checkTypes(file: BicepFile): TypeReport {
  const faults: string[] = [];
  const notChecked: string[] = [];
  for (const { of, body, existing, line } of file.resources) {
    const table = typesOf(of);
    if (table === null) {
      notChecked.push(of);
      continue;
    }
    const type = table.find((entry) => entry.$type === "ResourceType" && entry.name === of);
    if (type === undefined) faults.push(`line ${line}: unknown type ${of}`);
    else if (!existing) new Comparison(table, faults).check(body, type.body, "");
    else if (at(body, "name") === undefined) faults.push(`line ${line}: name is missing`);
  }
  return { faults, notChecked };
}

class Comparison {
  readonly #table: TypeTable;
  readonly #faults: string[];

  constructor(table: TypeTable, faults: string[]) {
    this.#table = table;
    this.#faults = faults;
  }

  check(value: Value, ref: Ref | undefined, path: string): void {
    const type = entryOf(this.#table, ref);
    if (type === undefined || value.kind === "expression" || value.kind === "null") return;
    if (value.kind === "either") {
      for (const branch of value.branches) this.check(branch, ref, path);
      return;
    }
    switch (type.$type) {
      case "ObjectType":
        this.#object(value, type, type.properties ?? {}, path);
        break;
      case "DiscriminatedObjectType":
        this.#discriminated(value, type, path);
        break;
      case "ArrayType":
        this.#array(value, type, path);
        break;
      case "UnionType":
        this.#union(value, type, path);
        break;
      case "StringLiteralType":
        if (value.kind !== "string" || value.text !== type.value) this.#wrong(value, path, `'${type.value}'`);
        break;
      case "StringType":
        this.#string(value, type, path);
        break;
      case "IntegerType":
        this.#integer(value, type, path);
        break;
      case "BooleanType":
        if (value.kind !== "boolean") this.#wrong(value, path, "true or false");
    }
  }

  #array(value: Value, type: TypeEntry, path: string): void {
    if (value.kind === "array") for (const item of value.items) this.check(item, type.itemType, `${path}[]`);
    else this.#wrong(value, path, "an array");
  }

  #object(value: Value, type: TypeEntry, properties: Readonly<Record<string, Property>>, path: string): void {
    if (value.kind !== "object") {
      this.#wrong(value, path, "an object");
      return;
    }
    for (const entry of value.entries) this.#entry(entry, type, properties, path);
    const given = new Set(value.entries.map(({ key }) => key));
    for (const [name, { flags }] of Object.entries(properties)) {
      if ((flags & REQUIRED) === 0 || (flags & READ_ONLY) !== 0 || given.has(name)) continue;
      this.#faults.push(`line ${value.line}: ${join(path, name)} is missing`);
    }
  }

  #entry(
    { key, value, line }: Entry,
    type: TypeEntry,
    properties: Readonly<Record<string, Property>>,
    path: string,
  ): void {
    if (path === "" && ENVELOPE.has(key)) return;
    const property = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (property === undefined) {
      if (type.additionalProperties !== undefined) {
        this.check(value, type.additionalProperties, join(path, key));
        return;
      }
      this.#faults.push(`line ${line}: unknown property ${join(path, key)}`);
    } else if ((property.flags & READ_ONLY) !== 0) {
      this.#faults.push(`line ${line}: ${join(path, key)} is read-only`);
    } else {
      this.check(value, property.type, join(path, key));
    }
  }

  #discriminated(value: Value, type: TypeEntry, path: string): void {
    const by = type.discriminator ?? "";
    const chosen = at(value, by);
    if (chosen?.kind !== "string") {
      this.#wrong(value, path, `an object with a literal '${by}'`);
      return;
    }
    const elements = Object.entries(type.elements ?? {});
    const element = elements.find(([name]) => name === chosen.text);
    if (element === undefined) {
      const names = elements.map(([name]) => name).join(", ");
      this.#faults.push(`line ${chosen.line}: ${join(path, by)} is '${chosen.text}', expected ${names}`);
      return;
    }
    const body = entryOf(this.#table, element[1]);
    if (body !== undefined) {
      this.#object(value, body, { ...type.baseProperties, ...body.properties }, path);
    }
  }

  /** Values that Azure does not list are taken for slips, although most lists are open. */
  #union(value: Value, type: TypeEntry, path: string): void {
    const elements = Object.values(type.elements ?? {}).map((ref) => entryOf(this.#table, ref));
    const literals = elements.flatMap((element) => (element?.value === undefined ? [] : [element.value]));
    if (literals.length === 0) return;
    if (value.kind === "string" && literals.includes(value.text)) return;
    this.#wrong(value, path, literals.map((literal) => `'${literal}'`).join(", "));
  }

  #string(
    value: Value,
    { minLength = 0, maxLength = Number.MAX_SAFE_INTEGER }: TypeEntry,
    path: string,
  ): void {
    if (value.kind !== "string") this.#wrong(value, path, "a string");
    else if (value.text.length < minLength || value.text.length > maxLength)
      this.#wrong(value, path, `${minLength} to ${maxLength} characters`);
  }

  #integer(value: Value, type: TypeEntry, path: string): void {
    const { minValue = Number.MIN_SAFE_INTEGER, maxValue = Number.MAX_SAFE_INTEGER } = type;
    if (value.kind !== "number") this.#wrong(value, path, "a whole number");
    else if (Number(value.text) < minValue || Number(value.text) > maxValue)
      this.#wrong(value, path, `${minValue} to ${maxValue}`);
  }

  #wrong(value: Value, path: string, expected: string): void {
    const got = "text" in value ? `'${value.text}'` : `an ${value.kind}`;
    this.#faults.push(`line ${value.line}: ${path || "body"} is ${got}, expected ${expected}`);
  }
}

function join(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}
