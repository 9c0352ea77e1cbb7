import { AdapterError } from "#ports/adapter-error.ts";
import { JsonBytes } from "./json-bytes.ts";

/** One resource's part of an answer. Read it when it is handed over: it moves the one cursor through the answer. */
export interface ResultPart {
  /** As Azure wrote it (`PT1M`); `undefined` where it did not. */
  readonly interval: string | undefined;
  /** Stands before the list of metrics; has to be moved past it by reading or skipping it. */
  readonly metrics: JsonBytes;
}

/**
 * Hands over each resource's part of a batch answer, in the answer's order, by {@link resourceKey}.
 *
 * @throws AdapterError `malformed`; parts before the fault have been handed over then
 */
export function readBatch(bytes: Buffer, take: (key: string, part: ResultPart) => void): void {
  const json = new JsonBytes(bytes);
  if (!json.object()) throw new AdapterError("malformed", "the answer is no JSON object");
  let listed = false;
  while (json.nextKey()) {
    if (!json.isKey("values")) {
      json.skip();
      continue;
    }
    if (!json.list()) continue;
    listed = true;
    while (json.nextItem()) readPart(json, take);
  }
  json.end();
  if (!listed) throw new AdapterError("malformed", "the answer has no list of values");
}

/** Hands over the answer about one resource. @throws AdapterError `malformed` */
export function readResource(bytes: Buffer, take: (part: ResultPart) => void): void {
  const json = new JsonBytes(bytes);
  const found = readResult(json, ({ interval }) => take({ interval, metrics: json }));
  if (found === "noObject") throw new AdapterError("malformed", "the answer is no JSON object");
  if (found === "noMetrics") throw new AdapterError("malformed", "the answer has no list of metrics");
  json.end();
}

/** Ids are equal without regard to case. */
export function resourceKey(resourceId: string): string {
  return resourceId.toLowerCase().replace(/^\/+|\/+$/g, "");
}

interface ResultHead {
  readonly id: string | undefined;
  readonly interval: string | undefined;
}

function readPart(json: JsonBytes, take: (key: string, part: ResultPart) => void): void {
  readResult(json, ({ id, interval }) => {
    const resourceId = id ?? idOfFirstMetric(json);
    if (resourceId === undefined) json.skip();
    else take(resourceKey(resourceId), { interval, metrics: json });
  });
}

/**
 * Reads one result: what stands beside its metrics first, wherever Azure put it, then the metrics.
 *
 * @param take called with the cursor before the metrics; has to move it past them
 */
function readResult(json: JsonBytes, take: (head: ResultHead) => void): "found" | "noObject" | "noMetrics" {
  if (!json.object()) return "noObject";
  let id: string | undefined;
  let interval: string | undefined;
  let metricsAt: number | undefined;
  let taken = false;
  while (json.nextKey()) {
    if (json.isKey("resourceid")) id = json.optionalText();
    else if (json.isKey("interval")) interval = json.optionalText();
    else if (!json.isKey("value")) json.skip();
    else if (interval !== undefined && isList(json) && (id ?? idOfFirstMetric(json)) !== undefined) {
      // What is known is enough: the metrics need not be walked through twice.
      take({ id: id ?? idOfFirstMetric(json), interval });
      taken = true;
    } else {
      metricsAt = json.position;
      json.skip();
    }
  }
  if (taken) return "found";
  if (metricsAt === undefined) return "noMetrics";
  const end = json.position;
  json.moveTo(metricsAt);
  const found = isList(json);
  if (found) take({ id, interval });
  json.moveTo(end);
  return found ? "found" : "noMetrics";
}

/** Whether a list comes next; the cursor stays. */
function isList(json: JsonBytes): boolean {
  const start = json.position;
  const list = json.list();
  json.moveTo(start);
  return list;
}

/** Where a part does not name its resource, the id of its first metric does. The cursor stays. */
function idOfFirstMetric(json: JsonBytes): string | undefined {
  const start = json.position;
  let metricId: string | undefined;
  if (json.list() && json.nextItem() && json.object()) {
    while (metricId === undefined && json.nextKey()) {
      if (json.isKey("id")) metricId = json.optionalText();
      else json.skip();
    }
  }
  json.moveTo(start);
  return /^(.+)\/providers\/microsoft\.insights\/metrics\/[^/]+$/i.exec(metricId ?? "")?.[1];
}
