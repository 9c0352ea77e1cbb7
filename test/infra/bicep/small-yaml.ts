/** A document of nested mappings and plain values, which is all that azure.yaml has. */
export interface Mapping {
  readonly [key: string]: string | Mapping;
}

/** @throws SyntaxError naming the line, for anything but `key: value` and `key:` in steps of two blanks */
export function parseSmallYaml(text: string): Mapping {
  const root: Record<string, string | Mapping> = {};
  const open: Record<string, string | Mapping>[] = [root];
  for (const [index, line] of text.split("\n").entries()) {
    if (/^\s*(#.*)?$/.test(line)) continue;
    const [, blanks = "", key = "", value = ""] = /^((?: {2})*)([\w.-]+):(?: +(\S.*))?$/.exec(line) ?? [];
    const depth = blanks.length / 2;
    const parent = open[depth];
    if (key === "" || parent === undefined || Object.hasOwn(parent, key)) {
      throw new SyntaxError(`line ${index + 1}: ${line}`);
    }
    open.length = depth + 1;
    if (value === "") {
      const child: Record<string, string | Mapping> = {};
      parent[key] = child;
      open.push(child);
    } else {
      parent[key] = value;
    }
  }
  return root;
}

export function mappingAt(mapping: Mapping, ...keys: readonly string[]): Mapping {
  let here = mapping;
  for (const key of keys) {
    const next = here[key];
    if (typeof next !== "object") throw new TypeError(`${keys.join(".")}: no mapping at ${key}`);
    here = next;
  }
  return here;
}
