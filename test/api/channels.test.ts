import { expect, test } from "vitest";
import { createNotifier } from "#adapters/webhooks/notifier.ts";
import type { Post } from "#adapters/webhooks/post.ts";
import { createApi } from "#api/create-api.ts";
import type { ApiDependencies } from "#api/route.ts";
import type { OutboxRow } from "#ports/outbox.ts";
import { message } from "../core/notify/support-messages.ts";
import { MemorySeriesStore } from "../support/memory/series-store.ts";
import { MemorySilenceStore } from "../support/memory/silence-store.ts";
import { API_SETTINGS, NOW_MS } from "./fakes.ts";

const SECRET = `whsec_${Buffer.from("hush".repeat(8)).toString("base64")}`;
const CHANNELS = [
  { name: "ops", kind: "teams", url: "https://flow.example/hush?sig=hush" },
  {
    name: "own",
    kind: "webhook",
    url: "https://own.example:8443/hush",
    secrets: [SECRET],
    minSeverity: "critical",
    clusters: ["prod-*"],
  },
] as const;

const unused = () => Promise.reject(new Error("channels are all that is looked at"));

function row(channel: string, state: OutboxRow["state"], change: Partial<OutboxRow> = {}): OutboxRow {
  const told = message();
  return {
    channel,
    incidentId: told.incidentId,
    sequence: 1,
    message: told,
    state,
    createdAtMs: NOW_MS - 60_000,
    attempts: 1,
    nextAttemptAtMs: NOW_MS,
    leaseUntilMs: null,
    settledAtMs: state === "pending" ? null : NOW_MS - 30_000,
    lastError: null,
    ...change,
  };
}

/** The API with real channels, and whatever it logs. */
function open(rows: readonly OutboxRow[], post: Post) {
  const logged: string[] = [];
  const log = (event: string, fields: unknown) => void logged.push(`${event} ${JSON.stringify(fields)}`);
  const clock = { nowMs: () => NOW_MS };
  const notifier = createNotifier({ channels: CHANNELS, baseUrl: null, allowPrivate: false, clock, post });
  const dependencies: ApiDependencies = {
    inventory: { list: unused, lastDiscovery: unused, save: unused },
    monitor: { read: unused },
    states: { loadShard: unused, load: unused, summaries: unused, save: unused, remove: unused },
    series: new MemorySeriesStore(),
    denials: { read: unused, write: unused, expire: unused },
    events: { read: unused, write: unused, expire: unused, forget: unused },
    outbox: {
      put: unused,
      load: unused,
      update: unused,
      expire: unused,
      listOpen: async () => rows.filter(({ settledAtMs }) => settledAtMs === null),
      listSince: async (fromMs) => rows.filter(({ createdAtMs }) => createdAtMs >= fromMs),
    },
    silences: new MemorySilenceStore(),
    channels: async () => notifier.directory,
    clock,
    logger: { debug: log, info: log, warn: log, error: log },
    settings: { ...API_SETTINGS, auth: "none" },
    version: "1.2.3",
    checks: async () => [],
  };
  return { api: createApi(dependencies), logged };
}

const taken: Post = async () => ({
  kind: "answer",
  answer: { status: 202, body: "", retryAfter: null, date: null },
});

async function ask(
  { api }: ReturnType<typeof open>,
  route: string,
  request: { name?: string; body?: string; headers?: Record<string, string>; method?: string } = {},
) {
  const method = request.method ?? (route === "channelTest" ? "POST" : "GET");
  const response = await api.handle(route, {
    method,
    params: request.name === undefined ? {} : { name: request.name },
    query: new URLSearchParams(),
    headers: new Headers({
      ...(method === "POST" ? { "content-type": "application/json" } : {}),
      ...request.headers,
    }),
    text: async () => request.body ?? "",
  });
  return { status: response.status, json: JSON.parse(JSON.stringify(response.body)) };
}

test("channels are told with how they stand, and without their secrets", async () => {
  const opened = open(
    [
      row("ops", "delivered", { sequence: 1 }),
      row("ops", "delivered", { sequence: 2, settledAtMs: NOW_MS - 20_000 }),
      row("ops", "dead", { lastError: "rejected: answered 400", settledAtMs: NOW_MS - 40_000 }),
      row("ops", "pending", { lastError: "throttled: answered 429" }),
      row("ops", "sending", { settledAtMs: null }),
      row("ops", "dead", { createdAtMs: NOW_MS - 8 * 24 * 3_600_000 }),
      row("gone", "dead"),
    ],
    taken,
  );
  const { status, json } = await ask(opened, "channels");
  expect(status).toBe(200);
  expect(json).toEqual({
    channels: [
      {
        name: "ops",
        kind: "teams",
        host: "flow.example",
        minSeverity: "warning",
        clusters: [],
        lastDelivery: {
          at: new Date(NOW_MS - 20_000).toISOString().replace(".000", ""),
          incidentId: "aks-prod-weu-4f2a-29920925",
          sequence: 2,
          kind: "opened",
          cluster: "aks-prod-weu",
        },
        open: 2,
        dead: 1,
        lastError: "throttled: answered 429",
      },
      {
        name: "own",
        kind: "webhook",
        host: "own.example:8443",
        minSeverity: "critical",
        clusters: ["prod-*"],
        lastDelivery: null,
        open: 0,
        dead: 0,
        lastError: null,
      },
    ],
  });
  expect(JSON.stringify(json)).not.toContain("hush");
});

const answering =
  (status: number): Post =>
  async () => ({ kind: "answer", answer: { status, body: "hush", retryAfter: null, date: null } });

test.for([
  ["delivered", taken, "delivered", null],
  ["rejected", answering(400), "rejected", "rejected: answered 400"],
  ["throttled", answering(429), "unavailable", "throttled: answered 429"],
  [
    "out of reach",
    async () => ({ kind: "failure", failure: "dns" }),
    "unavailable",
    "unavailable: the host's name could not be resolved",
  ],
] as const satisfies readonly (readonly [string, Post, string, string | null])[])(
  "a test that is %s is told in our own words",
  async ([, post, outcome, reason]) => {
    const opened = open([], post);
    const { status, json } = await ask(opened, "channelTest", { name: "OPS" });
    expect(status).toBe(200);
    expect(json).toEqual({ channel: "ops", outcome, reason });
    expect(JSON.stringify(json) + opened.logged.join()).not.toContain("hush");
    expect(opened.logged).toHaveLength(1);
  },
);

test.for([
  ["an unknown channel", { name: "nobody" }, 404],
  ["a form", { name: "ops", headers: { "content-type": "text/plain" } }, 415],
  ["another site's page", { name: "ops", headers: { "sec-fetch-site": "cross-site" } }, 403],
  ["another origin", { name: "ops", headers: { origin: "https://evil.example", host: "app.example" } }, 403],
  ["an unknown field", { name: "ops", body: '{"to":"all"}' }, 400],
  ["no JSON", { name: "ops", body: "{" }, 400],
  ["a list", { name: "ops", body: "[]" }, 400],
  ["too much", { name: "ops", body: " ".repeat(64 * 1024 + 1) }, 413],
  ["another method", { name: "ops", method: "GET" }, 405],
] as const)("nothing is sent for %s", async ([, request, status]) => {
  let sent = 0;
  const opened = open([], async (...args) => {
    sent += 1;
    return taken(...args);
  });
  expect((await ask(opened, "channelTest", request)).status).toBe(status);
  expect(sent).toBe(0);
});
