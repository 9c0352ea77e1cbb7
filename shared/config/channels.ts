import * as z from "zod";
import { CHANNEL_KINDS, type ChannelKind, readSecrets } from "./channel-secret.ts";
import { faultOfReceiver } from "./web-address.ts";

/** A place where incidents are told. `url` and `secrets` are secret: in no log, no error, no answer. */
export interface Channel {
  readonly name: string;
  readonly kind: ChannelKind;
  readonly url: string;
  /** PagerDuty: the routing key alone. Webhook: every secret that signs. Others: unused. */
  readonly secrets: readonly string[];
  /** Incidents below this are not told here. */
  readonly minSeverity: "warning" | "critical";
  /** Patterns of cluster names; empty: all clusters. */
  readonly clusters: readonly string[];
}

/** Where a kind has one address for everybody. Accounts of the European region have another, which is given. */
const DEFAULT_URL: Readonly<Partial<Record<ChannelKind, string>>> = {
  pagerduty: "https://events.pagerduty.com/v2/enqueue",
};

const KINDS_TEXT = "teams, slack, pagerduty or webhook";

const channelKind = z.string(`expected ${KINDS_TEXT}`).transform((text, issues) => {
  const kind = CHANNEL_KINDS.find((known) => known === text);
  if (kind !== undefined) return kind;
  issues.addIssue(`expected ${KINDS_TEXT}, got ${JSON.stringify(text.slice(0, 20))}`);
  return z.NEVER;
});

const SECRET_FAULT = "expected a text or an array of texts";

const NAME_FAULT = "expected 1 to 40 letters, digits, - or _";
const PATTERN_FAULT = "expected a cluster name, * and ? allowed";

const channel = z.strictObject(
  {
    name: z.string(NAME_FAULT).regex(/^[\w-]{1,40}$/, NAME_FAULT),
    kind: channelKind,
    url: z.string("expected a text").optional(),
    secret: z.union([z.string(), z.array(z.string())], SECRET_FAULT).optional(),
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
        : "expected an object {name, kind, url, secret?, minSeverity?, clusters?}",
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
  const found = read.data.map(({ secret, url: givenUrl, ...rest }, index): Channel => {
    const { name, kind } = rest;
    if (names.has(name.toLowerCase()))
      faults.push(`[${index}].name ${JSON.stringify(name)} is there twice, expected unique names`);
    names.add(name.toLowerCase());
    const url = givenUrl ?? DEFAULT_URL[kind] ?? "";
    const fault = url === "" ? "expected an address" : faultOfReceiver(url, allowPrivate);
    if (fault !== undefined) faults.push(`[${index}].url of ${JSON.stringify(name)} ${fault}`);
    const { secrets, fault: secretFault } = readSecrets(kind, secret);
    if (secretFault !== null) faults.push(`[${index}].secret of ${JSON.stringify(name)} ${secretFault}`);
    return { ...rest, url, secrets };
  });
  return { channels: found, faults };
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
