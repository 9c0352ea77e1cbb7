import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { teamsMessage } from "#adapters/webhooks/teams-card.ts";
import type { IncidentMessage } from "#core/alert/incident.ts";
import { testBriefing } from "#core/notify/test-briefing.ts";
import { cardMarkdown } from "../../infra/local/inbox/page/card-markdown.ts";
import { teams } from "../adapters/webhooks/support-rendering.ts";
import {
  alert,
  clusterRef,
  hugeMessage,
  message,
  OPENED_AT,
  STORY,
} from "../core/notify/support-messages.ts";

const CHROMIUM = "/usr/bin/chromium";
const require = createRequire(import.meta.url);
const LIBRARY = require.resolve("adaptivecards/dist/adaptivecards.min.js");
const HOSTILE =
  "<at>everyone</at> [x](https://evil.example) **b** _i_ `c` {{DATE(2026-11-21T10:05:00Z)}} &lt; <img src=x onerror=alert(1)> 1. # -";

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

/** Parses and draws each card with Microsoft's own library, and writes down what it made of it. */
const SCRIPT = `
AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
  result.outputHtml = HTML[text];
  result.didProcess = text in HTML;
};
const results = CARDS.map((json) => {
  const card = new AdaptiveCards.AdaptiveCard();
  const context = new AdaptiveCards.SerializationContext(AdaptiveCards.Versions.v1_5);
  card.parse(json, context);
  const faults = [];
  for (let at = 0; at < context.eventCount; at += 1) faults.push(context.getEventAt(at).message);
  faults.push(...card.validateProperties().validationEvents.map((event) => event.message));
  const element = card.render();
  document.body.append(element);
  return {
    faults,
    text: element.innerText,
    images: element.querySelectorAll("img").length,
    links: [...element.querySelectorAll("a")].map((a) => a.href),
    clipped: [...element.querySelectorAll(".ac-textBlock")].filter((e) => e.scrollHeight > e.clientHeight + 4 && getComputedStyle(e).overflow === "hidden").length,
  };
});
const out = document.createElement("script");
out.type = "application/json";
out.id = "results";
out.textContent = encodeURIComponent(JSON.stringify(results));
document.body.append(out);
`;

const Results = z.array(
  z.object({
    faults: z.array(z.string()),
    text: z.string(),
    images: z.number(),
    links: z.array(z.string()),
    clipped: z.number(),
  }),
);

async function draw(cards: readonly unknown[]): Promise<z.output<typeof Results>> {
  const folder = await mkdtemp(join(tmpdir(), "cards-"));
  folders.push(folder);
  const embed = (value: unknown) => JSON.stringify(value).replaceAll("<", "\\u003c");
  // The library leaves Markdown to its host. The reader of the inbox page is as strict as CommonMark.
  const shown = Object.fromEntries(rawTextsOf(cards).map((text) => [text, cardMarkdown(text).text]));
  const page = `<!doctype html><meta charset="utf-8"><body><script>${readFileSync(LIBRARY, "utf8")}</script>
<script>const CARDS = ${embed(cards)}; const HTML = ${embed(shown)};${SCRIPT}</script></body>`;
  await writeFile(join(folder, "cards.html"), page);
  const { stdout } = await promisify(execFile)(
    CHROMIUM,
    ["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", `file://${folder}/cards.html`],
    { maxBuffer: 64 * 1024 * 1024, timeout: 60_000 },
  );
  const [, text = ""] = /id="results">([^<]*)</.exec(stdout) ?? [];
  return Results.parse(JSON.parse(decodeURIComponent(text)));
}

/** Every text of a card as a reader is to see it: without the escapes and the marks of our own. */
function textsOf(value: unknown): readonly string[] {
  return rawTextsOf(value).map((text) => text.replaceAll("**", "").replace(/\\([!-/:-@[-`{-~])/g, "$1"));
}

function rawTextsOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(rawTextsOf);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) =>
    ["text", "title", "value"].includes(name) && typeof part === "string" ? [part] : rawTextsOf(part),
  );
}

const squeezed = (text: string) => text.replace(/\s+/g, " ");

// Only a developer without the browser skips it: `.ci/run` installs it.
test.skipIf(!existsSync(CHROMIUM) && !process.env["CI"])(
  "Microsoft's renderer takes every card without a word, and shows all of its text and nothing else",
  async () => {
    const hostile = message({
      cluster: clusterRef({ name: HOSTILE.slice(0, 60) }),
      headline: HOSTILE,
      cause: HOSTILE,
      notes: [HOSTILE],
      alerts: [alert({ summary: HOSTILE, node: HOSTILE })],
      remedy: { text: HOSTILE, commands: [HOSTILE] },
    });
    const silence = { createdBy: HOSTILE, comment: HOSTILE, endMs: OPENED_AT };
    const silenced: IncidentMessage = { ...hostile, kind: "silenced", silence };
    const brief = testBriefing("ops", { baseUrl: "https://snatwatch.example", nowMs: OPENED_AT });
    const sent = [
      ...[...STORY, hugeMessage(), hostile, silenced].map((told) => teams(told)),
      teamsMessage(brief),
    ];
    const cards = sent.flatMap(({ attachments }) => attachments.map(({ content }) => content));
    const drawn = await draw(cards);
    expect(drawn).toHaveLength(cards.length);
    for (const [at, { faults, text, images, links, clipped }] of drawn.entries()) {
      expect(faults).toEqual([]);
      expect([images, links, clipped]).toEqual([0, [], 0]);
      for (const expected of textsOf(cards[at])) expect(squeezed(text)).toContain(squeezed(expected));
    }
  },
);
