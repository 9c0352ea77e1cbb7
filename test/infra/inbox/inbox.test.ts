import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import type { ChannelConfig } from "#adapters/webhooks/channel.ts";
import { createNotifier } from "#adapters/webhooks/notifier.ts";
import { parseChannels } from "#config/channels.ts";
import type { IncidentMessage } from "#core/alert/incident.ts";
import { type Inbox, type InboxOptions, startInbox } from "../../../infra/local/inbox/start-inbox.ts";
import { rowOf, slack, teams } from "../../adapters/webhooks/support-rendering.ts";
import { AFTER_SILENCE, hugeMessage, MINUTE, message, STORY } from "../../core/notify/support-messages.ts";

const open: Inbox[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const inbox of open.splice(0)) await inbox.close();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

async function start(options: Partial<InboxOptions> = {}): Promise<Inbox> {
  const inbox = await startInbox({ log: () => undefined, ...options });
  open.push(inbox);
  return inbox;
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "inbox-"));
  folders.push(path);
  return path;
}

function post(url: string, payload: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const body = typeof payload === "string" ? payload : JSON.stringify(payload);
  return fetch(url, { method: "POST", body, headers: { "content-type": "application/json", ...headers } });
}

async function answerOf(response: Response) {
  return [response.status, await response.text()];
}

async function pageOf({ address }: Inbox): Promise<string> {
  return (await fetch(address)).text();
}

const Messages = z.object({
  messages: z.array(
    z.object({
      channel: z.string(),
      receivedAt: z.iso.datetime(),
      headers: z.record(z.string(), z.string()),
      bytes: z.number(),
      payload: z.unknown(),
    }),
  ),
});

async function messagesOf({ address }: Inbox, query = "") {
  const response = await fetch(`${address}messages${query}`);
  return Messages.parse(await response.json()).messages;
}

async function payloadsOf(inbox: Inbox, query = ""): Promise<unknown[]> {
  return (await messagesOf(inbox, query)).map(({ payload }) => payload);
}

const News = z.object({
  lastId: z.number(),
  refused: z.number(),
  behaviour: z.unknown(),
  articles: z.record(z.string(), z.string()),
});

async function newsOf({ address }: Inbox, after: number) {
  const response = await fetch(`${address}_inbox/news?after=${after}`);
  return News.parse(await response.json());
}

test("answers as Teams and Slack do, and keeps what they were sent", async () => {
  const inbox = await start();
  expect(
    await answerOf(await post(inbox.teamsUrl, { type: "message" }, { "idempotency-key": "i-1-ops" })),
  ).toEqual([202, ""]);
  expect(await answerOf(await post(inbox.slackUrl, { text: "hello" }))).toEqual([200, "ok"]);

  expect(await payloadsOf(inbox)).toEqual([{ type: "message" }, { text: "hello" }]);
  expect(await payloadsOf(inbox, "?channel=slack")).toEqual([{ text: "hello" }]);
  const [first] = await messagesOf(inbox);
  expect(first).toMatchObject({ channel: "teams", headers: { "idempotency-key": "i-1-ops" }, bytes: 18 });
});

/** The channels as the local environment sets them. */
function channelsOf(inbox: Inbox): readonly ChannelConfig[] {
  const { channels, faults } = parseChannels(JSON.stringify(inbox.channels), true);
  expect(faults).toEqual([]);
  return channels;
}

function notifierFor(inbox: Inbox, channels = channelsOf(inbox)) {
  const clock = { nowMs: () => message().atMs + 3 * MINUTE };
  return createNotifier({ channels, baseUrl: inbox.address, allowPrivate: true, clock });
}

async function tell(inbox: Inbox, told: IncidentMessage): Promise<void> {
  const notifier = notifierFor(inbox);
  for (const channel of notifier.channels) {
    const outcome = await notifier.send({ ...rowOf(told), channel }, new AbortController().signal);
    expect(outcome).toEqual({ kind: "delivered" });
  }
}

test("takes every message that we make, over every kind of channel, and shows it whole", async () => {
  const inbox = await start();
  const later = AFTER_SILENCE.map((told): IncidentMessage => ({ ...told, incidentId: "silenced" }));
  for (const told of [...STORY, ...later, hugeMessage({ incidentId: "huge" })]) await tell(inbox, told);
  const { directory } = notifierFor(inbox);
  for (const { name } of directory.list) expect(await directory.test(name)).toEqual({ kind: "delivered" });

  const count = Map.groupBy(await messagesOf(inbox), ({ channel }) => channel);
  expect([...count].map(([channel, { length }]) => [channel, length])).toEqual([
    ["teams", 10],
    ["slack", 10],
    // A test is opened and closed, and what follows a silence closes what was before it.
    ["pagerduty", 13],
    ["webhook", 10],
  ]);
  const page = await pageOf(inbox);
  expect(page).not.toContain("cannot show");
  expect(page).not.toContain('class="fault"');
  expect(page).not.toContain('class="call"');
  expect(page).toContain("snatwatch/aks-prod-weu/aks-prod-weu-4f2a-29920925");
  expect(page).toContain("snatwatch.incident.resolved");
});

test.for([
  ["pagerduty", ["R0".padEnd(32, "x")], "rejected: answered 400"],
  ["webhook", [`whsec_${Buffer.alloc(32).toString("base64")}`], "rejected: answered 400"],
] as const)("refuses the wrong secret of %s", async ([kind, secrets, reason]) => {
  const inbox = await start();
  const channels = channelsOf(inbox)
    .filter((channel) => channel.kind === kind)
    .map((channel): ChannelConfig => ({ ...channel, secrets }));
  const { directory } = notifierFor(inbox, channels);
  expect(await directory.test(`inbox-${kind}`)).toEqual({ kind: "dead", reason });
  expect(await payloadsOf(inbox)).toEqual([]);
});

const ROUTED = (inbox: Inbox) => ({
  routing_key: inbox.channels.find(({ kind }) => kind === "pagerduty")?.secret,
  event_action: "trigger",
  payload: { summary: "s", source: "s", severity: "info" },
});

test.for([
  ["no severity", { payload: { summary: "s", source: "s" } }, "'payload.severity' is invalid"],
  [
    "a long summary",
    { payload: { summary: "s".repeat(1_025), source: "s", severity: "info" } },
    "'payload.summary' is too long",
  ],
  ["a long key", { dedup_key: "k".repeat(256) }, "'dedup_key' is too long"],
  ["an end of nothing", { event_action: "resolve" }, "'dedup_key' is missing"],
  ["an unknown action", { event_action: "open" }, "'event_action' is invalid"],
  [
    "too much",
    { payload: { summary: "s", source: "s", severity: "info", custom_details: "x".repeat(600_000) } },
    "512 KB",
  ],
] as const)("PagerDuty's stand-in refuses %s", async ([, change, fault]) => {
  const inbox = await start();
  const event = { ...ROUTED(inbox), ...change };
  const [status, text] = await answerOf(await post(inbox.pagerdutyUrl, event));
  expect([status, text]).toEqual([400, expect.stringContaining(fault)]);
  expect((await post(inbox.pagerdutyUrl, ROUTED(inbox))).status).toBe(202);
});

test.for([
  ["what is no JSON", "{", "invalid_payload"],
  ["nothing to show", {}, "no_text"],
  ["too many blocks", { blocks: Array.from({ length: 51 }, () => ({ type: "divider" })) }, "invalid_blocks"],
  [
    "a long header",
    { blocks: [{ type: "header", text: { type: "plain_text", text: "x".repeat(151) } }] },
    "invalid_blocks",
  ],
  [
    "a long section",
    { blocks: [{ type: "section", text: { type: "mrkdwn", text: "x".repeat(3_001) } }] },
    "invalid_blocks",
  ],
  ["an empty context", { blocks: [{ type: "context", elements: [] }] }, "invalid_blocks"],
  [
    "too much in all",
    { blocks: Array.from({ length: 5 }, () => ({ type: "section", text: { text: "x".repeat(2_900) } })) },
    "msg_blocks_too_long",
  ],
] as const)("Slack's stand-in refuses %s", async ([, payload, word]) => {
  const inbox = await start();
  expect(await answerOf(await post(inbox.slackUrl, payload))).toEqual([400, word]);
  expect(await payloadsOf(inbox)).toEqual([]);
});

test("keeps messages over a restart, and lives with a line that a crash cut", async () => {
  const dataFolder = await folder();
  const first = await start({ dataFolder });
  await post(first.slackUrl, { text: "one" });
  await first.close();
  await appendFile(join(dataFolder, "inbox.jsonl"), '{"id":2,"chan');

  const log: string[] = [];
  const second = await start({ dataFolder, log: (line) => log.push(line) });
  expect(second.slackUrl.replace(/:\d+/, "")).toBe(first.slackUrl.replace(/:\d+/, ""));
  await post(second.slackUrl, { text: "two" });
  expect(await payloadsOf(second)).toEqual([{ text: "one" }, { text: "two" }]);
  expect(log).toEqual([expect.stringContaining("1 broken lines left out")]);
  const lines = (await readFile(join(dataFolder, "inbox.jsonl"), "utf8")).trim().split("\n");
  expect(lines.map((line) => JSON.parse(line).id)).toEqual([1, 2]);
});

test("plays dead, and throttles, when asked to", async () => {
  const inbox = await start();
  const behave = (behaviour: unknown) => post(`${inbox.address}_inbox/behaviour`, behaviour);
  const send = () => post(inbox.slackUrl, { text: "x" });

  expect((await behave({ mode: "down" })).status).toBe(204);
  expect((await send()).status).toBe(503);
  await behave({ mode: "429", retryAfter: 7 });
  expect((await send()).headers.get("retry-after")).toBe("7");
  await behave({ mode: 429 });
  const bare = await send();
  expect([bare.status, bare.headers.get("retry-after")]).toEqual([429, null]);
  const { refused, behaviour } = await newsOf(inbox, 0);
  expect([refused, behaviour]).toEqual([1, { mode: "429", retryAfter: null }]);
  await behave({ mode: "ok" });
  expect((await send()).status).toBe(200);
  expect(await payloadsOf(inbox)).toHaveLength(1);
});

test.for([
  ["no JSON", "mode=down", "application/json"],
  ["an unknown mode", '{"mode":"sleep"}', "application/json"],
  ["a strange wait", '{"mode":"429","retryAfter":{}}', "application/json"],
  ["a form of another page", '{"mode":"down"}', "text/plain"],
] as const)("takes no wish from %s", async ([, body, type]) => {
  const inbox = await start();
  const response = await post(`${inbox.address}_inbox/behaviour`, body, { "content-type": type });
  expect(response.status).toBe(400);
  expect((await post(inbox.slackUrl, { text: "x" })).status).toBe(200);
});

test("nobody receives at a guessed address", async () => {
  const inbox = await start();
  const noSignature = inbox.teamsUrl.replace(/&sig=.*/, "");
  expect((await post(noSignature, {})).status).toBe(404);
  expect((await fetch(inbox.teamsUrl)).status).toBe(404);
  expect((await fetch(`${inbox.address}toString`)).status).toBe(404);
});

test("what is posted never becomes part of the page", async () => {
  const inbox = await start();
  const evil = '</pre><script>alert(1)</script><img src=x onerror="alert(1)">';
  const told = message({ headline: evil, cause: evil, alerts: [], remedy: { text: evil, commands: [evil] } });
  await post(inbox.teamsUrl, teams(told, null), { "idempotency-key": evil });
  await post(inbox.slackUrl, slack(told, null));
  await post(inbox.slackUrl, { text: `*${evil}* <javascript:alert(1)|${evil}>`, blocks: [{ type: evil }] });
  await post(inbox.teamsUrl, evil);
  await tell(inbox, { ...told, cluster: { ...told.cluster, name: evil, id: evil } });

  const response = await fetch(inbox.address);
  const page = await response.text();
  expect(page.match(/<script/g)).toHaveLength(1);
  expect(page).not.toContain("<img");
  expect(page).not.toMatch(/href="javascript/i);
  expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
});

test("shows what a real client could not, loudly", async () => {
  const inbox = await start();
  const card = (body: unknown[]) => ({ attachments: [{ content: { type: "AdaptiveCard", body } }] });
  await post(inbox.teamsUrl, card([{ type: "Video" }, { type: "TextBlock", text: "x".repeat(29_000) }]));
  await post(inbox.teamsUrl, { attachments: [] });
  await post(inbox.slackUrl, { text: "<!channel> look" }, { "idempotency-key": "same" });
  await post(inbox.slackUrl, { text: "again" }, { "idempotency-key": "same" });
  const page = await pageOf(inbox);
  expect(page).toContain('This page cannot show "Video"');
  expect(page).toContain("Teams would drop this");
  expect(page).toContain("Teams would show nothing");
  expect(page).toContain('<mark class="call">!channel</mark>');
  expect(page.match(/A second copy/g)).toHaveLength(1);
});

test("the refresh brings what is new alone, newest first", async () => {
  const inbox = await start();
  for (const text of ["one", "two", "three"]) await post(inbox.slackUrl, { text });
  const news = await newsOf(inbox, 1);
  expect(news.lastId).toBe(3);
  expect([...(news.articles["slack"] ?? "").matchAll(/data-id="(\d)"/g)].map(([, id]) => id)).toEqual([
    "3",
    "2",
  ]);
  expect(news.articles["teams"]).toBe("");
});
