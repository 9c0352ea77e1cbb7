import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import type { ChannelConfig } from "#adapters/webhooks/channel.ts";
import { createNotifier } from "#adapters/webhooks/notifier.ts";
import { createPost, type Post } from "#adapters/webhooks/post.ts";
import type { OutboxRow } from "#ports/outbox.ts";
import { clusterRef, message } from "../../core/notify/support-messages.ts";
import { CANARY, type Receiver, startReceiver } from "./support-receiver.ts";

const NOW = Date.UTC(2026, 10, 21, 10, 0, 0);
const clock = { nowMs: () => NOW };
const never = new AbortController().signal;

function row(changes: Partial<OutboxRow> = {}): OutboxRow {
  const told = message();
  return {
    channel: "ops",
    incidentId: told.incidentId,
    sequence: told.sequence,
    message: told,
    state: "sending",
    createdAtMs: NOW,
    attempts: 1,
    nextAttemptAtMs: NOW,
    leaseUntilMs: NOW + 60_000,
    settledAtMs: null,
    lastError: null,
    ...changes,
  };
}

function notifierFor(url: string, kind: ChannelConfig["kind"] = "teams", post?: Post) {
  return createNotifier({
    channels: [{ name: "ops", kind, url }],
    baseUrl: null,
    allowPrivate: true,
    clock,
    post: post ?? createPost({ allowPrivate: true, timeoutMs: 300 }),
  });
}

const open: Receiver[] = [];
afterEach(async () => {
  for (const receiver of open.splice(0)) await receiver.close();
});

type Reply = (response: ServerResponse, socket: Socket) => void;

async function sendTo(reply: Reply, kind: ChannelConfig["kind"] = "teams") {
  const receiver = await startReceiver(reply);
  open.push(receiver);
  const outcome = await notifierFor(receiver.url, kind).send(row(), never);
  // Whatever happened, the address is nowhere in it.
  expect(JSON.stringify(outcome)).not.toContain(CANARY);
  return { outcome, receiver };
}

const status =
  (code: number, body = "", headers: Record<string, string> = {}): Reply =>
  (response) =>
    response.writeHead(code, headers).end(body);

test.for([
  ["takes 202 from a flow", "teams", status(202)],
  ["takes 200 from a connector", "teams", status(200, "1")],
  ["takes ok from Slack", "slack", status(200, "ok")],
  ["takes a line end after it", "slack", status(200, "ok\n")],
  ["takes the JSON of a workflow trigger", "slack", status(200, '{"ok":true}')],
] as const)("delivered: %s", async ([, kind, reply]) => {
  expect((await sendTo(reply, kind)).outcome).toEqual({ kind: "delivered" });
});

const inSeconds = (seconds: number) => NOW + seconds * 1_000;

test.for([
  [
    "throttled, to come back in seconds",
    status(429, "", { "retry-after": "17" }),
    "throttled: answered 429",
    inSeconds(17),
  ],
  [
    "throttled until a date by the receiver's clock, which is wrong",
    status(429, "", {
      "retry-after": "Sat, 21 Nov 2020 00:01:30 GMT",
      date: "Sat, 21 Nov 2020 00:00:00 GMT",
    }),
    "throttled: answered 429",
    inSeconds(90),
  ],
  [
    "throttled until a date that is over",
    status(429, "", {
      "retry-after": "Sat, 21 Nov 2020 00:00:00 GMT",
      date: "Sat, 21 Nov 2020 00:01:00 GMT",
    }),
    "throttled: answered 429",
    NOW,
  ],
  ["throttled without a word of when", status(429), "throttled: answered 429", null],
  [
    "throttled with nonsense for when",
    status(429, "", { "retry-after": "soon" }),
    "throttled: answered 429",
    null,
  ],
  ["request time-out", status(408), "timeout: answered 408", null],
  ["too early", status(425), "unavailable: answered 425", null],
  ["server error", status(500, CANARY), "unavailable: answered 500", null],
  ["away for a while", status(503, "", { "retry-after": "2" }), "unavailable: answered 503", inSeconds(2)],
  [
    "a connector that hides its 429 in a 200",
    status(
      200,
      "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429 with ContextId x",
    ),
    "throttled: answered 429",
    null,
  ],
  [
    "reset",
    (_, socket) => socket.resetAndDestroy(),
    "unavailable: the connection broke before the answer was whole",
    null,
  ],
  [
    "closed without an answer",
    (_, socket) => socket.destroy(),
    "unavailable: the connection broke before the answer was whole",
    null,
  ],
  [
    "no HTTP at all",
    (_, socket) => socket.end("SSH-2.0-OpenSSH\r\n"),
    "unavailable: the connection broke before the answer was whole",
    null,
  ],
  [
    "half an answer",
    (response, socket) => {
      response.writeHead(200, { "content-length": "100" }).write("o");
      setTimeout(() => socket.destroy(), 20);
    },
    "unavailable: the connection broke before the answer was whole",
    null,
  ],
  ["no answer", () => undefined, "timeout: no whole answer within the time limit", null],
  [
    "an answer that never ends",
    (response) => void response.writeHead(200, { "content-length": "100" }).write("o"),
    "timeout: no whole answer within the time limit",
    null,
  ],
] as const satisfies readonly (readonly [string, Reply, string, number | null])[])(
  "tried again: %s",
  async ([, reply, reason, retryAtMs]) => {
    expect((await sendTo(reply)).outcome).toEqual({ kind: "retry", reason, retryAtMs });
  },
);

test.for([
  ["bad request", status(400, CANARY), "rejected: answered 400"],
  ["unauthorized", status(401), "unauthorized: answered 401"],
  ["forbidden", status(403), "forbidden: answered 403"],
  ["not there", status(404), "notFound: answered 404"],
  ["gone for good", status(410), "notFound: answered 410"],
  ["too large", status(413), "rejected: answered 413"],
  [
    "a connector that hides its 404 in a 200",
    status(200, "returned HTTP error 404"),
    "notFound: answered 404",
  ],
] as const)("dead at once: %s", async ([, reply, reason]) => {
  expect((await sendTo(reply)).outcome).toEqual({ kind: "dead", reason });
});

test("a redirect is dead, and nobody goes where it points", async () => {
  const elsewhere = await startReceiver(status(200, "ok"));
  open.push(elsewhere);
  const { outcome } = await sendTo(status(307, "", { location: elsewhere.url }));
  expect(outcome).toEqual({
    kind: "dead",
    reason: "rejected: answered 307, a redirect, which is not followed",
  });
  expect(elsewhere.requests).toEqual([]);
});

test.for([
  [
    "an error word is dead",
    "no_service",
    { kind: "dead", reason: "rejected: answered 200 with an error word in place of ok" },
  ],
  [
    "its word for too much is not",
    "rate_limited",
    { kind: "retry", reason: "malformed: answered 200 without ok", retryAtMs: null },
  ],
  [
    "some page in between is not",
    "<html>please sign in</html>",
    { kind: "retry", reason: "malformed: answered 200 without ok", retryAtMs: null },
  ],
] as const)("Slack answers 200 without ok: %s", async ([, body, outcome]) => {
  expect((await sendTo(status(200, body), "slack")).outcome).toEqual(outcome);
});

test("an answer without end is read no further than 64 KiB", async () => {
  const { outcome } = await sendTo((response) => {
    response.writeHead(202);
    const pour = () => {
      if (!response.destroyed) response.write("x".repeat(16_384), () => setImmediate(pour));
    };
    pour();
  });
  expect(outcome).toEqual({ kind: "delivered" });
});

test("the idempotency key goes out as a header, whatever the channel is called", async () => {
  const receiver = await startReceiver(status(202));
  open.push(receiver);
  const channels = [{ name: "Ops ✓\r\nx", kind: "teams", url: receiver.url }] as const;
  const notifier = createNotifier({ channels, baseUrl: null, allowPrivate: true, clock });
  await notifier.send(row({ channel: "Ops ✓\r\nx", sequence: 7 }), never);
  const [request] = receiver.requests;
  expect(request?.headers["idempotency-key"]).toBe("aks-prod-weu-4f2a-29920925-7-Ops%20%E2%9C%93%0D%0Ax");
  expect(request?.headers["content-type"]).toBe("application/json; charset=utf-8");
  expect(request?.path).toBe(`/hook?sig=${CANARY}`);
  expect(JSON.parse(request?.body ?? "")).toHaveProperty("attachments");
});

test.for([
  ["refused for good, the message is told all the same", 400, "delivered", ["notifier.untidy"]],
  ["unavailable, all of it is asked for again", 503, "retry", []],
] as const)("closing what an earlier message opened is %s", async ([, code, kind, lines]) => {
  const replies = [status(202), status(code), status(202)];
  const receiver = await startReceiver((response, socket) => replies.shift()?.(response, socket));
  open.push(receiver);
  const logged: string[] = [];
  const notifier = createNotifier({
    channels: [{ name: "ops", kind: "pagerduty", url: receiver.url, secrets: ["R".repeat(32)] }],
    baseUrl: null,
    allowPrivate: true,
    clock,
    logger: { warn: (event) => void logged.push(event) },
  });
  const told = message({ sequence: 9, raisedAt: [1, 6, 8] });
  const outcome = await notifier.send(row({ message: told, sequence: 9 }), never);
  expect(outcome.kind).toBe(kind);
  expect(logged).toEqual(lines);
  expect(receiver.requests).toHaveLength(kind === "delivered" ? 3 : 2);
});

test("being stopped is not the receiver's fault", async () => {
  const receiver = await startReceiver(() => undefined);
  open.push(receiver);
  const stop = new AbortController();
  const sending = notifierFor(receiver.url, "teams", createPost({ allowPrivate: true })).send(
    row(),
    stop.signal,
  );
  setTimeout(() => stop.abort(), 50);
  expect(await sending).toMatchObject({ kind: "retry", reason: expect.stringContaining("we were stopped") });
});

test("nobody at the port is tried again", async () => {
  const receiver = await startReceiver(status(202));
  await receiver.close();
  expect(await notifierFor(receiver.url).send(row(), never)).toMatchObject({
    kind: "retry",
    reason: "unavailable: the connection was refused",
  });
});

test.for([
  ["badAddress", "dead", "rejected: the channel's address is not a web address"],
  ["insecure", "dead", "rejected: the channel's address is not https"],
  ["private", "dead", "rejected: the channel's address is not a public one"],
  ["dns", "retry", "unavailable: the host's name could not be resolved"],
  ["tls", "retry", "unavailable: the host's certificate or TLS was not accepted"],
  ["network", "retry", "unavailable: the host could not be reached"],
] as const)("without an answer: %s is %s", async ([failure, kind, reason]) => {
  const post: Post = async () => ({ kind: "failure", failure });
  const outcome = await notifierFor(`https://x.example/${CANARY}`, "teams", post).send(row(), never);
  expect(outcome).toMatchObject({ kind, reason });
});

test("a channel that is no longer configured is dead", async () => {
  const outcome = await notifierFor("https://example.com").send(row({ channel: "gone" }), never);
  expect(outcome).toEqual({
    kind: "dead",
    reason: "rejected: no channel of this name is configured any more",
  });
});

test.for([
  ["hears all without filters", {}, {}, true],
  ["hears what is critical", { minSeverity: "critical" }, {}, true],
  ["does not hear a warning", { minSeverity: "critical" }, { severity: "warning" }, false],
  ["hears a warning where that is its least", { minSeverity: "warning" }, { severity: "warning" }, true],
  ["hears of its clusters", { clusters: ["dev-*", "AKS-prod-???"] }, {}, true],
  ["does not hear of others", { clusters: ["aks-prod"] }, {}, false],
  ["hears of all where the list is empty", { clusters: [] }, {}, true],
  ["takes a dot for a dot", { clusters: ["aks.prod*"] }, {}, false],
] as const)("a channel %s", ([, filters, changes, wanted]) => {
  const channels = [{ name: "ops", kind: "slack", url: "https://example.com", ...filters }] as const;
  const notifier = createNotifier({ channels, baseUrl: null, allowPrivate: false, clock });
  expect(notifier.wants("ops", message(changes))).toBe(wanted);
  expect(notifier.wants("unknown", message(changes))).toBe(false);
});

test("a hostile pattern takes no time", () => {
  const channels = [
    { name: "ops", kind: "slack", url: "https://x.example", clusters: [`${"*a".repeat(60)}b`] },
  ] as const;
  const notifier = createNotifier({ channels, baseUrl: null, allowPrivate: false, clock });
  expect(notifier.wants("ops", message({ cluster: clusterRef({ name: "a".repeat(5_000) }) }))).toBe(false);
});
