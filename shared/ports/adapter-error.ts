import type { FailureReason } from "#core/failure.ts";

const RETRYABLE: ReadonlySet<FailureReason> = new Set(["throttled", "unavailable", "timeout"]);

/** The one error adapters throw for a failure outside. The original is always the `cause`. */
export class AdapterError extends Error {
  override readonly name = "AdapterError";
  readonly reason: FailureReason;
  /** Not before this instant (epoch ms), where the other side said so. */
  readonly retryAtMs: number | null;

  constructor(
    reason: FailureReason,
    message: string,
    options: ErrorOptions & { retryAtMs?: number | null } = {},
  ) {
    super(message, options);
    this.reason = reason;
    this.retryAtMs = options.retryAtMs ?? null;
  }

  get retryable(): boolean {
    return RETRYABLE.has(this.reason);
  }
}
