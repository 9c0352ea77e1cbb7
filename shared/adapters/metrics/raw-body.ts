import type { PipelinePolicy } from "@azure/core-rest-pipeline";

/** An answer without results in the shape of both APIs: `getBatch` and `metrics.list`. */
const EMPTY_ANSWER = '{"timespan":"","values":[],"value":[]}';

/**
 * Keeps the body of each good answer for our own reader and hands the client an empty one.
 *
 * Credential, tracing and errors stay the client's; its deserialiser, which costs several times the parse
 * (test/bench/read-metrics.ts measures it), has nothing to do.
 */
export class RawBodies {
  readonly #bodies = new WeakMap<object, Buffer>();

  readonly policy: PipelinePolicy = {
    name: "snatwatchRawBodyPolicy",
    sendRequest: async (request, next) => {
      const response = await next(request);
      if (response.status !== 200) return response;
      this.#bodies.set(request, Buffer.from(response.bodyAsText ?? "", "utf8"));
      // The client reads JSON only where the header says so; a gateway's page says something else.
      response.headers.set("content-type", "application/json");
      return { ...response, bodyAsText: EMPTY_ANSWER };
    },
  };

  /** The body of the answer to that request, once. */
  take(request: object): Buffer | undefined {
    const body = this.#bodies.get(request);
    this.#bodies.delete(request);
    return body;
  }
}
