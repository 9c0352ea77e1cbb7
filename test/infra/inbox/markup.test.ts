import fc from "fast-check";
import { expect, test } from "vitest";
import { escapeSlackText } from "#adapters/webhooks/slack-text.ts";
import { escapeCardText } from "#adapters/webhooks/teams-text.ts";
import { cardMarkdown } from "../../../infra/local/inbox/page/card-markdown.ts";
import { html } from "../../../infra/local/inbox/page/html.ts";
import { slackMarkup, slackPlain } from "../../../infra/local/inbox/page/slack-markup.ts";

test.for([
  ["bold", "a **b** c", "a <strong>b</strong> c"],
  ["italic", "_a_ *b*", "<em>a</em> <em>b</em>"],
  ["no italic within a word", "MC_rg_a", "MC_rg_a"],
  ["nothing in what is escaped", "\\*a\\* \\_b\\_", "*a* _b_"],
  ["no end in an escaped mark", "*a\\* b*", "<em>a* b</em>"],
  ["a star alone", "2 * 3 * 4", "2 * 3 * 4"],
  ["a link", "[a](https://b.example)", '<a href="https://b.example" target="_blank" rel="noopener">a</a>'],
  ["no link to a script", "[a](javascript:x)", '<a href="#" target="_blank" rel="noopener">a</a>'],
  ["brackets alone", "[CRITICAL] a", "[CRITICAL] a"],
  ["paragraphs", "a\n\nb\nc", "a<br>b c"],
  ["tags as text", "<b>", "&lt;b&gt;"],
] as const)("a card's text: %s", ([, text, shown]) => expect(cardMarkdown(text).text).toBe(shown));

test.for([
  ["bold", "a *b* c", "a <strong>b</strong> c"],
  ["code", "`*a*`", "<code>*a*</code>"],
  ["a block of code", "```\na &lt; b\n```", "<pre>a &lt; b</pre>"],
  [
    "a link",
    "<https://a.example?b&amp;c|d>",
    '<a href="https://a.example?b&amp;c" target="_blank" rel="noopener">d</a>',
  ],
  ["a call", "<!here>", '<mark class="call">!here</mark>'],
  ["entities once", "&amp;lt;", "&amp;lt;"],
  ["no bold within a word", "a*b*c", "a*b*c"],
] as const)("Slack's text: %s", ([, text, shown]) => expect(slackMarkup(text).text).toBe(shown));

const anyText = fc.string({ unit: fc.constantFrom(..."ab 1_*~`[]()<>&;#!@\\{}|-+."), maxLength: 30 });

test("whatever is escaped for a card is shown as it is", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(cardMarkdown(escapeCardText(text)).text).toBe(html`${text}`.text);
    }),
    { numRuns: 3_000 },
  );
});

test("whatever is escaped for Slack's plain text is shown as it is", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(slackPlain(escapeSlackText(text)).text).toBe(html`${text}`.text);
    }),
    { numRuns: 3_000 },
  );
});
