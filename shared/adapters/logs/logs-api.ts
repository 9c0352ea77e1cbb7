import type { TokenCredential } from "@azure/core-auth";
import type { HttpClient } from "@azure/core-rest-pipeline";
import type { LogsQueryClient } from "@azure/monitor-query";
import type { ObserveCall } from "#adapters/azure/call-event.ts";
import { azureClientOptions } from "#adapters/azure/client-options.ts";
import type { CloudEndpoints } from "#adapters/azure/cloud.ts";
import { orAbort } from "#adapters/azure/deadline.ts";
import type { RequestGate } from "#adapters/azure/request-gate.ts";
import type { TimeBase } from "#adapters/azure/time-base.ts";
import { AdapterError } from "#ports/adapter-error.ts";
import { RawAnswers } from "./raw-answer.ts";

export interface LogsApiOptions {
  readonly credential: TokenCredential;
  readonly httpClient?: HttpClient;
  readonly endpoints: CloudEndpoints;
  readonly gate: RequestGate;
  readonly time: TimeBase;
  readonly timeoutMs: number;
  readonly observe: ObserveCall;
}

/** One question to a workspace. */
export interface LogsAsk {
  /** What queries call the workspace, a GUID. */
  readonly customerId: string;
  readonly query: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly signal: AbortSignal;
}

/** Log Analytics, answering with the text of the body. The client is made on first use and kept. */
export class LogsApi {
  readonly #options: LogsApiOptions;
  readonly #answers = new RawAnswers();
  #client: Promise<LogsQueryClient> | undefined;

  constructor(options: LogsApiOptions) {
    this.#options = options;
  }

  async query({ customerId, query, fromMs, toMs, signal }: LogsAsk): Promise<string> {
    // The id becomes a part of the address that our token is sent to.
    if (!/^[0-9a-z-]+$/i.test(customerId))
      throw new AdapterError("rejected", `not the id of a workspace: ${customerId}`);
    signal.throwIfAborted();
    const client = await this.#connect();
    let text: string | undefined;
    const answer = client.queryWorkspace(
      customerId,
      query,
      { startTime: new Date(fromMs), endTime: new Date(toMs) },
      {
        // Sooner than we give up, so that the service does not work on for nobody.
        serverTimeoutInSeconds: Math.max(1, Math.floor(this.#options.timeoutMs / 1000) - 3),
        abortSignal: signal,
        onResponse: ({ request }) => {
          text = this.#answers.take(request);
        },
      },
    );
    await orAbort(answer, signal);
    if (text === undefined) throw new AdapterError("malformed", "an answer without a body");
    return text;
  }

  async #connect(): Promise<LogsQueryClient> {
    this.#client ??= this.#open();
    // A failure is not kept: the next call tries again.
    this.#client.catch(() => (this.#client = undefined));
    return await this.#client;
  }

  async #open(): Promise<LogsQueryClient> {
    const { endpoints, credential } = this.#options;
    const { LogsQueryClient } = await import("@azure/monitor-query");
    const plumbing = azureClientOptions({ ...this.#options, api: "logs" });
    // Around all others: what counts bytes must see the answer as it came.
    const answers = { policy: this.#answers.policy, position: "perRetry" } as const;
    return new LogsQueryClient(credential, {
      endpoint: endpoints.logsEndpoint,
      audience: endpoints.logsAudience,
      ...plumbing,
      additionalPolicies: [answers, ...plumbing.additionalPolicies],
    });
  }
}
