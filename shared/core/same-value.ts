/**
 * Whether two values would be the same JSON, save for the order of keys. What was told again without a change can then stay the
 * object that it was: neither stored nor kept once more.
 */
export function sameValue(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (!isObject(one) || !isObject(other)) return false;
  if (Array.isArray(one) || Array.isArray(other)) {
    return Array.isArray(one) && Array.isArray(other) && sameList(one, other);
  }
  return within(one, other) && within(other, one);
}

/**
 * The value in which each part that is as it was is the object that it was, however deep in it: what was read again is then not
 * kept twice. Lists are taken as one part.
 */
export function withKnownParts<T extends object>(known: T | undefined, value: T): T {
  if (known === undefined) return value;
  const result = { ...value };
  for (const key in result) {
    const [before, after] = [known[key], result[key]];
    if (sameValue(before, after)) result[key] = before;
    else if (isObject(before) && isObject(after) && !Array.isArray(after)) {
      result[key] = withKnownParts(before, after);
    }
  }
  return result;
}

function sameList(one: readonly unknown[], other: readonly unknown[]): boolean {
  if (one.length !== other.length) return false;
  for (let index = 0; index < one.length; index += 1) {
    if (!sameValue(one[index], other[index])) return false;
  }
  return true;
}

/** Whether the other has every property of the one. A property that is `undefined` is not there. */
function within(one: Readonly<Record<string, unknown>>, other: Readonly<Record<string, unknown>>): boolean {
  for (const key in one) if (!sameValue(one[key], other[key])) return false;
  return true;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
