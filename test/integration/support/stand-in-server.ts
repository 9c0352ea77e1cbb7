import { createServer } from "node:http";
import { text } from "node:stream/consumers";

export interface StandInRequest {
  readonly method: string;
  readonly host: string;
  /** Decoded, in lower case: Azure's paths are equal without regard to case. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
}

export interface StandInReply {
  readonly status?: number;
  readonly body: unknown;
}

export interface StandIn {
  readonly address: string;
  /** Method, host and path of every request that nobody answered. */
  readonly unanswered: readonly string[];
  close(): Promise<void>;
}

/** A server of the stand-in protocol: what went to `https://HOST/PATH` arrives as `/HOST/PATH`. */
export async function startStandIn(
  answer: (request: StandInRequest) => StandInReply | undefined,
): Promise<StandIn> {
  const unanswered: string[] = [];
  const server = createServer(async (incoming, response) => {
    const [target = "", query = ""] = (incoming.url ?? "").split("?");
    const [, host = "", ...rest] = decodeURIComponent(target).split("/");
    const path = `/${rest.join("/")}`.toLowerCase();
    const method = incoming.method ?? "GET";
    const body = await text(incoming);
    const reply = answer({ method, host, path, query: new URLSearchParams(query), body });
    if (reply === undefined) unanswered.push(`${method} ${host}${path}`);
    response.writeHead(reply?.status ?? (reply === undefined ? 404 : 200), {
      "content-type": "application/json; charset=utf-8",
    });
    response.end(JSON.stringify(reply?.body ?? { error: { code: "NotFound", message: path } }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the stand-in has no port");
  return {
    address: `http://127.0.0.1:${address.port}`,
    unanswered,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
