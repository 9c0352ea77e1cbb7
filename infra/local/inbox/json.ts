// What was posted may be anything: these read it without trusting it.

export function asRecord(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : null;
}

export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** `""` for all that is no text. */
export function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}
