import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";

/** A moment in the work of the product: just before a request of it is passed on, or before it hears the answer. */
export interface Step {
  readonly name: string;
  readonly at: "table" | "queue" | "receiver" | "azure";
  readonly when: "before" | "after";
  readonly matches: (method: string, path: string, body: string) => boolean;
  /** Looked at after the answer has come: only one that brings something is the moment. Absent: any is. */
  readonly brings?: (answer: string) => boolean;
}

/** Something in between the product and a service, that sees each request whole. */
export interface Tripwire {
  readonly address: string;
  /** Calls `onHit` at the next such moment, once. The request, or its answer, is then never passed on. */
  arm(step: Step, onHit: () => void): void;
  disarm(): void;
  close(): Promise<void>;
}

export async function startTripwire(target: string): Promise<Tripwire> {
  let armed: { readonly step: Step; readonly onHit: () => void } | undefined;
  const hit = (when: Step["when"], incoming: IncomingMessage, body: Buffer, answer = ""): boolean => {
    if (armed?.step.when !== when) return false;
    const { matches, brings = () => true } = armed.step;
    if (!matches(incoming.method ?? "", incoming.url ?? "", body.toString("latin1"))) return false;
    if (when === "after" && !brings(answer)) return false;
    const { onHit } = armed;
    armed = undefined;
    onHit();
    return true;
  };
  const server: Server = createServer((incoming, response) => {
    pass(target, incoming, response, hit).catch(() => response.destroy());
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    address: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`,
    arm(step, onHit) {
      armed = { step, onHit };
    },
    disarm() {
      armed = undefined;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function pass(
  target: string,
  incoming: IncomingMessage,
  response: ServerResponse,
  hit: (when: Step["when"], incoming: IncomingMessage, body: Buffer, answer?: string) => boolean,
): Promise<void> {
  const body = await readAll(incoming);
  if (hit("before", incoming, body)) return;
  const { hostname, port } = new URL(target);
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const { method, url: path, headers } = incoming;
    httpRequest({ hostname, port, method, path, headers }, resolve).on("error", reject).end(body);
  });
  const content = await readAll(answer);
  if (hit("after", incoming, body, content.toString("latin1"))) return;
  response.writeHead(answer.statusCode ?? 502, answer.headers);
  response.end(content);
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
