import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Language, type Node, Parser } from "web-tree-sitter";

/** A value as it is written. What only Azure can work out is `expression`. */
export type Value =
  | { readonly kind: "object"; readonly entries: readonly Entry[]; readonly line: number }
  | { readonly kind: "array"; readonly items: readonly Value[]; readonly line: number }
  | { readonly kind: "string"; readonly text: string; readonly line: number }
  | { readonly kind: "number" | "boolean"; readonly text: string; readonly line: number }
  | { readonly kind: "null"; readonly line: number }
  | { readonly kind: "either"; readonly branches: readonly Value[]; readonly line: number }
  | { readonly kind: "expression"; readonly text: string; readonly line: number };

export interface Entry {
  readonly key: string;
  readonly value: Value;
  readonly line: number;
}

/** A resource or a module. */
export interface Declared {
  readonly symbol: string;
  /** `Provider/type@version` of a resource, the path of a module. */
  readonly of: string;
  readonly existing: boolean;
  readonly body: Value;
  readonly line: number;
}

export interface Parameter {
  readonly name: string;
  readonly line: number;
  readonly decorators: readonly string[];
  /** As written; `undefined`: it must be given. */
  readonly fallback: string | undefined;
}

export interface BicepFile {
  readonly root: Node;
  readonly resources: readonly Declared[];
  readonly modules: readonly Declared[];
  readonly parameters: readonly Parameter[];
  readonly outputs: readonly { readonly name: string; readonly value: Node }[];
  readonly variables: ReadonlyMap<string, Node>;
}

/** Faults of writing, as `line N: …`. */
export class BicepSyntaxError extends Error {}

const require = createRequire(import.meta.url);
await Parser.init();
const language = await Language.load(
  require.resolve("tree-sitter-bicep/package.json").replace("package.json", "tree-sitter-bicep.wasm"),
);

export function readBicep(path: string): BicepFile {
  return parseBicep(readFileSync(path, "utf8"));
}

/** @throws BicepSyntaxError */
export function parseBicep(text: string): BicepFile {
  const parser = new Parser();
  parser.setLanguage(language);
  const root = parser.parse(text)?.rootNode;
  if (root === undefined) throw new BicepSyntaxError("nothing was parsed");
  const broken = walk(root).find((node) => node.isError || node.isMissing);
  if (broken !== undefined) throw new BicepSyntaxError(`line ${lineOf(broken)}: ${broken.text.slice(0, 80)}`);

  const variables = new Map<string, Node>();
  const parameters: Parameter[] = [];
  const outputs: { name: string; value: Node }[] = [];
  let decorators: string[] = [];
  for (const node of named(root)) {
    const [name, ...rest] = named(node);
    if (node.type === "decorators") {
      decorators = named(node).map((decorator) => decorator.text);
      continue;
    }
    if (node.type === "variable_declaration" && name !== undefined) {
      variables.set(name.text, rest.at(-1) ?? name);
    }
    if (node.type === "output_declaration" && name !== undefined) {
      outputs.push({ name: name.text, value: rest.at(-1) ?? name });
    }
    if (node.type === "parameter_declaration" && name !== undefined) {
      parameters.push({ name: name.text, line: lineOf(node), decorators, fallback: rest[1]?.text });
    }
    decorators = [];
  }
  const declared = (type: string) =>
    named(root)
      .filter((node) => node.type === type)
      .map((node) => readDeclared(node, variables));
  return {
    root,
    variables,
    parameters,
    outputs,
    resources: declared("resource_declaration"),
    modules: declared("module_declaration"),
  };
}

function readDeclared(node: Node, variables: ReadonlyMap<string, Node>): Declared {
  const [symbol, of] = named(node);
  const body = walk(node).find((inner) => inner.type === "object");
  if (symbol === undefined || of === undefined || body === undefined) {
    throw new BicepSyntaxError(`line ${lineOf(node)}: a declaration without a body`);
  }
  const existing = node.children.some((child) => child?.type === "existing");
  return {
    symbol: symbol.text,
    of: of.text.slice(1, -1),
    existing,
    body: readValue(body, variables),
    line: lineOf(node),
  };
}

/** A variable is read as what it holds. */
export function readValue(node: Node, variables: ReadonlyMap<string, Node>): Value {
  const line = lineOf(node);
  const inside = named(node);
  const of = (inner: Node | undefined) => (inner === undefined ? [] : [readValue(inner, variables)]);
  switch (node.type) {
    case "object":
      return {
        kind: "object",
        line,
        entries: inside
          .filter((entry) => entry.type === "object_property")
          .flatMap((entry) => {
            const [key, value] = named(entry);
            if (key === undefined || value === undefined) return [];
            const name = key.text.replace(/^'(.*)'$/s, "$1");
            return [{ key: name, value: readValue(value, variables), line: lineOf(entry) }];
          }),
      };
    case "array":
      return { kind: "array", line, items: inside.map((item) => readValue(item, variables)) };
    case "string":
      if (inside.some((part) => part.type === "interpolation")) break;
      return { kind: "string", text: node.text.slice(1, -1), line };
    case "number":
      return { kind: "number", text: node.text, line };
    case "boolean":
      return { kind: "boolean", text: node.text, line };
    case "null":
      return { kind: "null", line };
    case "parenthesized_expression":
      return of(inside[0])[0] ?? { kind: "null", line };
    case "ternary_expression":
      return { kind: "either", branches: inside.slice(1).flatMap((branch) => of(branch)), line };
    case "for_statement": {
      const body = inside.at(-1);
      return { kind: "array", items: of(body), line };
    }
    case "identifier": {
      const held = variables.get(node.text);
      if (held !== undefined) return readValue(held, variables);
    }
  }
  return { kind: "expression", text: node.text, line };
}

/** Every node, parents first. */
export function walk(node: Node): readonly Node[] {
  return [node, ...node.children.flatMap((child) => (child === null ? [] : walk(child)))];
}

/** Named children that are no comments. */
export function named(node: Node): readonly Node[] {
  return node.namedChildren.flatMap((child) =>
    child === null || /comment$/.test(child.type) ? [] : [child],
  );
}

export function lineOf(node: Node): number {
  return node.startPosition.row + 1;
}

/** What an object holds below a dotted path. */
export function at(value: Value | undefined, path: string): Value | undefined {
  let here = value;
  for (const key of path.split(".")) {
    if (here?.kind !== "object") return undefined;
    here = here.entries.find((entry) => entry.key === key)?.value;
  }
  return here;
}
