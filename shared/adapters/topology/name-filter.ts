import { matchesPattern } from "#core/name-pattern.ts";

/** Whether a name is wanted: by any include pattern (none: every name), and by no exclude pattern. */
export function nameFilter(
  include: readonly string[],
  exclude: readonly string[],
): (name: string) => boolean {
  return (name) =>
    (include.length === 0 || include.some((pattern) => matchesPattern(pattern, name))) &&
    !exclude.some((pattern) => matchesPattern(pattern, name));
}
