import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SlackMessage } from "#adapters/webhooks/slack-message.ts";
import { alert, clusterRef, hugeMessage } from "../../core/notify/support-messages.ts";
import { type KINDS, rendered, slack, teams } from "./support-rendering.ts";

describe("a thousand nodes with the longest names", () => {
  test("fit in a card of 20 KB, and the rest is counted", () => {
    const text = JSON.stringify(teams(hugeMessage()));
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(20 * 1024);
    expect(text).toMatch(/and 9\d\d more/);
  });

  test("fit in a Slack message of 12,000 bytes with blocks within their limits", () => {
    const payload = slack(hugeMessage());
    expect(Buffer.byteLength(JSON.stringify(payload))).toBeLessThanOrEqual(12_000);
    expect(JSON.stringify(payload)).toMatch(/and 9\d\d more/);
    expectWithinBlockLimits(payload);
  });

  test("fit in 512 KB for PagerDuty and in 20 KB for a webhook", () => {
    const duty = rendered("pagerduty", hugeMessage()).body;
    expect(Buffer.byteLength(duty)).toBeLessThan(512 * 1024);
    expect(duty).toMatch(/and 900 more/);
    const webhook = rendered("webhook", hugeMessage()).body;
    expect(Buffer.byteLength(webhook)).toBeLessThan(20 * 1000);
    expect(webhook).toMatch(/"total":1000,"critical":980,"warning":20,"notShown":9\d\d/);
  });

  test("fit even where every character grows by being escaped", () => {
    for (const filler of ["&", "_", "*", "字", "😀", "\u0001", '"']) {
      const text = filler.repeat(5_000);
      const worst = hugeMessage({
        cluster: clusterRef({ name: text, resourceGroup: text, location: text }),
        headline: text,
        cause: text,
        notes: [text, text, text, text],
        evidence: Array.from({ length: 99 }, () => ({ name: text, value: text, unit: text })),
        remedy: { text, commands: [text.slice(0, 900), text.slice(0, 900), text] },
        alerts: Array.from({ length: 1_000 }, () => alert({ summary: text, node: text, protocol: text })),
      });
      expect(Buffer.byteLength(JSON.stringify(teams(worst, null)))).toBeLessThanOrEqual(20 * 1024);
      const posted = slack(worst, null);
      expect(Buffer.byteLength(JSON.stringify(posted))).toBeLessThanOrEqual(12_000);
      expectWithinBlockLimits(posted);
      expect(Buffer.byteLength(rendered("pagerduty", worst).body)).toBeLessThan(512 * 1024);
      expect(Buffer.byteLength(rendered("webhook", worst).body)).toBeLessThan(20 * 1024);
    }
  });
});

test("a message of any size keeps to the limits of every channel", () => {
  const text = fc.string({
    unit: fc.constantFrom("a", "-", "&", "<", "_", "字", "😀", '"', "\\", " "),
    maxLength: 400,
  });
  const anyAlert = fc.record({ summary: text, node: text, count: fc.integer({ min: 0, max: 1_000 }) });
  fc.assert(
    fc.property(anyAlert, text, fc.array(text, { maxLength: 12 }), ({ count, ...changes }, name, texts) => {
      const told = hugeMessage({
        cluster: clusterRef({ name, resourceGroup: name, id: name }),
        headline: name,
        cause: texts.join(" "),
        notes: texts,
        evidence: texts.map((value) => ({ name, value })),
        remedy: { text: texts.join(" "), commands: texts },
        alerts: Array.from({ length: count }, () => alert(changes)),
      });
      const size = (kind: (typeof KINDS)[number]) => Buffer.byteLength(rendered(kind, told).body);
      expect(size("teams")).toBeLessThanOrEqual(20 * 1024);
      expect(size("slack")).toBeLessThanOrEqual(12_000);
      expect(size("pagerduty")).toBeLessThan(512 * 1024);
      expect(size("webhook")).toBeLessThan(20 * 1000);
      expectWithinBlockLimits(slack(told));
      const event = JSON.parse(rendered("pagerduty", told).body);
      expect(event.payload.summary.length).toBeLessThanOrEqual(1_024);
      expect(event.dedup_key.length).toBeLessThanOrEqual(255);
    }),
    { numRuns: 60 },
  );
});

function expectWithinBlockLimits({ text, blocks }: SlackMessage): void {
  expect(text.length).toBeLessThanOrEqual(3_000);
  expect(blocks.length).toBeLessThanOrEqual(50);
  for (const block of blocks) {
    const length = block.text?.text.length ?? 1;
    expect(length).toBeGreaterThan(0);
    expect(length).toBeLessThanOrEqual(block.type === "header" ? 150 : 3_000);
    expect(block.elements?.length ?? 1).toBeLessThanOrEqual(10);
  }
}
