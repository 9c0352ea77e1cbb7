import { type Part, startPart } from "./process-talk.ts";

/** How a receiver answers. `half`: the beginning of a 200, then the end of the connection. */
export type Behaviour =
  | { readonly mode: "ok" | "hang" | "reset" | "half" }
  | {
      readonly mode: "status";
      readonly status: number;
      /** Seconds, as the header says it. */
      readonly retryAfter?: string;
      /** The header as a date. */
      readonly retryAfterDateMs?: number;
    };

/** A request as it came. */
export interface Received {
  readonly channel: string;
  /** The idempotency key. */
  readonly key: string;
  /** On the wall. */
  readonly atMs: number;
  /** Whether it was answered 200. */
  readonly taken: boolean;
  readonly data: {
    readonly kind: string;
    readonly incidentId: string;
    readonly sequence: number;
    readonly cluster: string;
  } | null;
}

export interface Receiver {
  readonly address: string;
  behave(channel: string, behaviour: Behaviour): Promise<void>;
  log(): Promise<readonly Received[]>;
  kill(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  const part: Part = await startPart("receiver-process.ts", {});
  return {
    address: part.address,
    async behave(channel, behaviour) {
      await fetch(`${part.address}/_behave`, {
        method: "POST",
        body: JSON.stringify({ channel, behaviour }),
      });
    },
    async log() {
      const log: readonly Received[] = JSON.parse(await (await fetch(`${part.address}/_log`)).text());
      return log;
    },
    kill: () => part.kill(),
  };
}
