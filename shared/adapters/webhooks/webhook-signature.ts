import { createHmac } from "node:crypto";

// Source: "Standard Webhooks" 1.0.0, Signature scheme.

const PREFIX = "whsec_";

/**
 * The headers that prove who sent a body, and when.
 *
 * @param secrets one signature for each, so that a receiver may hold the old or the new one while it is changed
 * @param nowMs of this attempt
 */
export function signedHeaders(
  secrets: readonly string[],
  id: string,
  nowMs: number,
  body: string,
): Readonly<Record<string, string>> {
  const timestamp = Math.floor(nowMs / 1_000);
  const content = `${id}.${timestamp}.${body}`;
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.replace(PREFIX, ""), "base64");
    return `v1,${createHmac("sha256", key).update(content).digest("base64")}`;
  });
  return {
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": signatures.join(" "),
  };
}
