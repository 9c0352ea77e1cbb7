/** A cluster name pattern: a regular expression, or text with `*` and `?`, compared without regard to case. */
export type NamePattern = string | RegExp;

/** Whether a name is wanted: by any include pattern (none: every name), and by no exclude pattern. */
export function nameFilter(
  include: readonly NamePattern[],
  exclude: readonly NamePattern[],
): (name: string) => boolean {
  const wanted = include.map(matcher);
  const unwanted = exclude.map(matcher);
  return (name) =>
    (wanted.length === 0 || wanted.some((matches) => matches(name))) &&
    !unwanted.some((matches) => matches(name));
}

function matcher(pattern: NamePattern): (name: string) => boolean {
  // A global or sticky expression remembers where it stopped: search() does not.
  const expression = typeof pattern === "string" ? globExpression(pattern) : pattern;
  return (name) => name.search(expression) >= 0;
}

function globExpression(glob: string): RegExp {
  const source = glob
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "i");
}
