import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { receive } from "./receive.ts";
import { pathOf, RECEIVER_NAMES, RECEIVERS, type ReceiverName } from "./receivers.ts";
import { serve } from "./serve.ts";
import { openState } from "./state.ts";

export interface InboxOptions {
  /** 0 or absent: any free port. */
  readonly port?: number;
  /** Messages are kept here over restarts. */
  readonly dataFolder?: string;
  readonly log: (line: string) => void;
}

export interface Inbox {
  /** Of the page, for example `http://127.0.0.1:7072/`. */
  readonly address: string;
  readonly teamsUrl: string;
  readonly slackUrl: string;
  readonly pagerdutyUrl: string;
  readonly webhookUrl: string;
  /** Every receiver as an entry of `SNATWATCH_CHANNELS`. */
  readonly channels: readonly InboxChannel[];
  close(): Promise<void>;
}

export interface InboxChannel {
  readonly name: string;
  readonly kind: ReceiverName;
  readonly url: string;
  readonly secret?: string;
}

/** A stand-in for every kind of receiver on the loopback: takes what is posted, keeps it, and shows it as they would. */
export async function startInbox({ port = 0, dataFolder, log }: InboxOptions): Promise<Inbox> {
  const state = await openState(dataFolder, log);

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://inbox.invalid");
    if (request.method === "POST") await receive(state, url, request, response);
    else serve(state, url, request, response);
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      log(`inbox: ${error instanceof Error ? error.message : String(error)}`);
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end();
    });
  });
  const bound = await listen(server, port);
  const origin = `http://127.0.0.1:${bound.port}`;
  return {
    address: `${origin}/`,
    teamsUrl: origin + pathOf("teams"),
    slackUrl: origin + pathOf("slack"),
    pagerdutyUrl: origin + pathOf("pagerduty"),
    webhookUrl: origin + pathOf("webhook"),
    channels: RECEIVER_NAMES.map((kind) => {
      const { path, secret } = RECEIVERS[kind];
      const url = origin + path;
      return { name: `inbox-${kind}`, kind, url, ...(secret === undefined ? {} : { secret }) };
    }),
    async close() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      await state.store.flush();
    },
  };
}

function listen(server: ReturnType<typeof createServer>, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("the inbox has no port"));
      else resolve(address);
    });
  });
}
