import { expect, test } from "vitest";
import { alertLines, MAX_LINES, moreText } from "#core/notify/alert-lines.ts";
import { briefing } from "#core/notify/briefing.ts";
import { fitLines } from "#core/notify/fit-lines.ts";
import { messageLinks } from "#core/notify/links.ts";
import { remedyText } from "#core/notify/remedy-text.ts";
import { testBriefing } from "#core/notify/test-briefing.ts";
import { TITLE_MAX, titleText } from "#core/notify/title.ts";
import { standingText } from "#core/notify/words.ts";
import { alert, clusterRef, hugeMessage, MINUTE, message, OPENED_AT, STORY } from "./support-messages.ts";

test("a title has status and cluster first, and shortens names where it is long", () => {
  const alerts = [alert()];
  expect(titleText(message({ alerts }), OPENED_AT)).toBe(
    "[CRITICAL] aks-prod-weu: node aks-pool1-…0003 uses 1,013 of 1,024 SNAT ports (TCP)",
  );
  expect(
    titleText(
      message({ severity: "warning", headline: "node aks-pool1-31415926-vmss000003 is skewed", alerts }),
      OPENED_AT,
    ),
  ).toBe("[WARNING] aks-prod-weu: node aks-pool1-31415926-vmss000003 is skewed");
});

test("a title says of how many it names the first, whatever is cut", () => {
  expect(titleText(message(), OPENED_AT)).toMatch(/ SNAT ports \(TCP\) \(\+1 more\)$/);
  expect(titleText(message({ headline: "short" }), OPENED_AT)).toBe(
    "[CRITICAL] aks-prod-weu: short (+1 more)",
  );
  const largest = titleText(hugeMessage(), OPENED_AT);
  expect(largest.length).toBeLessThanOrEqual(TITLE_MAX);
  expect(largest).toMatch(/… \(\+999 more\)$/);
  expect(titleText(message({ kind: "resolved" }), OPENED_AT)).not.toContain("more");
});

test("what is over is told with how long it took and what it was", () => {
  const brief = briefing(message({ kind: "resolved", atMs: OPENED_AT + 42 * MINUTE }), {
    baseUrl: null,
    nowMs: OPENED_AT + 45 * MINUTE,
  });
  expect(brief.title).toBe("[RESOLVED] aks-prod-weu: over after 42 min (was critical)");
  expect(brief.standing).toBe("Lasted 42 min: 2026-11-21 10:05 to 10:47 UTC.");
  expect(brief.heading).toBe("It was:");
  expect(brief.lines.map(({ text, gauge }) => [text, gauge])).toEqual([
    ["node aks-pool1-31415926-vmss000003 uses 1,013 of 1,024 SNAT ports (TCP)", null],
    ["node aks-pool1-31415926-vmss000001 uses 812 of 1,024 SNAT ports (TCP), full in about 14 min", null],
  ]);
  expect(brief.remedy).toBeNull();
});

test("each kind says why we speak now", () => {
  expect(STORY.map(standingText)).toEqual([
    "New. Since 2026-11-21 10:05 UTC.",
    "Has become critical. Open for 9 min, since 2026-11-21 10:05 UTC.",
    "More is affected. Open for 21 min, since 2026-11-21 10:05 UTC. SNAT ports run out in about 14 min.",
    "Still critical. Open for 4 h 05 min, since 2026-11-21 10:05 UTC.",
    "Silenced until 16:15 UTC by jane@example.com: “new outbound IP ordered, CHG-4711”. Still critical. Open for 4 h 10 min, since 2026-11-21 10:05 UTC.",
    "Lasted 4 h 22 min: 2026-11-21 10:05 to 14:27 UTC.",
  ]);
  const updated = (reason: string) =>
    standingText(message({ kind: "updated", reason })).split(" Open for ")[0];
  expect(
    ["severity-fell", "cause-changed", "silence-ended", "maintenance-ended", "other"].map(updated),
  ).toEqual([
    "Is a warning now, no longer critical.",
    "The cause is known now.",
    "No longer silenced.",
    "The maintenance is over, and it still fires.",
    "The picture has changed.",
  ]);
});

test.for([
  [
    "leads with the node where the sentence has none",
    { summary: "is full" },
    "aks-pool1-31415926-vmss000003: is full",
  ],
  ["with the address where the node is unknown", { summary: "is full", node: null }, "10.224.0.7: is full"],
  ["not where the sentence names the address", { summary: "10.224.0.7 is full" }, "10.224.0.7 is full"],
  ["not where there is neither", { summary: "is full", node: null, backendIp: null }, "is full"],
] as const)("a line %s", ([, changes, text]) => {
  expect(alertLines([alert(changes)])[0]?.text).toBe(text);
});

test.for([
  ["is the share where the sentence has the numbers", {}, "15 min ▁▁▂▂·▃▃▄▅▅▆▆▇▇▇ 98 %"],
  [
    "is all of it where the sentence has not",
    { summary: "full", trend: [] },
    "now 1,013 of 1,024 ports (98 %), TCP",
  ],
  ["is the use where the limit is unknown", { allocatedPorts: null, trend: [] }, "now 1,013 ports, TCP"],
  ["divides by no zero", { allocatedPorts: 0, trend: [], protocol: null }, "now 1,013 ports"],
  ["is nothing without numbers", { usedPorts: null, trend: [] }, null],
  ["is the trend alone where the present use is unknown", { usedPorts: null, trend: [0, 1_024] }, "2 min ▁█"],
] as const)("a gauge %s", ([, changes, gauge]) => {
  expect(alertLines([alert(changes)])[0]?.gauge).toBe(gauge);
});

test("what is not shown is counted", () => {
  const { alerts } = hugeMessage();
  expect(alertLines(alerts)).toHaveLength(MAX_LINES);
  expect(moreText(alerts, 12)).toBe("and 988 more (968 critical, 20 warning)");
  expect(moreText(alerts, 990)).toBe("and 10 more (10 warning)");
  expect(moreText(alerts, 1_000)).toBeNull();
});

test("commands are told whole or not at all, and none after one that is left out", () => {
  const long = "x".repeat(1_995);
  expect(remedyText({ text: "do", commands: ["first", long, "last"] })).toEqual({
    advice: "do",
    commands: ["first"],
    leftOut: 2,
  });
});

test("links lead to the page: the cluster, the check, a silence", () => {
  const cluster = clusterRef({ resourceGroup: "rg (a)/b", key: "/subscriptions/s" });
  const path = "0b1f6471-1bf0-4dda-aec3-cb9272f09590/rg%20%28a%29%2Fb/aks-prod-weu";
  const urls = (changes: Parameters<typeof message>[0]) =>
    messageLinks(message({ cluster, ...changes }), "https://app.example/ ").map(({ url }) => url);
  expect(urls({})).toEqual([
    `https://app.example/api/dashboard#/clusters/${path}`,
    "https://app.example/api/dashboard#/checks/snat-ports",
    "https://app.example/api/dashboard#/silences/new?cluster=aks-prod-weu&check=snat-ports",
  ]);
  expect(urls({ kind: "resolved" }).join()).not.toContain("silences");
});

test.for([
  ["about how long", 840, "New. Since 2026-11-21 10:05 UTC. SNAT ports run out in about 14 min."],
  ["that it is soon", 59, "New. Since 2026-11-21 10:05 UTC. SNAT ports run out in less than a minute."],
  ["that it is over", 0, "New. Since 2026-11-21 10:05 UTC. SNAT ports have run out."],
  ["nothing where it is not in sight", null, "New. Since 2026-11-21 10:05 UTC."],
] as const)("of the time to exhaustion is told %s", ([, exhaustionInSeconds, text]) => {
  expect(standingText(message({ exhaustionInSeconds }))).toBe(text);
  expect(standingText(message({ kind: "resolved", exhaustionInSeconds }))).not.toContain("SNAT ports");
});

test("a message that is told late says so after status and cluster", () => {
  expect(titleText(message(), OPENED_AT + 2 * MINUTE + 10 * MINUTE)).not.toContain("late");
  expect(titleText(message(), OPENED_AT + 13 * MINUTE)).toMatch(
    /^\[CRITICAL\] aks-prod-weu \(told late: this was at 10:07 UTC\): node /,
  );
  const resolved = message({ kind: "resolved", atMs: OPENED_AT });
  expect(titleText(resolved, OPENED_AT + 1_440 * MINUTE)).toContain(
    "(told late: this was at 2026-11-21 10:05 UTC)",
  );
});

test("a test message is one, and leads to the page", () => {
  const brief = testBriefing("ops", { baseUrl: "https://app.example", nowMs: OPENED_AT });
  expect(brief.title).toMatch(/^\[TEST\] /);
  expect(brief.links).toEqual([{ label: "Dashboard", url: "https://app.example/api/dashboard" }]);
  expect(testBriefing("ops", { baseUrl: null, nowMs: OPENED_AT }).links).toEqual([]);
  expect([brief.lines, brief.more(0), brief.remedy]).toEqual([[], null, null]);
});

test.for([null, "", "app.example", "javascript:alert(1)", 'https://a"b'])(
  "no links without a web address: %s",
  (base) => {
    expect(messageLinks(message(), base)).toEqual([]);
  },
);

test("as many lines as fit are shown", () => {
  const tried: number[] = [];
  const render = (shown: number) => {
    tried.push(shown);
    return shown;
  };
  expect(fitLines(5, render, (shown) => shown <= 2)).toBe(2);
  expect(tried).toEqual([5, 4, 3, 2]);
  expect(fitLines(1, render, () => false)).toBe(0);
});
