import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { at, type BicepFile, lineOf, named, readBicep, walk } from "./bicep-file.ts";

type Node = BicepFile["root"];

/** Bicep's namespaces and types, which nobody declares. */
const BUILT_IN: ReadonlySet<string> = new Set(["az", "sys", "string", "int", "bool", "object", "array"]);

/** What a compiler would say of names: undeclared ones, and modules that do not fit their file. */
export function checkNames(file: BicepFile, path: string): readonly string[] {
  return [...undeclared(file), ...misfits(file, path)];
}

function undeclared({ root }: BicepFile): readonly string[] {
  const declared = new Set(BUILT_IN);
  const naming = new Set<number>();
  for (const node of walk(root)) {
    const [first] = named(node);
    if (first === undefined) continue;
    if (/_declaration$/.test(node.type) || node.type === "object_property") naming.add(first.id);
    if (/_declaration$/.test(node.type) && node.type !== "output_declaration") declared.add(first.text);
    if (node.type === "for_statement") {
      for (const name of loopNames(node)) {
        declared.add(name.text);
        naming.add(name.id);
      }
    }
    if (node.type === "call_expression") naming.add(first.id);
  }
  return walk(root)
    .filter((node) => node.type === "identifier" && !naming.has(node.id) && !declared.has(node.text))
    .map((node) => `line ${lineOf(node)}: ${node.text} is not declared`);
}

/** `item` of `for item in`, `item` and `index` of `for (item, index) in`. */
function loopNames(loop: Node): readonly Node[] {
  const [first] = named(loop);
  if (first === undefined) return [];
  return first.type === "for_loop_parameters" ? walk(first).filter((node) => node.childCount === 0) : [first];
}

function misfits(file: BicepFile, path: string): readonly string[] {
  const outputs = new Map<string, readonly string[]>();
  const faults = file.modules.flatMap(({ symbol, of, body, line }) => {
    const target = join(dirname(path), of);
    if (!existsSync(target)) return [`line ${line}: module file ${of} is not there`];
    const module = readBicep(target);
    outputs.set(
      symbol,
      module.outputs.map(({ name }) => name),
    );
    const given = at(body, "params");
    const names = given?.kind === "object" ? given.entries.map(({ key }) => key) : [];
    return [
      ...names
        .filter((name) => !module.parameters.some((parameter) => parameter.name === name))
        .map((name) => `line ${line}: module ${symbol} has no parameter ${name}`),
      ...module.parameters
        .filter(({ name, fallback }) => fallback === undefined && !names.includes(name))
        .map(({ name }) => `line ${line}: module ${symbol} needs parameter ${name}`),
    ];
  });
  const used = [...file.root.text.matchAll(/\b(\w+)\.outputs\.(\w+)/g)];
  const strange = used.filter(([, symbol = "", name = ""]) => !outputs.get(symbol)?.includes(name));
  return [...faults, ...strange.map(([text]) => `${text} is not there`)];
}
