import {
  createHttpHeaders,
  type HttpClient,
  type PipelineRequest,
  type PipelineResponse,
} from "@azure/core-rest-pipeline";

export interface Reply {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  /** Sent as it is; anything but text is sent as JSON. */
  readonly body: unknown;
}

type Handler = (request: PipelineRequest) => Reply | Promise<Reply>;

/** A Resource Manager that knows a few lists. A list that was not set is empty; every request is remembered. */
export class FakeArm implements HttpClient {
  readonly requests: PipelineRequest[] = [];
  readonly #handlers = new Map<string, Handler>();

  /** Answers a path (no query) with this. Paths are compared without regard to case. */
  on(path: string, reply: Reply | Handler): this {
    this.#handlers.set(path.toLowerCase(), typeof reply === "function" ? reply : () => reply);
    return this;
  }

  /** Sets one list of one subscription: `list(SUB, "Microsoft.Network/loadBalancers", …)`. */
  list(subscriptionId: string, type: string, ...items: readonly unknown[]): this {
    return this.on(`/subscriptions/${subscriptionId}/providers/${type}`, { body: { value: items } });
  }

  /** Paths asked for, in order. */
  get paths(): readonly string[] {
    return this.requests.map((request) => new URL(request.url).pathname);
  }

  async sendRequest(request: PipelineRequest): Promise<PipelineResponse> {
    this.requests.push(request);
    const handler = this.#handlers.get(new URL(request.url).pathname.toLowerCase());
    const reply = handler === undefined ? { body: { value: [] } } : await handler(request);
    const text = typeof reply.body === "string" ? reply.body : JSON.stringify(reply.body);
    return {
      request,
      status: reply.status ?? 200,
      headers: createHttpHeaders({ "content-type": "application/json; charset=utf-8", ...reply.headers }),
      bodyAsText: text,
    };
  }
}
