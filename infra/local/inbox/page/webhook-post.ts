import { asRecord, asText } from "../json.ts";
import type { KeptMessage } from "../kept-message.ts";
import { type Html, html } from "./html.ts";
import { jsonValue } from "./json-value.ts";

const HEADERS = ["webhook-id", "webhook-timestamp", "webhook-signature"] as const;

/** What a program of the user's own gets: what it is about, and what proves its sender. The whole is below it. */
export function webhookPost(payload: unknown, headers: KeptMessage["headers"]): Html {
  const message = asRecord(payload) ?? {};
  const data = asRecord(message["data"]) ?? {};
  const proof = HEADERS.map((name) => html`<dt>${name}</dt><dd>${headers[name] ?? ""}</dd>`);
  const told = ["text", "notes", "cause", "counts"].filter((name) => isTold(data[name]));
  return html`<div class="alert">
<div><span class="badge">${asText(message["type"])}</span> <span class="key">${asText(message["timestamp"])} · signature verified</span></div>
<div class="summary">${asText(data["title"])}</div>
<dl class="facts">${told.map((name) => html`<dt>${name}</dt><dd>${jsonValue(data[name])}</dd>`)}${proof}</dl></div>`;
}

function isTold(value: unknown): boolean {
  return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
}
