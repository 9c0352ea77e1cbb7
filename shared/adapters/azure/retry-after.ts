/** What a response's headers look like to us. */
export interface HeaderReader {
  get(name: string): string | undefined;
}

const MS_HEADERS = ["x-ms-retry-after-ms", "retry-after-ms"];

/**
 * How long Azure asks us to wait: the longest of all its wishes, in ms; `undefined` without any.
 *
 * Azure says it in a header (seconds, a date, ms) or only in the text of the body ("try again after '324' seconds",
 * "retry after '2023-11-27T09:04:57Z' UTC").
 *
 * @param nowMs epoch ms, for dates where the answer does not carry its own `Date`
 */
export function askedWaitMs(headers: HeaderReader, body: string, nowMs: number): number | undefined {
  // A date means the server's clock; measured against its own `Date` header our clock's error does not matter.
  const serverNowMs = parseDate(headers.get("date")) ?? nowMs;
  const wishes = [
    ...MS_HEADERS.map((name) => parseNumber(headers.get(name))),
    seconds(parseNumber(headers.get("retry-after"))),
    untilDate(parseDate(headers.get("retry-after")), serverNowMs),
    seconds(parseNumber(/after\s+'?(\d+(?:\.\d+)?)'?\s+seconds/i.exec(body)?.[1])),
    untilDate(parseDate(/retry after\s+'(\d{4}-[^']+)'/i.exec(body)?.[1]), serverNowMs),
  ].filter((wish) => wish !== undefined);
  return wishes.length === 0 ? undefined : Math.max(...wishes);
}

function parseNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : undefined;
}

function parseDate(text: string | undefined): number | undefined {
  // `Date.parse` takes "5" for a month and "-5" for a year.
  if (text === undefined || text.trim().length < "2026-11-21".length) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

function seconds(value: number | undefined): number | undefined {
  return value === undefined ? undefined : value * 1000;
}

function untilDate(dateMs: number | undefined, nowMs: number): number | undefined {
  return dateMs === undefined ? undefined : Math.max(0, dateMs - nowMs);
}
