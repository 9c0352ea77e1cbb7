import { asList, asRecord, asText } from "./json.ts";
import type { Posted } from "./posted.ts";

const MAX_BYTES = 512 * 1024;
const SEVERITIES: readonly string[] = ["critical", "error", "warning", "info"];

/** What PagerDuty says is wrong with an event; empty where it takes it. */
export function pagerdutyFaults({ payload, body }: Posted, routingKey: string): readonly string[] {
  const event = asRecord(payload);
  if (event === null) return ["the event is no JSON object"];
  const action = asText(event["event_action"]);
  const key = asText(event["dedup_key"]);
  return [
    ...(Buffer.byteLength(body) > MAX_BYTES ? ["the event is larger than 512 KB"] : []),
    ...(event["routing_key"] === routingKey ? [] : ["'routing_key' is invalid"]),
    ...(["trigger", "acknowledge", "resolve"].includes(action) ? [] : ["'event_action' is invalid"]),
    ...(key.length > 255 ? ["'dedup_key' is too long"] : []),
    ...(key === "" && action !== "trigger" ? ["'dedup_key' is missing"] : []),
    ...(action === "trigger" ? payloadFaults(asRecord(event["payload"])) : []),
    ...(asList(event["links"]).every((link) => asText(asRecord(link)?.["href"]) !== "")
      ? []
      : ["'links' is invalid"]),
  ];
}

function payloadFaults(payload: Readonly<Record<string, unknown>> | null): readonly string[] {
  const summary = asText(payload?.["summary"]);
  return [
    ...(summary === "" ? ["'payload.summary' is missing or blank"] : []),
    ...(summary.length > 1_024 ? ["'payload.summary' is too long"] : []),
    ...(asText(payload?.["source"]) === "" ? ["'payload.source' is missing or blank"] : []),
    ...(SEVERITIES.includes(asText(payload?.["severity"])) ? [] : ["'payload.severity' is invalid"]),
  ];
}
