import { asList, asRecord, asText } from "../json.ts";
import { type Html, html } from "./html.ts";
import { slackMarkup, slackPlain } from "./slack-markup.ts";

/** A message as Slack shows it, for the blocks that ours use; without blocks, its text. */
export function slackPost(payload: unknown): Html {
  const message = asRecord(payload) ?? {};
  const blocks = asList(message["blocks"]);
  if (blocks.length > 0) return html`<div class="blocks">${blocks.map(block)}</div>`;
  const text = asText(message["text"]);
  return html`<div class="blocks"><div class="section">${
    message["mrkdwn"] === false ? slackPlain(text) : slackMarkup(text)
  }</div></div>`;
}

function block(value: unknown): Html {
  const fields = asRecord(value) ?? {};
  switch (fields["type"]) {
    case "header":
      return html`<div class="header">${textObject(fields["text"])}</div>`;
    case "section":
      return html`<div class="section">${textObject(fields["text"])}</div>`;
    case "context":
      return html`<div class="context">${asList(fields["elements"]).map((item) => html`<span>${textObject(item)}</span>`)}</div>`;
    case "divider":
      return html`<hr>`;
    default:
      return unknownPart(asText(fields["type"]));
  }
}

function textObject(value: unknown): Html {
  const fields = asRecord(value) ?? {};
  const text = asText(fields["text"]);
  switch (fields["type"]) {
    case "mrkdwn":
      return slackMarkup(text);
    case "plain_text":
      return slackPlain(text);
    default:
      return unknownPart(asText(fields["type"]));
  }
}

function unknownPart(type: string): Html {
  return html`<div class="fault">This page cannot show "${type || "a part without a type"}".</div>`;
}
