// Route templates of HTTP triggers: `clusters/{id}`, `{name?}`, `{id:int}`, `{*rest}`.

export interface Route {
  /** @returns the parameters, or undefined if the path is not of this route */
  match(path: string): Readonly<Record<string, string>> | undefined;
  /** Sorts routes: the one that says more about the path comes first. */
  readonly rank: string;
}

const CONSTRAINTS: Readonly<Record<string, string>> = {
  int: "-?\\d+",
  long: "-?\\d+",
  alpha: "[a-z]+",
  bool: "true|false",
  guid: "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
};

/** @throws RangeError for what the local host does not know, so that a route never silently matches less */
export function parseRoute(template: string): Route {
  const segments = template.split("/").filter((segment) => segment !== "");
  const names: string[] = [];
  const pattern = segments.map((segment) => segmentPattern(segment, names, template)).join("");
  const expression = new RegExp(`^${pattern}/?$`, "i");
  return {
    rank: `${segments.map(segmentRank).join("")}0`,
    match: (path) => {
      const found = expression.exec(path);
      if (found === null) return undefined;
      const given = names.flatMap((name, index) => {
        const text = found[index + 1];
        return text === undefined || text === "" ? [] : [[name, decodeURIComponent(text)]];
      });
      return Object.fromEntries(given);
    },
  };
}

function segmentPattern(segment: string, names: string[], template: string): string {
  const whole = /^\{(\*{0,2})(\w+)(\?)?\}$/.exec(segment);
  if (whole !== null) {
    const [, star, name = "", optional] = whole;
    names.push(name);
    if (star) return "(?:/(.*))?";
    return optional ? "(?:/([^/]+))?" : "/([^/]+)";
  }
  // Text and parameters mixed, or parameters with a constraint.
  let pattern = "";
  for (const part of segment.split(/(\{[^}]*\})/)) {
    if (!part.startsWith("{")) {
      pattern += part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
      continue;
    }
    const [, name = "", constraint] = /^\{(\w+)(?::(\w+))?\}$/.exec(part) ?? [];
    const allowed = constraint === undefined ? "[^/]+?" : CONSTRAINTS[constraint];
    if (name === "" || allowed === undefined) {
      throw new RangeError(`route "${template}": the local host does not know "${part}"`);
    }
    names.push(name);
    pattern += `(${allowed})`;
  }
  return `/${pattern}`;
}

/** Text before constrained parameters before parameters before the rest; end of route sorts as text. */
function segmentRank(segment: string): string {
  if (!segment.includes("{")) return "0";
  if (segment.startsWith("{*")) return "3";
  return segment.includes(":") ? "1" : "2";
}
