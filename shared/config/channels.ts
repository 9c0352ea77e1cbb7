import { z } from "zod";
import { faultOfReceiver } from "./web-address.ts";

/** A place where incidents are told. `url` and `secret` are secrets: in no log, no error, no answer. */
export interface Channel {
  readonly name: string;
  readonly kind: "teams" | "slack";
  readonly url: string;
  readonly secret?: string;
  /** Incidents below this are not told here. */
  readonly minSeverity: "warning" | "critical";
  /** Patterns of cluster names; empty: all clusters. */
  readonly clusters: readonly string[];
}

/** Kinds that the contract names and this version cannot send to. */
const PLANNED_KINDS: readonly string[] = ["pagerduty", "webhook"];

const channelKind = z.string("expected teams or slack").transform((kind, issues) => {
  if (kind === "teams" || kind === "slack") return kind;
  issues.addIssue(
    PLANNED_KINDS.includes(kind)
      ? `${JSON.stringify(kind)} is not supported by this version, expected teams or slack`
      : `expected teams or slack, got ${JSON.stringify(kind.slice(0, 20))}`,
  );
  return z.NEVER;
});

const NAME_FAULT = "expected 1 to 40 letters, digits, - or _";
const PATTERN_FAULT = "expected a cluster name, * and ? allowed";

const channel = z.strictObject(
  {
    name: z.string(NAME_FAULT).regex(/^[\w-]{1,40}$/, NAME_FAULT),
    kind: channelKind,
    url: z.string("expected a text"),
    secret: z.string("expected a text").min(1, "expected a text that is not empty").optional(),
    minSeverity: z.enum(["warning", "critical"], "expected warning or critical").default("warning"),
    clusters: z
      .array(
        z.string(PATTERN_FAULT).regex(/^[\w*?.-]+$/, PATTERN_FAULT),
        "expected an array of cluster names",
      )
      .default([]),
  },
  {
    // The default would print the unknown keys, which is wanted, but also "Invalid input" for a channel that is no object.
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? `has unknown keys ${issue.keys.join(", ")}, expected name, kind, url, secret, minSeverity, clusters`
        : "expected an object {name, kind, url, minSeverity?, clusters?}",
  },
);

const channels = z.array(channel, "expected a JSON array");

/** Reads the JSON of the setting. Faults say where and what was expected; they never repeat an address or a secret. */
export function parseChannels(
  json: string,
  allowPrivate: boolean,
): { readonly channels: readonly Channel[]; readonly faults: readonly string[] } {
  const read = channels.safeParse(parseJson(json));
  if (!read.success) {
    return { channels: [], faults: read.error.issues.map(({ path, message }) => `${place(path)}${message}`) };
  }
  const faults: string[] = [];
  const names = new Set<string>();
  for (const [index, { name, url }] of read.data.entries()) {
    if (names.has(name.toLowerCase()))
      faults.push(`[${index}].name ${JSON.stringify(name)} is there twice, expected unique names`);
    names.add(name.toLowerCase());
    const fault = faultOfReceiver(url, allowPrivate);
    if (fault !== undefined) faults.push(`[${index}].url of ${JSON.stringify(name)} ${fault}`);
  }
  return {
    channels: read.data.map(({ secret, ...rest }) => (secret === undefined ? rest : { ...rest, secret })),
    faults,
  };
}

/** `undefined`, which no schema takes, for a text that is no JSON; the parser's own message would quote the text. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function place(path: readonly PropertyKey[]): string {
  if (path.length === 0) return "";
  return `${path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("")} `;
}
