// The part of the host's admin API that development needs: what is there, and "run it now".

import type { IncomingMessage, ServerResponse } from "node:http";
import type { AppFunction } from "./app-functions.ts";
import { readBody, sendStatus } from "./http-exchange.ts";

export interface AdminTarget {
  readonly functions: readonly AppFunction[];
  /** Runs a function by name; rejects like the function. */
  invoke(name: string, input: string | undefined): Promise<void>;
  /** `Running`, or `Offline` while the host drains. */
  state(): "Running" | "Offline";
}

const BODY_LIMIT = 1024 * 1024;

/** Answers a request below `/admin/`, whose key was checked. */
export async function answerAdmin(
  target: AdminTarget,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [, , area = "", name = "", ...rest] = path.split("/").map(decodeURIComponent);
  const found = target.functions.find((each) => each.name.toLowerCase() === name.toLowerCase());
  if (rest.length > 0) {
    sendStatus(response, 404);
  } else if (area === "host" && name === "status" && request.method === "GET") {
    sendStatus(response, 200, {
      id: "snatwatch-local",
      state: target.state(),
      version: "local",
      processUptime: Math.round(process.uptime() * 1000),
    });
  } else if (area === "functions" && name === "" && request.method === "GET") {
    sendStatus(response, 200, target.functions.map(describe));
  } else if (area === "functions" && found !== undefined && request.method === "GET") {
    sendStatus(response, 200, describe(found));
  } else if (area === "functions" && found !== undefined && request.method === "POST") {
    await runNow(target, found, request, response);
  } else {
    sendStatus(response, 404);
  }
}

async function runNow(
  target: AdminTarget,
  found: AppFunction,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request, BODY_LIMIT);
  if (body === undefined) {
    sendStatus(response, 413);
    return;
  }
  if (found.type === "httpTrigger") {
    sendStatus(response, 400, { error: `"${found.name}" is an HTTP function: call its route` });
    return;
  }
  const input = inputOf(body.toString("utf8"));
  if (input === "malformed") {
    sendStatus(response, 400, { error: 'the body must be {"input": "..."} or empty' });
    return;
  }
  void target.invoke(found.name, input.text).catch(() => {}); // logged by the run
  sendStatus(response, 202);
}

function inputOf(body: string): { readonly text: string | undefined } | "malformed" {
  if (body.trim() === "") return { text: undefined };
  try {
    const { input }: { input?: unknown } = JSON.parse(body);
    if (input === undefined || input === null) return { text: undefined };
    return { text: typeof input === "string" ? input : JSON.stringify(input) };
  } catch {
    return "malformed";
  }
}

function describe({ name, registered }: AppFunction): object {
  const bindings = Object.entries(registered.metadata.bindings);
  return {
    name,
    language: "node",
    isDisabled: false,
    config: { bindings: bindings.map(([bindingName, binding]) => ({ ...binding, name: bindingName })) },
  };
}
