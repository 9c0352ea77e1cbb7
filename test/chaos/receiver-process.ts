// A receiver of messages: keeps every request with its time, and behaves as it is told. A process of its own.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { announceReady } from "./process-talk.ts";
import type { Behaviour, Received } from "./receiver.ts";

const received: Received[] = [];
const behaviours = new Map<string, Behaviour>();
const HALF = Buffer.from("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf of");

const server = createServer((request, response) => {
  void handle(request, response);
});
server.listen(0, "127.0.0.1", () => announceReady(server));

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString("utf8");
  const path = request.url ?? "";
  if (path === "/_log") {
    response.end(JSON.stringify(received));
  } else if (path === "/_behave") {
    const { channel, behaviour }: { channel: string; behaviour: Behaviour } = JSON.parse(body);
    behaviours.set(channel, behaviour);
    response.end();
  } else {
    receive(path.slice(1), request, body, response);
  }
}

function receive(channel: string, request: IncomingMessage, body: string, response: ServerResponse): void {
  const behaviour = behaviours.get(channel) ?? { mode: "ok" };
  received.push({
    channel,
    key: String(request.headers["idempotency-key"]),
    atMs: Date.now(),
    taken: behaviour.mode === "ok",
    data: dataOf(body),
  });
  act(behaviour, response);
}

/** The part of a webhook's body that trials look at; other kinds of channel have none. */
function dataOf(body: string): Received["data"] {
  const payload: unknown = JSON.parse(body);
  const data = Object(Object(payload)["data"]);
  const { incident, cluster } = data;
  if (incident === undefined || cluster === undefined) return null;
  return {
    kind: String(Object(payload)["type"]).replace("snatwatch.incident.", ""),
    incidentId: String(incident.id),
    sequence: Number(incident.sequence),
    cluster: String(cluster.name),
  };
}

function act(behaviour: Behaviour, response: ServerResponse): void {
  switch (behaviour.mode) {
    case "ok":
      response.writeHead(200, { "content-type": "text/plain" }).end("ok");
      return;
    case "status": {
      const { status, retryAfter = null, retryAfterDateMs = null } = behaviour;
      if (retryAfter !== null) response.setHeader("retry-after", retryAfter);
      if (retryAfterDateMs !== null)
        response.setHeader("retry-after", new Date(retryAfterDateMs).toUTCString());
      // A date is measured against the receiver's own clock; ours runs as the wall does.
      response.writeHead(status).end("not now");
      return;
    }
    case "hang":
      return;
    case "reset":
      response.socket?.resetAndDestroy();
      return;
    case "half":
      response.socket?.end(HALF);
      return;
  }
}
