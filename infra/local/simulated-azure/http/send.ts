// Puts an answer on the wire, whole or broken.

import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { FaultRule } from "./faults.ts";
import { json, type Reply } from "./reply.ts";

const GATEWAY_PAGE =
  "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>Microsoft-Azure-Application-Gateway/v2</center>\r\n</body>\r\n</html>\r\n";

/** Reads a request body as text. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}

/** Sends an answer and returns its size. */
export function send(response: ServerResponse, reply: Reply): number {
  const bytes = Buffer.from(reply.body);
  response.writeHead(reply.status, { ...reply.headers, "content-length": bytes.length });
  response.end(bytes);
  return bytes.length;
}

/** What a rule answers in place of Azure; `undefined` if it only delays or breaks the connection. */
export function faultReply(rule: FaultRule): Reply | undefined {
  if (rule.action === "html502") {
    return { status: 502, headers: { "content-type": "text/html" }, body: GATEWAY_PAGE };
  }
  if (rule.status === undefined && rule.body === undefined) return undefined;
  const status = rule.status ?? 200;
  const { body, headers = {} } = rule;
  if (typeof body === "string") {
    return { status, headers: { "content-type": "text/plain; charset=utf-8", ...headers }, body };
  }
  return json(status, body ?? { error: { code: String(status), message: "Injected fault." } }, headers);
}

/** Carries out what a rule does besides its answer. @returns true if the request is over with */
export async function breakConnection(
  response: ServerResponse,
  rule: FaultRule,
  real: () => Reply,
): Promise<boolean> {
  if (rule.delayMs !== undefined) await sleep(rule.delayMs);
  switch (rule.action) {
    case "reset":
      response.socket?.resetAndDestroy();
      return true;
    case "hang":
      return true;
    case "cut":
      cut(response, real());
      return true;
    default:
      return response.destroyed;
  }
}

function cut(response: ServerResponse, reply: Reply): void {
  const bytes = Buffer.from(reply.body);
  response.writeHead(reply.status, { ...reply.headers, "content-length": bytes.length });
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.socket?.destroy());
}
