import { createHmac, timingSafeEqual } from "node:crypto";
import type { Posted } from "./posted.ts";

/** Standard Webhooks asks for less. */
const MAX_BYTES = 20 * 1024;

/**
 * Why a receiver that goes by Standard Webhooks would not take a message; `null` where it would. The age is not looked
 * at: the clock of a run may be faster than the wall's.
 */
export function webhookFault({ body, headers }: Posted, secret: string): string | null {
  const id = headers["webhook-id"] ?? "";
  const timestamp = headers["webhook-timestamp"] ?? "";
  if (id === "" || id.includes(".")) return "webhook-id is missing or has a dot";
  if (!/^\d{1,12}$/.test(timestamp)) return "webhook-timestamp is missing or no number";
  if (Buffer.byteLength(body) >= MAX_BYTES) return "the payload is not smaller than 20 KB";
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const expected = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest();
  const given = (headers["webhook-signature"] ?? "").split(" ").filter((word) => word.startsWith("v1,"));
  return given.some((word) => isSame(Buffer.from(word.slice(3), "base64"), expected))
    ? null
    : "no signature fits";
}

function isSame(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
