import { afterEach, expect, test, vi } from "vitest";
import type { ChannelConfig } from "#adapters/webhooks/channel.ts";
import { createNotifier } from "#adapters/webhooks/notifier.ts";
import { createPost, type PostOptions } from "#adapters/webhooks/post.ts";
import { deliver } from "#app/deliver.ts";
import { parseSettings } from "#config/settings.ts";
import type { Logger } from "#ports/logger.ts";
import { MemoryOutbox } from "../../app/support-delivery.ts";
import { message } from "../../core/notify/support-messages.ts";
import { MemoryEventStore } from "../../support/memory/event-store.ts";
import { type Receiver, startReceiver } from "./support-receiver.ts";
import { KINDS, ROUTING_KEY, rowOf, SIGNING_SECRET } from "./support-rendering.ts";

/** Part of every address and path here. */
const HUSH = "hush_9f8e7d";
const SECRETS = [HUSH, ROUTING_KEY, SIGNING_SECRET, SIGNING_SECRET.slice(6)];
const NOW = Date.UTC(2026, 10, 21, 10, 10);

const open: Receiver[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const receiver of open.splice(0)) await receiver.close();
});

interface Failure {
  readonly url: string;
  readonly post?: Partial<PostOptions>;
}

/** A receiver that answers, with all it was sent and its own address in the answer. */
async function answering(status: number): Promise<Failure> {
  const receiver: Receiver = await startReceiver((response) =>
    response
      .writeHead(status, { location: `https://elsewhere.example/${HUSH}`, "x-echo": HUSH })
      .end(`no: ${HUSH} ${ROUTING_KEY} ${SIGNING_SECRET}`),
  );
  open.push(receiver);
  return { url: `${receiver.url}&token=${HUSH}` };
}

async function breaking(): Promise<Failure> {
  const receiver = await startReceiver((_, socket) => socket.destroy());
  open.push(receiver);
  return { url: `${receiver.url}&token=${HUSH}` };
}

async function silent(): Promise<Failure> {
  const receiver = await startReceiver(() => undefined);
  open.push(receiver);
  return { url: `${receiver.url}&token=${HUSH}`, post: { timeoutMs: 50 } };
}

const FAILURES: readonly (readonly [string, () => Promise<Failure>])[] = [
  ...[200, 307, 400, 401, 403, 404, 410, 413, 429, 500, 503].map(
    (status) => [`answers ${status}`, () => answering(status)] as const,
  ),
  ["breaks off", breaking],
  ["is silent", silent],
  ["is not there", async () => ({ url: `http://127.0.0.1:9/${HUSH}` })],
  ["speaks no TLS", async () => ({ url: (await answering(200)).url.replace("http:", "https:") })],
  [
    "has no name",
    async () => ({
      url: `https://hooks.example/${HUSH}`,
      post: {
        allowPrivate: false,
        resolve: () => Promise.reject(Object.assign(new Error(`ENOTFOUND ${HUSH}`), { code: "ENOTFOUND" })),
      },
    }),
  ],
  ["is private", async () => ({ url: `https://10.0.0.1/${HUSH}`, post: { allowPrivate: false } })],
  ["is insecure", async () => ({ url: `http://hooks.example/${HUSH}`, post: { allowPrivate: false } })],
  ["is no address", async () => ({ url: HUSH })],
];

const CASES = KINDS.flatMap((kind) => FAILURES.map(([name, failure]) => [kind, name, failure] as const));

test.for(CASES)("%s that %s: nothing that is written holds a secret", async ([kind, , failure]) => {
  const { url, post = {} } = await failure();
  const written: unknown[] = [];
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, "write").mockImplementation((text) => written.push(text) > 0);
  }
  const log = (...args: unknown[]) => void written.push(args);
  const logger: Logger = { debug: log, info: log, warn: log, error: log };
  const channel: ChannelConfig = {
    name: "ops",
    kind,
    url,
    secrets: [kind === "webhook" ? SIGNING_SECRET : ROUTING_KEY],
  };
  const clock = { nowMs: () => NOW };
  const notifier = createNotifier({
    channels: [channel],
    baseUrl: null,
    allowPrivate: true,
    clock,
    post: createPost({ allowPrivate: true, timeoutMs: 1_000, ...post }),
  });
  const outbox = new MemoryOutbox();
  await outbox.put([{ ...rowOf(message()), state: "pending", attempts: 0, leaseUntilMs: null }]);
  const queue = { async collectShard() {}, deliver: async (...args: unknown[]) => log(...args) };
  const [row] = outbox.all();
  if (row === undefined) throw new Error("the outbox lost its row");

  const events = new MemoryEventStore();
  const parts = { outbox, notifier, queue, events, clock, logger, random: () => 0.5, limitsOf: () => [] };
  await deliver(parts, row, new AbortController().signal);
  const tested = await notifier.directory.test("ops");

  vi.restoreAllMocks();
  expect(outbox.all()[0]?.attempts).toBe(1);
  const text = JSON.stringify([written, outbox.all(), tested, events.all(message().cluster.key)]);
  expect(text).toContain("ops");
  for (const secret of SECRETS) expect(text).not.toContain(secret);
});

test.for([
  ["an address", { kind: "teams", url: `http://${HUSH}` }],
  ["a text that is no address", { kind: "slack", url: HUSH }],
  ["a routing key", { kind: "pagerduty", secret: HUSH }],
  ["a signing secret", { kind: "webhook", url: `https://hooks.example/${HUSH}`, secret: [`whsec_${HUSH}`] }],
  ["a pattern", { kind: "teams", url: `https://hooks.example/${HUSH}`, clusters: ["a b"] }],
] as const)("settings that refuse %s repeat no secret", ([, channel]) => {
  const env = {
    AzureWebJobsStorage: "UseDevelopmentStorage=true",
    SNATWATCH_CHANNELS: JSON.stringify([{ name: "ops", ...channel }]),
  };
  const refused = (text: string) => {
    try {
      parseSettings({ ...env, SNATWATCH_CHANNELS: text }, { local: false });
    } catch (error) {
      return String(error);
    }
    return "";
  };
  const fault = refused(env.SNATWATCH_CHANNELS);
  expect(fault).toContain("SNATWATCH_CHANNELS");
  expect(fault).not.toContain(HUSH);
  // And where the JSON itself is cut.
  expect(refused(env.SNATWATCH_CHANNELS.slice(0, -1))).toContain("SNATWATCH_CHANNELS");
  expect(refused(env.SNATWATCH_CHANNELS.slice(0, -1))).not.toContain(HUSH);
});
