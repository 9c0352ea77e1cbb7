import type { IncomingMessage, ServerResponse } from "node:http";
import { parseBehaviour } from "./behaviour.ts";
import { RECEIVERS, type ReceiverName, receiverAt } from "./receivers.ts";
import type { InboxState } from "./state.ts";

const MAX_BYTES = 1024 * 1024;

/** Headers worth keeping; the rest is noise of the connection. */
const KEPT_HEADERS = [
  "content-type",
  "user-agent",
  "idempotency-key",
  "webhook-id",
  "webhook-timestamp",
  "webhook-signature",
];

/** Takes a POST: a message for one of the receivers, or a wish about how they are to behave. */
export async function receive(
  state: InboxState,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request);
  const name = receiverAt(url.pathname + url.search);
  if (body === undefined) answer(response, 413, "too large");
  else if (url.pathname === "/_inbox/behaviour") setBehaviour(state, request, body, response);
  else if (name === undefined) answer(response, 404, "nobody receives at this address");
  else if (state.behaviour.mode !== "ok") refuse(state, response);
  else await take(state, name, body, request, response);
}

async function take(
  state: InboxState,
  channel: ReceiverName,
  body: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const payload = parse(body);
  const headers = keptHeaders(request);
  const reply = RECEIVERS[channel].reply({ payload, body, headers });
  if (reply.status < 300) {
    const receivedAt = new Date().toISOString();
    const bytes = Buffer.byteLength(body);
    await state.store.add({ channel, receivedAt, headers, bytes, payload });
  }
  answer(response, reply.status, reply.body);
}

function refuse(state: InboxState, response: ServerResponse): void {
  state.refused += 1;
  const { behaviour } = state;
  if (behaviour.mode === "429") {
    if (behaviour.retryAfter !== null) response.setHeader("retry-after", behaviour.retryAfter);
    answer(response, 429, "too many requests");
  } else {
    answer(response, 503, "the inbox plays dead");
  }
}

function setBehaviour(
  state: InboxState,
  request: IncomingMessage,
  body: string,
  response: ServerResponse,
): void {
  // JSON alone: a form on some other web page cannot send it.
  const isJson = request.headers["content-type"]?.startsWith("application/json") === true;
  const behaviour = isJson ? parseBehaviour(body) : undefined;
  if (behaviour === undefined) {
    answer(response, 400, 'expected JSON {"mode": "ok" | "down" | "429", "retryAfter"?: seconds or date}');
    return;
  }
  state.behaviour = behaviour;
  state.refused = 0;
  answer(response, 204, "");
}

/** @returns `undefined` where it is too long */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    // Read to the end even so: a sender whose connection breaks would not see the answer.
    if (bytes <= MAX_BYTES) chunks.push(chunk);
  }
  return bytes <= MAX_BYTES ? Buffer.concat(chunks).toString("utf8") : undefined;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

function keptHeaders({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    KEPT_HEADERS.flatMap((name) => {
      const value = headers[name];
      return typeof value === "string" ? [[name, value]] : [];
    }),
  );
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(text);
}
