/** What became of one beat. Reasons hold no address. */
export type BeatOutcome = { readonly kind: "heard" } | { readonly kind: "lost"; readonly reason: string };

/** Tells somebody outside that this app works: whoever waits for it raises the alarm when it stays away. Never throws. */
export interface Heartbeat {
  beat(signal: AbortSignal): Promise<BeatOutcome>;
}
