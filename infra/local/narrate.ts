/**
 * What a person at the terminal wants to hear of the log: messages that were told, and what went wrong.
 *
 * @param message a line of the log: free text, or text around one JSON event
 */
export function narrate(message: string): string[] {
  const event = eventIn(message);
  if (event === undefined) return [];
  if (event["event"] === "delivery") {
    const { channel, kind, result, incidentId, reason } = event;
    const outcome = result === "delivered" ? "told" : `${String(result)} (${String(reason)})`;
    return [`${String(kind)}: ${outcome} to ${String(channel)}, incident ${String(incidentId)}`];
  }
  return String(event["event"]).endsWith("Failed")
    ? [`${String(event["event"])}: ${String(event["error"] ?? "")}`]
    : [];
}

function eventIn(message: string): Record<string, unknown> | undefined {
  const start = message.indexOf('{"event"');
  if (start < 0) return undefined;
  try {
    const value: unknown = JSON.parse(message.slice(start));
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    // Free text that happens to look like an event is no event.
    return undefined;
  }
}
