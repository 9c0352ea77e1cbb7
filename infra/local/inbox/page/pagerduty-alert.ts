import { asList, asRecord, asText } from "../json.ts";
import { type Html, html, safeUrl } from "./html.ts";
import { jsonValue } from "./json-value.ts";

type Fields = Readonly<Record<string, unknown>>;

const ACTIONS: Readonly<Record<string, string>> = {
  trigger: "Triggered",
  acknowledge: "Acknowledged",
  resolve: "Resolved",
};

/** An event as PagerDuty shows the alert that it opens, updates or ends. */
export function pagerdutyAlert(payload: unknown): Html {
  const event = asRecord(payload) ?? {};
  const alert = asRecord(event["payload"]) ?? {};
  const action = asText(event["event_action"]);
  const tone = action === "trigger" ? asText(alert["severity"]) : action;
  return html`<div class="alert ${tone}">
<div><span class="badge">${ACTIONS[action] ?? action}</span> <span class="badge">${asText(alert["severity"])}</span> <span class="key">${asText(event["dedup_key"])}</span></div>
<div class="summary">${asText(alert["summary"])}</div>
<dl class="facts">${["source", "component", "group", "class", "timestamp"].map((name) => fact(alert, name))}${details(alert)}</dl>
<div>${asList(event["links"]).map(link)}</div></div>`;
}

function fact(alert: Fields, name: string): Html {
  const value = asText(alert[name]);
  return value === "" ? html`` : html`<dt>${name}</dt><dd>${value}</dd>`;
}

function details(alert: Fields): Html {
  const custom = Object.entries(asRecord(alert["custom_details"]) ?? {});
  return html`${custom.map(([name, value]) => html`<dt>${name}</dt><dd>${jsonValue(value)}</dd>`)}`;
}

function link(value: unknown): Html {
  const fields = asRecord(value) ?? {};
  const url = safeUrl(asText(fields["href"]));
  return html`<a href="${url}" target="_blank" rel="noopener">${asText(fields["text"])}</a> `;
}
