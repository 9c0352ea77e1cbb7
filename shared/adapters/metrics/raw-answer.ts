// The shapes of an answer as far as we read them. Everything is `unknown` until it has been looked at.

export interface RawObject {
  /** batch: results by resource */
  readonly values?: unknown;
  /** result: its metrics; name: its text; dimension: its value */
  readonly value?: unknown;
  readonly resourceid?: unknown;
  readonly id?: unknown;
  readonly interval?: unknown;
  readonly name?: unknown;
  readonly errorCode?: unknown;
  readonly errorMessage?: unknown;
  readonly timeseries?: unknown;
  readonly metadatavalues?: unknown;
  readonly data?: unknown;
  readonly timeStamp?: unknown;
  readonly average?: unknown;
  readonly total?: unknown;
}

/** The one cast of this folder: every field stays `unknown`. In the hot loop it costs a comparison. */
export function rawObject(value: unknown): RawObject | undefined {
  return typeof value === "object" && value !== null ? (value as RawObject) : undefined;
}

const NO_ITEMS: readonly unknown[] = [];

export function rawItems(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : NO_ITEMS;
}

/** A name as `{value}` (REST) or as plain text (the newer clients). */
export function rawName(value: unknown): string | undefined {
  const text = typeof value === "string" ? value : rawObject(value)?.value;
  return typeof text === "string" ? text : undefined;
}
