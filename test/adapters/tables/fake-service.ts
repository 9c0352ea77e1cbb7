import { createHttpHeaders, type HttpClient, type PipelineRequest } from "@azure/core-rest-pipeline";
import { openTables, type TableStores } from "#adapters/tables/open-tables.ts";
import { AdapterError } from "#ports/adapter-error.ts";

export interface Answer {
  readonly status: number;
  readonly body?: string | object;
  readonly headers?: Record<string, string>;
}

/** Stores whose service answers as the test says; an `Error` is a failure of the network. */
export function storesOver(
  answer: (request: PipelineRequest, call: number) => Answer | Error | Promise<Answer>,
): {
  stores: TableStores;
  urls: string[];
} {
  const urls: string[] = [];
  const httpClient: HttpClient = {
    async sendRequest(request) {
      urls.push(request.url);
      const result = await answer(request, urls.length);
      if (result instanceof Error) throw result;
      const { status, body = "", headers = {} } = result;
      const bodyAsText = typeof body === "string" ? body : JSON.stringify(body);
      const type = { "content-type": "application/json;odata=minimalmetadata" };
      return { request, status, headers: createHttpHeaders({ ...type, ...headers }), bodyAsText };
    },
  };
  const key = Buffer.from("key").toString("base64");
  const connectionString = `DefaultEndpointsProtocol=https;AccountName=a;AccountKey=${key};EndpointSuffix=core.windows.net`;
  const retryOptions = { maxRetries: 2, retryDelayInMs: 1, maxRetryDelayInMs: 2 };
  return {
    stores: openTables({
      connection: { connectionString },
      timeoutMs: 200,
      client: { httpClient, retryOptions },
    }),
    urls,
  };
}

/** What a call fails with. */
export async function failureOf(call: Promise<unknown>): Promise<AdapterError> {
  const error = await call.catch((caught: unknown) => caught);
  if (error instanceof AdapterError) return error;
  throw new Error(`no AdapterError but ${String(error)}`);
}
