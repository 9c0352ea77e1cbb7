import { expect, test } from "vitest";
import type { ChannelRequest } from "#adapters/webhooks/channel-format.ts";
import { formatOf } from "#adapters/webhooks/formats.ts";
import { type IncidentMessage, MESSAGE_KINDS } from "#core/alert/incident.ts";
import {
  AFTER_SILENCE,
  alert,
  clusterRef,
  hugeMessage,
  MINUTE,
  message,
  OPENED_AT,
  STORY,
} from "../../core/notify/support-messages.ts";
import { contextOf, KINDS, rendered, requestsOf, slack, teams } from "./support-rendering.ts";
import { cardSchema, violations } from "./support-schema.ts";

const GOLDEN = new URL("../../golden/webhook/", import.meta.url).pathname;
const LATE = message({ notes: ["Maintenance of aks-prod-weu until 12:00 UTC: told by its owner."] });
const TOLD: readonly (readonly [string, IncidentMessage, number])[] = [
  ...STORY.map((told) => [told.kind, told, 3] as const),
  ...AFTER_SILENCE.map((told) => [`after-silence-${told.kind}`, told, 3] as const),
  ["late", LATE, 177],
  ["thousand", hugeMessage(), 3],
];

const CASES = KINDS.flatMap((channel) =>
  TOLD.map(([name, told, minutes]) => [channel, name, told, minutes] as const),
);

test("there is a golden file of each kind of message", () => {
  expect(STORY.map(({ kind }) => kind).sort()).toEqual([...MESSAGE_KINDS].sort());
});

function goldenText(requests: readonly ChannelRequest[]): string {
  const shown = requests.map(({ headers, body }) => {
    const { "content-type": _, ...rest } = headers;
    const payload: unknown = JSON.parse(body);
    return Object.keys(rest).length === 0 ? payload : { headers: rest, payload };
  });
  return `${JSON.stringify(shown.length === 1 ? shown[0] : shown, null, 2)}\n`;
}

test.for(CASES)("%s shows a message as in its golden file: %s", async ([channel, name, told, minutes]) => {
  const requests = requestsOf(channel, told, told.atMs + minutes * MINUTE);
  await expect(goldenText(requests)).toMatchFileSnapshot(`${GOLDEN}${channel}.${name}.json`);
});

test.for(KINDS)("%s shows a test as in its golden file", async (channel) => {
  const requests = formatOf(channel).testRequests(contextOf(channel, OPENED_AT));
  await expect(goldenText(requests)).toMatchFileSnapshot(`${GOLDEN}${channel}.test.json`);
});

test.for(KINDS)("%s says at once that a message is late, and only then", (channel) => {
  const late = "aks-prod-weu (told late: this was at 10:07 UTC)";
  expect(rendered(channel, message(), OPENED_AT + 13 * MINUTE).body).toContain(late);
  expect(rendered(channel, message(), OPENED_AT + 12 * MINUTE).body).not.toContain("told late");
  const nextDay = rendered(channel, message(), OPENED_AT + 15 * 60 * MINUTE).body;
  expect(nextDay).toContain("told late: this was at 2026-11-21 10:07 UTC");
});

test.for(KINDS)("%s tells when ports run out, and the notes", (channel) => {
  const told: IncidentMessage = message({
    exhaustionInSeconds: 840,
    notes: ["silenced until 12:00 UTC"],
  });
  const { body } = rendered(channel, told);
  expect(body).toMatch(
    channel === "webhook" ? /"exhaustionInSeconds":840/ : /SNAT ports run out in about 14 min/,
  );
  expect(body).toContain("Silenced until 12:00 UTC");
});

test("Slack calls nobody, whatever a name holds", () => {
  const summary =
    "<!channel> <!here|x> <@U012AB3CD> <#C01> @here @channel @everyone <https://evil.example|click>";
  const text = JSON.stringify(
    slack(
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
  const text = JSON.stringify(slack(message({ cluster: clusterRef({ name: "a|b>c<d e" }) })));
  expect(text).toContain("/a%7Cb%3Ec%3Cd%20e|Dashboard>");
});

test.for([
  ["emphasis and underscores in names", "MC_rg_a *b* ~c~", "MC\\_rg\\_a \\*b\\* ~c~"],
  ["links", "[x](https://evil.example)", "[x\\](https://evil.example)"],
  ["code and backslashes", "`a` \\b", "\\`a\\` \\\\b"],
  ["strike-through", "~~a~~", "\\~~a\\~~"],
  ["brackets", "[a] <10.0.0.0/8>", "[a] <10.0.0.0/8>"],
  ["tags", "<at>everyone</at>", "\\<at>everyone\\</at>"],
  ["entities", "a &amp; b & c", "a \\&amp; b & c"],
  ["date functions", "{{DATE(2026-11-21T10:05:00Z)}}", "{\\{DATE(2026-11-21T10:05:00Z)}}"],
  ["numbered lists", "1. a 2. b", "1\\. a 2. b"],
  ["bullets", "- a - b", "\\- a - b"],
  ["headings", "# a", "\\# a"],
] as const)("a card shows %s as they are", ([, summary, escaped]) => {
  const { attachments } = teams(
    message({ cause: null, alerts: [], remedy: { text: "t", commands: [summary] } }),
    null,
  );
  const texts = JSON.stringify(attachments);
  expect(texts).toContain(JSON.stringify(escaped).slice(1, -1));
});

test("there are no links without an address of the app", () => {
  expect(JSON.stringify(teams(message(), null))).not.toContain("Action.OpenUrl");
  expect(JSON.stringify(slack(message(), null))).not.toContain("Dashboard");
});

const HIDDEN = /[\u200B-\u200F\u202A-\u202E\u2028\u2060-\u206F\uFEFF\u00AD\u{E0000}-\u{E007F}]|\\u00/u;

test.for(KINDS)("what %s is sent hides nothing and turns no writing around", (channel) => {
  const hidden = "a\u200B\u202Eb\u2066c\uFEFFd\u00ADe\u{E0041}f\u0007g\u2028h";
  const told: IncidentMessage = message({
    cluster: clusterRef({ name: hidden, resourceGroup: hidden, id: hidden }),
    headline: hidden,
    cause: hidden,
    notes: [hidden],
    evidence: [{ name: hidden, value: hidden }],
    remedy: { text: hidden, commands: [hidden] },
    alerts: [alert({ summary: hidden, node: hidden, backendIp: hidden, protocol: hidden })],
  });
  const silence = { createdBy: hidden, comment: hidden, endMs: OPENED_AT };
  const { body } = rendered(channel, told);
  expect(rendered(channel, { ...told, kind: "silenced", silence }).body).not.toMatch(HIDDEN);
  expect(body).toContain("abc def g h");
  expect(body.replaceAll("@\u2060", "")).not.toMatch(HIDDEN);
});

const schema = cardSchema();

test.skipIf(schema === undefined)("cards keep to Microsoft's schema", () => {
  if (schema === undefined) return;
  for (const told of [...STORY, hugeMessage()]) {
    for (const { content } of teams(told).attachments) {
      // The recorded schema is of version 1.0. Coloured containers came with 1.2.
      const faults = violations(content, schema, schema).filter(
        (fault) => !/\.style is (?:good|warning|attention|accent), /.test(fault),
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
