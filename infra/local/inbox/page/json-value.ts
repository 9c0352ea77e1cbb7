import { type Html, html } from "./html.ts";

/** Any JSON value: lists as lists, the rest in its own words. */
export function jsonValue(value: unknown): Html {
  if (Array.isArray(value)) return html`<ul>${value.map((item) => html`<li>${jsonValue(item)}</li>`)}</ul>`;
  return html`${typeof value === "string" ? value : JSON.stringify(value)}`;
}
