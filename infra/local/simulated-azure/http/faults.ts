// Faults on demand: rules that make a matching request fail in a way Azure or the network does.

/** Which requests a rule is for; every field given must hold. */
interface FaultMatch {
  readonly host?: string;
  readonly path?: string;
  readonly method?: string;
  readonly subscriptionId?: string;
  /** Part of the path, or of a resource id in the body of a batch. */
  readonly resource?: string;
}

export interface FaultRule {
  readonly match?: FaultMatch;
  /** Requests it fails before it is used up; without it, all. */
  readonly times?: number;
  /** Fails only every n-th matching request. */
  readonly every?: number;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text as it is, anything else as JSON. */
  readonly body?: unknown;
  readonly delayMs?: number;
  /**
   * `reset` drops the connection, `hang` never answers, `cut` sends half of the real answer and drops the
   * connection, `html502` answers as a gateway on the way does.
   */
  readonly action?: "reset" | "hang" | "cut" | "html502";
}

export interface FaultedRequest {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly body: string;
}

const ACTIONS: readonly unknown[] = ["reset", "hang", "cut", "html502"];
const KNOWN_KEYS: readonly string[] = [
  "match",
  "times",
  "every",
  "status",
  "headers",
  "body",
  "delayMs",
  "action",
];
const MATCH_KEYS: readonly string[] = ["host", "path", "method", "subscriptionId", "resource"];

interface LiveRule {
  readonly id: string;
  readonly rule: FaultRule;
  seen: number;
  used: number;
}

/** The rules in force, in the order they were added; the first that matches and is not used up acts. */
export class FaultBook {
  #rules: LiveRule[] = [];
  #nextId = 1;

  /** Adds a rule and returns its id. */
  add(rule: FaultRule): string {
    const id = `fault-${this.#nextId}`;
    this.#nextId += 1;
    this.#rules.push({ id, rule, seen: 0, used: 0 });
    return id;
  }

  /** Drops every rule, those of the scenario too. */
  clear(): void {
    this.#rules = [];
  }

  /** The rule that acts on a request, counted as used. */
  take(request: FaultedRequest): FaultRule | undefined {
    for (const live of this.#rules) {
      if (live.used >= (live.rule.times ?? Number.POSITIVE_INFINITY)) continue;
      if (!matches(live.rule.match ?? {}, request)) continue;
      live.seen += 1;
      if (live.seen % (live.rule.every ?? 1) !== 0) continue;
      live.used += 1;
      return live.rule;
    }
    return undefined;
  }
}

function matches(match: FaultMatch, request: FaultedRequest): boolean {
  const has = (text: string, part: string | undefined): boolean =>
    part === undefined || text.toLowerCase().includes(part.toLowerCase());
  return (
    has(request.host, match.host) &&
    has(request.path, match.path) &&
    has(request.path, match.subscriptionId) &&
    (match.method === undefined || match.method.toUpperCase() === request.method) &&
    has(`${request.path}\n${request.body}`, match.resource)
  );
}

/** Reads a rule that came over HTTP. @returns the rule, or what is wrong with it */
export function readFaultRule(value: unknown): FaultRule | string {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return "a JSON object is expected";
  for (const [key, field] of Object.entries(value)) {
    if (!KNOWN_KEYS.includes(key)) return `unknown field ${key}: one of ${KNOWN_KEYS.join(", ")} is expected`;
    if (["times", "every", "status", "delayMs"].includes(key) && !(Number.isInteger(field) && field >= 0)) {
      return `${key}: a whole number is expected: ${JSON.stringify(field)}`;
    }
    if (key === "action" && !ACTIONS.includes(field)) {
      return `action: one of ${ACTIONS.join(", ")} is expected: ${JSON.stringify(field)}`;
    }
    if (key === "match" || key === "headers") {
      const fault = readTexts(key, field);
      if (fault) return fault;
    }
  }
  // Every field was looked at above.
  return value as FaultRule;
}

function readTexts(name: string, field: unknown): string | undefined {
  if (field === null || typeof field !== "object") return `${name}: an object is expected`;
  for (const [key, value] of Object.entries(field)) {
    if (name === "match" && !MATCH_KEYS.includes(key)) {
      return `unknown field match.${key}: one of ${MATCH_KEYS.join(", ")} is expected`;
    }
    if (typeof value !== "string") return `${name}.${key}: a text is expected: ${JSON.stringify(value)}`;
  }
  return undefined;
}
