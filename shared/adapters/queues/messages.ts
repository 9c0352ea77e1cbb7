import * as z from "zod";
import { AdapterError } from "#ports/adapter-error.ts";
import type { OutboxKey } from "#ports/outbox.ts";

const collectMessage = z.object({ shard: z.string().min(1) });

const deliverMessage = z.object({
  channel: z.string().min(1),
  incidentId: z.string().min(1),
  sequence: z.int().min(1),
});

/** Work for one shard, as it travels on the collect queue. */
export type CollectMessage = z.infer<typeof collectMessage>;

/**
 * A message of the collect queue. The host hands over parsed JSON, or the text where it could not parse it.
 *
 * @throws AdapterError `malformed`, which sends the message to the poison queue after the host's retries
 */
export function parseCollectMessage(message: unknown): CollectMessage {
  return parseMessage(collectMessage, message, "collect");
}

/** A message of the deliver queue; otherwise as `parseCollectMessage`. */
export function parseDeliverMessage(message: unknown): OutboxKey {
  return parseMessage(deliverMessage, message, "deliver");
}

/** Text for the queue: base64, which the host expects by default and which no character of a name can break. */
export function encodeMessage(message: CollectMessage | OutboxKey): string {
  return Buffer.from(JSON.stringify(message), "utf8").toString("base64");
}

function parseMessage<T>(schema: z.ZodType<T>, message: unknown, queue: string): T {
  const result = schema.safeParse(typeof message === "string" ? parseJson(message) : message);
  if (result.success) return result.data;
  const faults = result.error.issues.map(
    ({ path, message: fault }) => `${path.join(".") || "message"}: ${fault}`,
  );
  throw new AdapterError("malformed", `message of the ${queue} queue: ${faults.join("; ")}`, {
    cause: result.error,
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
