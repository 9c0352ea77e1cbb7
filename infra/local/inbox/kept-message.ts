/** A message as it came. */
export interface KeptMessage {
  readonly id: number;
  readonly channel: string;
  /** RFC 3339. */
  readonly receivedAt: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Size of the body as it was sent. */
  readonly bytes: number;
  /** The parsed JSON, or the text where it was none. */
  readonly payload: unknown;
}

export function isKept(value: unknown): value is KeptMessage {
  if (typeof value !== "object" || value === null) return false;
  const fields: Readonly<Record<string, unknown>> = { ...value };
  return (
    typeof fields["id"] === "number" &&
    typeof fields["channel"] === "string" &&
    typeof fields["receivedAt"] === "string" &&
    typeof fields["headers"] === "object" &&
    fields["headers"] !== null &&
    typeof fields["bytes"] === "number" &&
    "payload" in fields
  );
}
