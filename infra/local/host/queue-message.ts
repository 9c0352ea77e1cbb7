// Storage queue messages as the host's queue extension reads them.

import type { DequeuedMessageItem } from "@azure/storage-queue";
import type { TypedData } from "./rpc.ts";

/** @returns undefined if the text is not what the encoding promises */
export function decodeMessage(text: string, encoding: "base64" | "none"): string | undefined {
  if (encoding === "none") return text;
  const bytes = Buffer.from(text, "base64");
  const isBase64 = bytes.toString("base64").replace(/=+$/, "") === text.trim().replace(/=+$/, "");
  return isBase64 ? bytes.toString("utf8") : undefined;
}

/** `context.triggerMetadata` of a queue function; the library turns these names into camel case. */
export function queueMetadata(text: string, message: DequeuedMessageItem): Record<string, TypedData> {
  return {
    QueueTrigger: { string: text },
    Id: { string: message.messageId },
    PopReceipt: { string: message.popReceipt },
    DequeueCount: { int: message.dequeueCount },
    InsertionTime: { string: message.insertedOn.toISOString() },
    ExpirationTime: { string: message.expiresOn.toISOString() },
    NextVisibleTime: { string: message.nextVisibleOn.toISOString() },
  };
}
