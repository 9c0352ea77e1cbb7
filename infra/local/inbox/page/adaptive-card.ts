import { asList, asRecord, asText } from "../json.ts";
import { cardMarkdown } from "./card-markdown.ts";
import { type Html, html, safeUrl } from "./html.ts";

// A card as Teams shows it, for the elements that our messages use. What it does not know it names: a card that
// looks whole here must not be one that Teams shows in part.

type Fields = Readonly<Record<string, unknown>>;

/** @param payload what was posted to the workflow */
export function teamsCard(payload: unknown): Html {
  const attachments = asList(asRecord(payload)?.["attachments"]);
  const cards = attachments
    .map((attachment) => asRecord(asRecord(attachment)?.["content"]))
    .filter((content) => content !== null);
  if (cards.length === 0)
    return html`<p class="fault">No card in this message: Teams would show nothing.</p>`;
  return html`${cards.map(card)}`;
}

function card(content: Fields): Html {
  const actions = asList(content["actions"]);
  return html`<div class="card">${asList(content["body"]).map(element)}${
    actions.length === 0 ? "" : html`<div class="actions">${actions.map(action)}</div>`
  }</div>`;
}

function element(value: unknown): Html {
  const fields = asRecord(value) ?? {};
  switch (fields["type"]) {
    case "TextBlock":
      return textBlock(fields);
    case "Container":
      return container(fields);
    case "FactSet":
      return factSet(fields);
    default:
      return unknownPart(fields);
  }
}

function textBlock(fields: Fields): Html {
  const classes = [
    "tb",
    choice(fields, "size", ["small", "medium", "large", "extraLarge"]),
    choice(fields, "weight", ["lighter", "bolder"]),
    choice(fields, "fontType", ["monospace"]),
    choice(fields, "color", ["good", "warning", "attention", "accent"]),
    fields["isSubtle"] === true ? "subtle" : "",
    // Without `wrap`, a card cuts a text after one line.
    fields["wrap"] === true ? "" : "nowrap",
    ...spacing(fields),
  ];
  return html`<div class="${classes.join(" ")}">${cardMarkdown(asText(fields["text"]))}</div>`;
}

function container(fields: Fields): Html {
  const style = choice(fields, "style", ["emphasis", "good", "warning", "attention", "accent"]);
  const classes = [
    "box",
    style === "" ? "" : `styled ${style}`,
    fields["bleed"] === true ? "bleed" : "",
    ...spacing(fields),
  ];
  return html`<div class="${classes.join(" ")}">${asList(fields["items"]).map(element)}</div>`;
}

function factSet(fields: Fields): Html {
  const facts = asList(fields["facts"]).map((fact) => asRecord(fact) ?? {});
  const rows = facts.map(
    (fact) =>
      html`<dt>${cardMarkdown(asText(fact["title"]))}</dt><dd>${cardMarkdown(asText(fact["value"]))}</dd>`,
  );
  return html`<dl class="${["facts", ...spacing(fields)].join(" ")}">${rows}</dl>`;
}

function action(value: unknown): Html {
  const fields = asRecord(value) ?? {};
  if (fields["type"] !== "Action.OpenUrl") return unknownPart(fields);
  const url = safeUrl(asText(fields["url"]));
  return html`<a class="button" href="${url}" target="_blank" rel="noopener">${asText(fields["title"])}</a>`;
}

function unknownPart(fields: Fields): Html {
  return html`<div class="fault">This page cannot show "${asText(fields["type"]) || "an element without a type"}".</div>`;
}

function spacing(fields: Fields): readonly string[] {
  const wide = choice(fields, "spacing", ["none", "small", "medium", "large"]);
  return [wide === "" ? "" : `space-${wide}`, fields["separator"] === true ? "separator" : ""];
}

/** A property's value as a class name; `""` for the default and for values a card does not know. */
function choice(fields: Fields, property: string, known: readonly string[]): string {
  const value = asText(fields[property]).toLowerCase();
  return known.find((name) => name.toLowerCase() === value) ?? "";
}
