import { describe, expect, test } from "vitest";
import { slackMessage } from "#adapters/webhooks/slack-message.ts";
import { teamsMessage } from "#adapters/webhooks/teams-card.ts";
import { alert, clusterRef, hugeMessage, message, STORY } from "../../core/notify/support-messages.ts";
import { cardSchema, violations } from "./support-schema.ts";

const BASE = "https://snatwatch.example";
const GOLDEN = new URL("../../golden/webhook/", import.meta.url).pathname;
const RENDERERS = [
  ["teams", teamsMessage],
  ["slack", slackMessage],
] as const;

const CASES = RENDERERS.flatMap(([channel, render]) =>
  STORY.map((told) => [channel, told.kind, render(told, BASE)] as const),
);

test.for(CASES)("%s shows a message of kind %s as in its golden file", async ([channel, kind, payload]) => {
  const file = `${GOLDEN}${channel}.${kind}.json`;
  await expect(`${JSON.stringify(payload, null, 2)}\n`).toMatchFileSnapshot(file);
});

describe("a thousand nodes with the longest names", () => {
  test("fit in a card of 20 KB, and the rest is counted", () => {
    const text = JSON.stringify(teamsMessage(hugeMessage(), BASE));
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(20 * 1024);
    expect(text).toMatch(/and 9\d\d more/);
  });

  test("fit in a Slack message of 12,000 bytes with blocks within their limits", () => {
    const payload = slackMessage(hugeMessage(), BASE);
    expect(Buffer.byteLength(JSON.stringify(payload))).toBeLessThanOrEqual(12_000);
    expect(JSON.stringify(payload)).toMatch(/and 9\d\d more/);
    expectWithinBlockLimits(payload);
  });

  test("fit even where every character grows by being escaped", () => {
    for (const filler of ["&", "_", "*", "字", "😀", "\u0001", '"']) {
      const text = filler.repeat(5_000);
      const worst = hugeMessage({
        cluster: clusterRef({ name: text, resourceGroup: text, location: text }),
        headline: text,
        cause: text,
        remedy: { text, commands: [text.slice(0, 900), text.slice(0, 900), text] },
        alerts: Array.from({ length: 1_000 }, () => alert({ summary: text, node: text, protocol: text })),
      });
      expect(Buffer.byteLength(JSON.stringify(teamsMessage(worst, null)))).toBeLessThanOrEqual(20 * 1024);
      const slack = slackMessage(worst, null);
      expect(Buffer.byteLength(JSON.stringify(slack))).toBeLessThanOrEqual(12_000);
      expectWithinBlockLimits(slack);
    }
  });
});

function expectWithinBlockLimits({ text, blocks }: ReturnType<typeof slackMessage>): void {
  expect(text.length).toBeLessThanOrEqual(3_000);
  expect(blocks.length).toBeLessThanOrEqual(50);
  for (const block of blocks) {
    const length = block.text?.text.length ?? 1;
    expect(length).toBeGreaterThan(0);
    expect(length).toBeLessThanOrEqual(block.type === "header" ? 150 : 3_000);
    expect(block.elements?.length ?? 1).toBeLessThanOrEqual(10);
  }
}

test("Slack calls nobody, whatever a name holds", () => {
  const summary =
    "<!channel> <!here|x> <@U012AB3CD> <#C01> @here @channel @everyone <https://evil.example|click>";
  const text = JSON.stringify(
    slackMessage(
      message({
        headline: summary,
        cause: summary,
        alerts: [alert({ summary })],
        remedy: { text: summary, commands: [summary, "```<!here>"] },
      }),
      null,
    ),
  );
  expect(text).not.toMatch(/<[!@#h]/);
  expect(text).not.toMatch(/@(?:here|channel|everyone)/);
});

test("a Slack link holds no character that ends it", () => {
  const text = JSON.stringify(slackMessage(message({ cluster: clusterRef({ name: "a|b>c<d e" }) }), BASE));
  expect(text).toContain("/a%7Cb%3Ec%3Cd%20e|Cluster>");
});

test.for([
  ["emphasis and underscores in names", "MC_rg_a *b* ~c~", "MC\\_rg\\_a \\*b\\* ~c~"],
  ["links", "[x](https://evil.example)", "[x\\](https://evil.example)"],
  ["code and backslashes", "`a` \\b", "\\`a\\` \\\\b"],
  ["strike-through", "~~a~~", "\\~~a\\~~"],
  ["brackets", "[a] <10.0.0.0/8>", "[a] <10.0.0.0/8>"],
  ["tags", "<at>everyone</at>", "\\<at>everyone\\</at>"],
  ["entities", "a &amp; b & c", "a \\&amp; b & c"],
  ["date functions", "{{DATE(2026-11-21T10:05:00Z)}}", "\\{{DATE(2026-11-21T10:05:00Z)}}"],
  ["numbered lists", "1. a 2. b", "1\\. a 2. b"],
  ["bullets", "- a - b", "\\- a - b"],
  ["headings", "# a", "\\# a"],
] as const)("a card shows %s as they are", ([, summary, escaped]) => {
  const { attachments } = teamsMessage(
    message({ cause: null, alerts: [], remedy: { text: "t", commands: [summary] } }),
    null,
  );
  const texts = JSON.stringify(attachments);
  expect(texts).toContain(JSON.stringify(escaped).slice(1, -1));
});

test("there are no links without an address of the app", () => {
  expect(JSON.stringify(teamsMessage(message(), null))).not.toContain("Action.OpenUrl");
  expect(JSON.stringify(slackMessage(message(), null))).not.toContain("Dashboard");
});

const schema = cardSchema();

test.skipIf(schema === undefined)("cards keep to Microsoft's schema", () => {
  if (schema === undefined) return;
  for (const told of [...STORY, hugeMessage()]) {
    for (const { content } of teamsMessage(told, BASE).attachments) {
      // The recorded schema is of version 1.0. Coloured containers came with 1.2.
      const faults = violations(content, schema, schema).filter(
        (fault) => !/\.style is (?:good|warning|attention), /.test(fault),
      );
      expect(faults).toEqual([]);
    }
  }
});

test.skipIf(schema === undefined)("the reader of the schema sees a fault", () => {
  if (schema === undefined) return;
  const card = { type: "AdaptiveCard", version: "1.5", body: [{ type: "TextBlock", size: "huge" }] };
  expect(violations(card, schema, schema).length).toBeGreaterThan(0);
  expect(violations({ ...card, body: [], version: 1 }, schema, schema)).toEqual(["$.version is no string"]);
});
