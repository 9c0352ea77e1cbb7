/** How the receivers answer. `down`: 503. */
export type Behaviour =
  | { readonly mode: "ok" }
  | { readonly mode: "down" }
  /** `retryAfter`: value of the header of that name, seconds or an HTTP date; `null`: no header. */
  | { readonly mode: "429"; readonly retryAfter: string | null };

export const OK: Behaviour = { mode: "ok" };

/** @returns `undefined` where the text is not a behaviour */
export function parseBehaviour(text: string): Behaviour | undefined {
  const wish = parseObject(text);
  if (wish === undefined) return undefined;
  const mode = String(wish["mode"]);
  if (mode === "ok" || mode === "down") return { mode };
  if (mode !== "429") return undefined;
  const { retryAfter = null } = wish;
  if (retryAfter === null) return { mode, retryAfter };
  if (typeof retryAfter === "number" && retryAfter >= 0) return { mode, retryAfter: String(retryAfter) };
  return typeof retryAfter === "string" ? { mode, retryAfter } : undefined;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
