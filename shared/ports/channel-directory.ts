import type { SendOutcome } from "./notifier.ts";

/** A configured channel, as far as it may be shown: neither its address nor its secrets. */
export interface ChannelInfo {
  readonly name: string;
  readonly kind: string;
  /** Name and port of the receiver; never a path or query. */
  readonly host: string;
  readonly minSeverity: "warning" | "critical";
  /** Patterns of cluster names; empty: all clusters. */
  readonly clusters: readonly string[];
}

/** The configured channels, and a way to try one. */
export interface ChannelDirectory {
  readonly list: readonly ChannelInfo[];
  /**
   * Sends a message that is labelled a test, now and once.
   *
   * @returns `undefined` where there is no channel of that name
   */
  test(name: string): Promise<SendOutcome | undefined>;
}
