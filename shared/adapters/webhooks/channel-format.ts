import type { SendOutcome } from "#ports/notifier.ts";
import type { OutboxRow } from "#ports/outbox.ts";
import type { Answer } from "./post.ts";

/** What a kind of channel says, and how it reads the answer. A new kind is one file and one line in `formats.ts`. */
export interface ChannelFormat {
  request(row: OutboxRow, context: FormatContext): ChannelRequest;
  /** Judges an answer with a status from 200 to 299; all others mean the same for every kind. */
  judge(answer: Answer, nowMs: number): SendOutcome;
}

interface FormatContext {
  /** For links; `null`: none. */
  readonly baseUrl: string | null;
  readonly nowMs: number;
}

interface ChannelRequest {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}
