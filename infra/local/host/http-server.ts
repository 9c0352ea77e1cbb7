// The host's HTTP front: finds the function of a request, checks its key, runs it, sends its answer.

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type AdminTarget, answerAdmin } from "./admin.ts";
import type { HttpFunction } from "./app-functions.ts";
import { readBody, sendResponse, sendStatus, toHttpData } from "./http-exchange.ts";
import type { HostLog, Invocations } from "./invocations.ts";
import { isAuthorized, type Keys } from "./keys.ts";
import { parseRoute, type Route } from "./routes.ts";

export interface HttpFrontOptions {
  readonly port: number;
  readonly routePrefix: string;
  readonly keys: Keys | undefined;
  readonly bodyLimitBytes: number;
  readonly admin: AdminTarget;
  readonly invocations: Invocations;
  readonly log: HostLog;
}

export interface HttpFront {
  /** `http://127.0.0.1:PORT` */
  readonly address: string;
  /** Takes no more requests; requests in progress go on. */
  refuse(): void;
  /** Closes what is left. */
  close(): Promise<void>;
}

interface Routed {
  readonly target: HttpFunction;
  readonly route: Route;
}

/** @throws Error if the port is taken */
export async function openHttpFront(options: HttpFrontOptions): Promise<HttpFront> {
  const { admin, keys, log } = options;
  const routes = admin.functions
    .filter((each) => each.type === "httpTrigger")
    .map((target): Routed => ({ target, route: parseRoute(`${options.routePrefix}/${target.route}`) }))
    .sort((a, b) => (a.route.rank < b.route.rank ? -1 : 1));
  let refusing = false;
  const closed = Promise.withResolvers<void>();

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (refusing) {
      response.setHeader("connection", "close");
      sendStatus(response, 503);
      return;
    }
    const url = urlOf(request);
    if (url === undefined) {
      sendStatus(response, 400);
    } else if (/^\/admin(\/|$)/i.test(url.pathname)) {
      if (isAuthorized("admin", keys, request, url))
        await answerAdmin(admin, url.pathname, request, response);
      else sendStatus(response, 401);
    } else {
      await answerFunction(options, routes, url, request, response);
    }
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      log("error", `${request.method} ${request.url}: ${error instanceof Error ? error.stack : error}`);
      if (response.headersSent) response.destroy();
      else sendStatus(response, 500);
    });
  });
  server.listen(options.port, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // a TCP server that listens has one

  return {
    address: `http://127.0.0.1:${port}`,
    refuse: () => {
      refusing = true;
      server.close(() => closed.resolve());
    },
    close: async () => {
      server.closeIdleConnections();
      await Promise.race([closed.promise, sleep(500)]); // answers on their way out
      server.closeAllConnections();
    },
  };
}

async function answerFunction(
  { invocations, keys, bodyLimitBytes }: HttpFrontOptions,
  routes: readonly Routed[],
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const matches = routes.flatMap(({ target, route }) => {
    const params = route.match(url.pathname);
    return params === undefined ? [] : [{ target, params }];
  });
  const match = matches.find(({ target }) => target.methods.includes(request.method ?? ""));
  if (match === undefined) {
    // The real host says 404 to a wrong method too (azure-functions-host issue 10098); this says why.
    const allowed = new Set(matches.flatMap(({ target }) => target.methods));
    if (allowed.size > 0) response.setHeader("allow", [...allowed].join(", "));
    sendStatus(response, allowed.size > 0 ? 405 : 404);
    return;
  }
  const { target, params } = match;
  if (!isAuthorized(target.authLevel, keys, request, url)) {
    sendStatus(response, 401);
    return;
  }
  const body = await readBody(request, bodyLimitBytes);
  if (body === undefined) {
    sendStatus(response, 413);
    return;
  }
  const http = toHttpData(request, url, params, body);
  const result = await invocations
    .run(target, { http }, {}, `${request.method} ${url.pathname}`)
    .catch(() => undefined); // logged there
  if (result === undefined) sendStatus(response, 500);
  else sendResponse(response, result);
}

/** @returns undefined if the request names no URL, or a path that is not valid percent-encoding */
function urlOf(request: IncomingMessage): URL | undefined {
  try {
    const url = new URL(`http://${request.headers.host ?? "localhost"}${request.url}`);
    decodeURIComponent(url.pathname);
    return url;
  } catch {
    return undefined;
  }
}
