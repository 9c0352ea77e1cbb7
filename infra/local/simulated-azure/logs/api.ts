// Answers the hosts of the Log Analytics query API.

import { json, type Reply, rawJson } from "../http/reply.ts";
import type { World } from "../world/model.ts";
import { writeAnswer } from "./answer.ts";
import { databaseOf } from "./database.ts";
import { ask } from "./kql/engine.ts";
import { KqlError } from "./kql/errors.ts";
import type { WorkspaceModel } from "./model.ts";
import { readSpan } from "./timespan.ts";

export const LOGS_HOSTS = /^api\.loganalytics\.(io|us|azure\.com|azure\.cn)$/;

const QUERY_PATH = /^\/v1\/workspaces\/([^/]+)\/query$/i;
const BATCH_PATH = /^\/v1\/\$batch$/i;

interface LogsRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
  readonly nowMs: number;
}

interface Question {
  readonly query: string;
  readonly timespan: string | undefined;
  readonly workspaces: readonly string[];
}

/** Answers one query, or a batch of them. */
export function answerLogs(world: World, request: LogsRequest): Reply {
  const { method, path, body, nowMs } = request;
  if (method === "POST" && BATCH_PATH.test(path)) return answerBatch(world, body, nowMs);
  const workspace = QUERY_PATH.exec(path)?.[1];
  if (workspace === undefined) return refusal(404, "PathNotFoundError", "The requested path does not exist");
  if (method === "POST") return answer(world, workspace, readJson(body), nowMs);
  if (method !== "GET") return refusal(405, "MethodNotAllowed", `The method ${method} is not supported`);
  return answer(world, workspace, Object.fromEntries(request.query), nowMs);
}

function answerBatch(world: World, body: string, nowMs: number): Reply {
  const requests = fieldsOf(readJson(body))["requests"];
  if (!Array.isArray(requests)) return refusal(400, "BadArgumentError", "Batch 'requests' is not an array");
  const responses = requests.map((item: unknown) => {
    const { id, workspace, body: question } = fieldsOf(item);
    const reply = answer(world, String(workspace), question, nowMs);
    return { id: String(id), status: reply.status, headers: reply.headers, body: JSON.parse(reply.body) };
  });
  return json(200, { responses });
}

function answer(world: World, workspace: string, body: unknown, nowMs: number): Reply {
  const question = readQuestion(body);
  if (question === undefined) {
    return refusal(400, "BadArgumentError", "The request had some invalid properties", {
      code: "QueryValidationError",
      message: "Query is missing or empty",
    });
  }
  const span = readSpan(question.timespan, nowMs);
  if (span === undefined) {
    return refusal(400, "BadArgumentError", "The request had some invalid properties", {
      code: "QueryValidationError",
      message: `The timespan '${question.timespan}' is not valid`,
    });
  }
  const found: WorkspaceModel[] = [];
  for (const name of [workspace, ...question.workspaces]) {
    const one = findWorkspace(world, name, name === workspace);
    if (one === undefined)
      return refusal(404, "WorkspaceNotFoundError", `The workspace could not be found: ${name}`);
    if (one.spec.forbidden !== undefined || isForbidden(world, one)) return insufficientAccess();
    if (!found.includes(one)) found.push(one);
  }
  try {
    const partial = found.some(({ spec }) => spec.partial);
    return rawJson(200, writeAnswer(ask(question.query, databaseOf(world, found, span, nowMs)), partial));
  } catch (error) {
    if (error instanceof KqlError) return badQuery(error);
    throw error;
  }
}

/** The path takes the customer id only; a list of further workspaces takes names and ARM ids as well. */
function findWorkspace(world: World, name: string, strictly: boolean): WorkspaceModel | undefined {
  const wanted = name.toLowerCase();
  return world.workspaces.find(({ customerId, id, spec }) => {
    if (customerId === wanted) return true;
    return !strictly && (id.toLowerCase() === wanted || spec.name.toLowerCase() === wanted);
  });
}

function isForbidden(world: World, { subscriptionId }: WorkspaceModel): boolean {
  return world.subscriptions.some(({ id, forbidden }) => id === subscriptionId && forbidden);
}

function readQuestion(body: unknown): Question | undefined {
  const { query, timespan, workspaces } = fieldsOf(body);
  if (typeof query !== "string" || query.trim() === "") return undefined;
  return {
    query,
    timespan: typeof timespan === "string" ? timespan : undefined,
    workspaces: Array.isArray(workspaces) ? workspaces.map((item: unknown) => String(item)) : [],
  };
}

function readJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return value !== null && typeof value === "object" ? { ...value } : {};
}

function insufficientAccess(): Reply {
  return refusal(
    403,
    "InsufficientAccessError",
    "The provided credentials have insufficient access to perform the requested operation",
  );
}

function badQuery({ kind, code, message }: KqlError): Reply {
  const what =
    kind === "SyntaxError" ? "A recognition error occurred in the query." : "A semantic error occurred.";
  return refusal(400, "BadArgumentError", "The request had some invalid properties", {
    code: kind,
    message: what,
    innererror: { code, message },
  });
}

function refusal(status: number, code: string, message: string, innererror?: unknown): Reply {
  const inner = innererror === undefined ? {} : { innererror };
  return json(status, { error: { message, code, correlationId: crypto.randomUUID(), ...inner } });
}
