import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import { z } from "zod";
import type { ChannelKind } from "#adapters/webhooks/channel.ts";
import { createNotifier } from "#adapters/webhooks/notifier.ts";
import { createPost } from "#adapters/webhooks/post.ts";
import type { IncidentMessage } from "#core/alert/incident.ts";
import { AFTER_SILENCE, clusterRef, message, OPENED_AT, STORY } from "../../core/notify/support-messages.ts";
import { startReceiver } from "./support-receiver.ts";
import { channelOf, ROUTING_KEY, rendered, requestsOf, rowOf, SIGNING_SECRET } from "./support-rendering.ts";

const never = new AbortController().signal;
const OTHER_SECRET = `whsec_${Buffer.alloc(24, 9).toString("base64")}`;

type Reply = Parameters<typeof startReceiver>[0];

/** Sends over a real connection, by the wall's clock. */
async function send(kind: ChannelKind, reply: Reply, secrets?: readonly string[], times = 1) {
  const receiver = await startReceiver(reply);
  let nowMs = Date.now();
  const channel = channelOf(kind, { url: receiver.url, ...(secrets === undefined ? {} : { secrets }) });
  const notifier = createNotifier({
    channels: [channel],
    baseUrl: null,
    allowPrivate: true,
    clock: { nowMs: () => nowMs },
    post: createPost({ allowPrivate: true, timeoutMs: 1_000 }),
  });
  const outcomes = [];
  for (let at = 0; at < times; at += 1) {
    outcomes.push(await notifier.send(rowOf(message()), never));
    nowMs += 5_000;
  }
  const tested = await notifier.directory.test("ops");
  await receiver.close();
  return { outcomes, tested, requests: receiver.requests };
}

const answers =
  (status: number, body = ""): Reply =>
  (response) =>
    response.writeHead(status).end(body);

const Signed = z.object({
  "webhook-id": z.string(),
  "webhook-timestamp": z.string(),
  "webhook-signature": z.string(),
});

test("a webhook's signature is what the published library verifies, with the old secret and the new", async () => {
  const { outcomes, tested, requests } = await send("webhook", answers(204), [OTHER_SECRET, SIGNING_SECRET]);
  expect([...outcomes, tested]).toEqual([{ kind: "delivered" }, { kind: "delivered" }]);
  const types = requests.map(({ headers, body }) => {
    for (const secret of [OTHER_SECRET, SIGNING_SECRET]) {
      const verified = new Webhook(secret).verify(body, Signed.parse(headers));
      expect(verified).toEqual(JSON.parse(body));
    }
    const stranger = new Webhook(`whsec_${Buffer.alloc(24, 1).toString("base64")}`);
    expect(() => stranger.verify(body, Signed.parse(headers))).toThrow("No matching signature");
    expect(() => new Webhook(SIGNING_SECRET).verify(`${body} `, Signed.parse(headers))).toThrow();
    return JSON.parse(body).type;
  });
  expect(types).toEqual(["snatwatch.incident.opened", "snatwatch.channel.test"]);
});

test("a webhook's id stays over attempts, its time does not, and its id has no dot", async () => {
  const { requests } = await send("webhook", answers(503), undefined, 2);
  const [first, second] = requests.map(({ headers }) => Signed.parse(headers));
  expect(first?.["webhook-id"]).toBe("aks-prod-weu-4f2a-29920925-1-ops");
  expect(second?.["webhook-id"]).toBe(first?.["webhook-id"]);
  expect(Number(second?.["webhook-timestamp"]) - Number(first?.["webhook-timestamp"])).toBe(5);
  expect(second?.["webhook-signature"]).not.toBe(first?.["webhook-signature"]);
  const dotted = rendered("webhook", message());
  expect(dotted.headers["webhook-id"]).not.toContain(".");
});

test.for([
  ["pagerduty", 202, '{"status":"success"}', { kind: "delivered" }],
  ["pagerduty", 202, "", { kind: "delivered" }],
  ["pagerduty", 200, "<html>", { kind: "retry", reason: "malformed: answered 200 without success" }],
  [
    "pagerduty",
    200,
    '{"status":"invalid event"}',
    { kind: "dead", reason: "rejected: did not accept the event" },
  ],
  ["pagerduty", 400, '{"status":"invalid event"}', { kind: "dead", reason: "rejected: answered 400" }],
  ["pagerduty", 429, "", { kind: "retry", reason: "throttled: answered 429" }],
  ["pagerduty", 500, "", { kind: "retry", reason: "unavailable: answered 500" }],
  ["webhook", 200, "", { kind: "delivered" }],
  ["webhook", 302, "", { kind: "dead" }],
  ["webhook", 410, "", { kind: "dead", reason: "notFound: answered 410" }],
  ["webhook", 502, "", { kind: "retry", reason: "unavailable: answered 502" }],
] as const)("%s answers %d %s", async ([kind, status, body, outcome]) => {
  const { outcomes } = await send(kind, answers(status, body));
  expect(outcomes[0]).toMatchObject(outcome);
});

const Event = z.object({
  routing_key: z.literal(ROUTING_KEY),
  event_action: z.enum(["trigger", "acknowledge", "resolve"]),
  dedup_key: z.string().min(1).max(255),
  client: z.string(),
  links: z.array(z.object({ href: z.url(), text: z.string() })),
  payload: z.object({
    summary: z.string().min(1).max(1_024),
    source: z.string().min(1),
    severity: z.enum(["critical", "error", "warning", "info"]),
    timestamp: z.iso.datetime(),
    class: z.string(),
  }),
});

const eventOf = (...args: Parameters<typeof rendered>) => Event.parse(JSON.parse(rendered(...args).body));

test("one PagerDuty alert lives as long as the incident", () => {
  const events = STORY.map((told) => eventOf("pagerduty", told));
  expect(events.map(({ event_action, payload }) => [event_action, payload.severity])).toEqual([
    ["trigger", "warning"],
    ["trigger", "critical"],
    ["trigger", "critical"],
    ["trigger", "critical"],
    ["acknowledge", "critical"],
    ["resolve", "info"],
  ]);
  expect(new Set(events.map(({ dedup_key }) => dedup_key)).size).toBe(1);
});

test("what is told after a silence is a PagerDuty alert of its own, and none is left open", () => {
  const Action = z.object({ event_action: z.string(), dedup_key: z.string() });
  const actions = (told: IncidentMessage) =>
    requestsOf("pagerduty", told).map(({ body }) => {
      const { event_action, dedup_key } = Action.parse(JSON.parse(body));
      return `${event_action} ${dedup_key.replace(/^.*(?=aks-prod-weu-4f2a)/, "")}`;
    });
  const id = "aks-prod-weu-4f2a-29920925";
  expect(AFTER_SILENCE.map(actions)).toEqual([
    [`trigger ${id}/6`, `resolve ${id}`],
    [`resolve ${id}/6`, `resolve ${id}`],
  ]);
  const again = message({ sequence: 9, kind: "silenced", reason: "silence-began", raisedAt: [1, 6, 8] });
  expect(actions(again)).toEqual([`acknowledge ${id}/8`, `resolve ${id}`, `resolve ${id}/6`]);
});

test("PagerDuty alerts of two incidents, or two clusters, are two", () => {
  const keys = [
    message(),
    message({ incidentId: "other" }),
    message({ cluster: clusterRef({ name: "other" }) }),
    message({ incidentId: "x".repeat(300) }),
    message({ incidentId: `${"x".repeat(300)}y` }),
  ].map((told) => eventOf("pagerduty", told).dedup_key);
  expect(new Set(keys).size).toBe(keys.length);
});

test("a test opens a PagerDuty alert and closes it, and stops where it is refused", async () => {
  const taken = await send("pagerduty", answers(202));
  const events = taken.requests.slice(1).map(({ body }) => JSON.parse(body));
  expect(events.map(({ event_action }) => event_action)).toEqual(["trigger", "resolve"]);
  expect(events[0].dedup_key).toBe(events[1].dedup_key);
  expect(events[0].payload).toMatchObject({ severity: "info", summary: expect.stringContaining("[TEST]") });
  const refused = await send("pagerduty", answers(400));
  expect(refused.tested).toEqual({ kind: "dead", reason: "rejected: answered 400" });
  expect(refused.requests).toHaveLength(2);
});

test("a channel is shown by its host alone", () => {
  const url = "https://user:hush@hooks.example:8443/hush?sig=hush";
  const channels = [channelOf("webhook", { url, clusters: ["a*"], minSeverity: "critical" })];
  const { directory } = createNotifier({
    channels,
    baseUrl: null,
    allowPrivate: false,
    clock: { nowMs: () => OPENED_AT },
  });
  expect(directory.list).toEqual([
    { name: "ops", kind: "webhook", host: "hooks.example:8443", minSeverity: "critical", clusters: ["a*"] },
  ]);
});

test("a channel that is not configured cannot be tried", async () => {
  const notifier = createNotifier({
    channels: [],
    baseUrl: null,
    allowPrivate: false,
    clock: { nowMs: () => 0 },
  });
  expect(await notifier.directory.test("ops")).toBeUndefined();
});
