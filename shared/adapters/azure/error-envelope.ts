/** What an error's body said. */
export interface ErrorBody {
  readonly code: string | undefined;
  readonly message: string | undefined;
}

const NOTHING: ErrorBody = { code: undefined, message: undefined };
const LONGEST_MESSAGE = 240;

/**
 * Code and message of an error body in any of the shapes Azure sends: `{error: {code, message}}`, `{code, message}`,
 * `{Code, Message}`, plain text, an HTML page of a gateway.
 */
export function readErrorBody(body: unknown): ErrorBody {
  if (typeof body === "string") return fromText(body.trim());
  const outer = lowerCased(body);
  if (outer === undefined) return NOTHING;
  const inner = lowerCased(outer.get("error")) ?? outer;
  return { code: asText(inner.get("code")), message: asText(inner.get("message")) };
}

function fromText(text: string): ErrorBody {
  if (text === "") return NOTHING;
  if (text.startsWith("{")) {
    try {
      return readErrorBody(JSON.parse(text));
    } catch {
      return NOTHING;
    }
  }
  return text.startsWith("<")
    ? { code: undefined, message: "an HTML page instead of JSON" }
    : { code: undefined, message: shorten(text) };
}

function lowerCased(value: unknown): Map<string, unknown> | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  return new Map(Object.entries(value).map(([name, field]) => [name.toLowerCase(), field]));
}

function asText(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? shorten(value) : undefined;
}

/** One line, without the query of any address in it: that is where signatures and keys would be. */
export function shorten(text: string): string {
  const line = text.replace(/\s+/g, " ").replace(/(https?:\/\/[^\s?'"]+)\?[^\s'"]*/gi, "$1");
  return line.length <= LONGEST_MESSAGE ? line : `${line.slice(0, LONGEST_MESSAGE)}…`;
}
