// The parameters of a metrics request: names, times, resource ids.

import { BadQuery, type RawQuery } from "./query.ts";

/** Azure's limit of a batch. */
const MAX_RESOURCES = 50;

const HOUR_MS = 3_600_000;

/** The resource ids in the body of a batch. */
export function readIds(body: string): string[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch (error) {
    throw new BadQuery("The request body is not valid JSON.", { cause: error });
  }
  const ids: unknown =
    parsed !== null && typeof parsed === "object" ? Reflect.get(parsed, "resourceids") : undefined;
  if (!Array.isArray(ids) || ids.length === 0 || !ids.every((id) => typeof id === "string")) {
    throw new BadQuery("The request body must have 'resourceids', a list of at least one resource id.");
  }
  return ids;
}

/** A batch has one subscription and one type, and not more than 50 resources. */
export function checkIds(ids: readonly string[], subscriptionId: string, namespace: string): void {
  const unique = new Set(ids.map((id) => id.toLowerCase()));
  if (unique.size > MAX_RESOURCES) {
    throw new BadQuery(`The number of resource ids must not exceed ${MAX_RESOURCES}: ${unique.size}.`);
  }
  for (const id of unique) {
    if (!id.startsWith(`/subscriptions/${subscriptionId.toLowerCase()}/`)) {
      throw new BadQuery(`All resources must belong to subscription ${subscriptionId}: ${id}`);
    }
    if (!id.includes(`/providers/${namespace.toLowerCase()}/`)) {
      throw new BadQuery(`All resources must be of type ${namespace}: ${id}`);
    }
  }
}

/** Parameter names are matched without regard to case. */
export function lowerCaseKeys(query: URLSearchParams): URLSearchParams {
  return new URLSearchParams([...query].map(([key, value]): [string, string] => [key.toLowerCase(), value]));
}

/** A parameter that must be there. */
export function required(query: URLSearchParams, name: string): string {
  const value = query.get(name);
  if (value === null || value === "") throw new BadQuery(`The parameter '${name}' is required.`);
  return value;
}

export interface Times {
  readonly startMs: number;
  readonly endMs: number;
}

/** Both ends, one, or neither: the last hour. */
export function batchTimes(query: URLSearchParams, nowMs: number): Times {
  const end = query.get("endtime");
  const start = query.get("starttime");
  const endMs = end === null ? nowMs : instant(end, "endtime");
  return { startMs: start === null ? endMs - HOUR_MS : instant(start, "starttime"), endMs };
}

/** `start/end`, or a duration that ends now. */
export function timespan(text: string | null, nowMs: number): Times {
  if (text === null) return { startMs: nowMs - HOUR_MS, endMs: nowMs };
  const [start, end] = text.split("/");
  if (end !== undefined)
    return { startMs: instant(start ?? "", "timespan"), endMs: instant(end, "timespan") };
  const parts = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/.exec(text);
  if (parts === null) throw new BadQuery(`Invalid timespan: ${text}`);
  const [days = 0, hours = 0, minutes = 0] = parts.slice(1).map((part) => Number(part ?? 0));
  return { startMs: nowMs - ((days * 24 + hours) * 60 + minutes) * 60_000, endMs: nowMs };
}

function instant(text: string, name: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw new BadQuery(`The parameter '${name}' is not a time: ${text}`);
  return ms;
}

/** The rest of the parameters, as text. */
export function rawQuery(
  query: URLSearchParams,
  namespace: string,
  filter: string | null,
  times: Times,
): RawQuery {
  const text = (name: string): string | undefined => query.get(name) ?? undefined;
  return {
    ...times,
    namespace,
    interval: text("interval"),
    metricNames: text("metricnames"),
    aggregation: text("aggregation"),
    filter: filter ?? undefined,
    top: text("top"),
    orderBy: text("orderby"),
    rollUpBy: text("rollupby"),
    resultType: text("resulttype"),
    validateDimensions: text("validatedimensions"),
  };
}
