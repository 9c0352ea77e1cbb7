/** Kinds of channels, in the words of the setting. */
export const CHANNEL_KINDS = ["teams", "slack", "pagerduty", "webhook"] as const;

export type ChannelKind = (typeof CHANNEL_KINDS)[number];

/** PagerDuty's "Integration Key": 32 characters. */
const ROUTING_KEY = /^[!-~]{32}$/;
const ROUTING_KEY_FAULT = "expected the routing key, 32 characters";

/** Of a signing secret, "Standard Webhooks" 1.0.0. */
const PREFIX = "whsec_";
const LEAST_BYTES = 24;
const MOST_BYTES = 64;
const SIGNING_FAULT = `expected ${PREFIX} and the base64 of ${LEAST_BYTES} to ${MOST_BYTES} random bytes`;
/** More than a rotation needs. */
const MOST_SECRETS = 5;

/** The secrets of a channel, and what is wrong with them in words that repeat nothing of them; `null`: nothing. */
export function readSecrets(
  kind: ChannelKind,
  given: string | readonly string[] | undefined,
): { readonly secrets: readonly string[]; readonly fault: string | null } {
  const secrets = [given ?? []].flat().flatMap((text) => text.split(/\s+/).filter((part) => part !== ""));
  return { secrets, fault: faultOf(kind, secrets) };
}

function faultOf(kind: ChannelKind, secrets: readonly string[]): string | null {
  if (kind === "pagerduty") {
    return secrets.length === 1 && ROUTING_KEY.test(secrets[0] ?? "") ? null : ROUTING_KEY_FAULT;
  }
  // The address is all that Teams and Slack go by.
  if (kind !== "webhook") return null;
  if (secrets.length === 0) return `${SIGNING_FAULT}; two or more of them while it is changed`;
  if (secrets.length > MOST_SECRETS) return `expected at most ${MOST_SECRETS} secrets`;
  return secrets.every(isSigningSecret) ? null : SIGNING_FAULT;
}

function isSigningSecret(secret: string): boolean {
  if (!secret.startsWith(PREFIX)) return false;
  const text = secret.slice(PREFIX.length);
  const key = Buffer.from(text, "base64");
  // Decoding passes over what is no base64; a receiver's library may not.
  return key.toString("base64") === text && key.length >= LEAST_BYTES && key.length <= MOST_BYTES;
}
