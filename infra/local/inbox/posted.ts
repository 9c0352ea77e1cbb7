/** What was posted to a receiver. */
export interface Posted {
  /** The parsed JSON, or the text where it was none. */
  readonly payload: unknown;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}
