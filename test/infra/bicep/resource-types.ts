import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** Azure's resource types beside the project; absent on most machines. */
const FOLDER = resolve(import.meta.dirname, "../../../../shared/bicep-types");

export const HAS_TYPES = existsSync(FOLDER);

export interface Ref {
  readonly $ref: string;
}

export interface Property {
  readonly type: Ref;
  /** 1 required, 2 read-only, 4 write-only, 8 deploy-time constant, 16 identifier. */
  readonly flags: number;
}

/** One entry of a types.json, of the kinds that bodies are made of. */
export interface TypeEntry {
  readonly $type: string;
  readonly name?: string;
  readonly value?: string;
  readonly body?: Ref;
  readonly properties?: Readonly<Record<string, Property>>;
  readonly additionalProperties?: Ref;
  readonly baseProperties?: Readonly<Record<string, Property>>;
  readonly discriminator?: string;
  readonly elements?: readonly Ref[] | Readonly<Record<string, Ref>>;
  readonly itemType?: Ref;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minValue?: number;
  readonly maxValue?: number;
}

/** All types of one provider in one version. */
export type TypeTable = readonly TypeEntry[];

const tables = new Map<string, TypeTable | null>();

/** @param resource `Provider/type@version`; null: this provider and version are not here */
export function typesOf(resource: string): TypeTable | null {
  const [, provider = "", version = ""] = /^([^/]+)\/.*@(.+)$/.exec(resource) ?? [];
  const path = join(FOLDER, provider.toLowerCase(), `${version}.json`);
  const known = tables.get(path);
  if (known !== undefined) return known;
  const table: TypeTable | null = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : null;
  tables.set(path, table);
  return table;
}

export function entryOf(table: TypeTable, ref: Ref | undefined): TypeEntry | undefined {
  return ref === undefined ? undefined : table[Number(ref.$ref.slice(2))];
}
