import { AdapterError } from "#ports/adapter-error.ts";
import { rawItems, rawObject } from "./raw-answer.ts";

/** Each resource's part of a batch answer, by {@link resourceKey}. @throws AdapterError `malformed` */
export function batchParts(text: string): Map<string, unknown> {
  const { values } = parsed(text);
  if (!Array.isArray(values)) throw new AdapterError("malformed", "the answer has no list of values");
  const parts = new Map<string, unknown>();
  for (const part of values) {
    const id = resourceIdOf(part);
    if (id !== undefined) parts.set(resourceKey(id), part);
  }
  return parts;
}

/** The answer about one resource. @throws AdapterError `malformed` */
export function resourcePart(text: string): unknown {
  const part = parsed(text);
  if (!Array.isArray(part.value)) throw new AdapterError("malformed", "the answer has no list of metrics");
  return part;
}

/** Ids are equal without regard to case. */
export function resourceKey(resourceId: string): string {
  return resourceId.toLowerCase().replace(/^\/+|\/+$/g, "");
}

function parsed(text: string) {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch (error) {
    throw new AdapterError("malformed", `not JSON (${text.length} characters)`, { cause: error });
  }
  const object = rawObject(answer);
  if (object === undefined) throw new AdapterError("malformed", "the answer is no JSON object");
  return object;
}

/** Where a part does not name its resource, the id of its first metric does. */
function resourceIdOf(part: unknown): string | undefined {
  const result = rawObject(part);
  if (typeof result?.resourceid === "string") return result.resourceid;
  const metricId = rawObject(rawItems(result?.value)[0])?.id;
  if (typeof metricId !== "string") return undefined;
  return /^(.+)\/providers\/microsoft\.insights\/metrics\/[^/]+$/i.exec(metricId)?.[1];
}
