import { describe, expect, test } from "vitest";
import { type DeliverResult, deliver } from "#app/deliver.ts";
import { sweep } from "#app/sweep.ts";
import type { MessageKind } from "#core/alert/incident.ts";
import { isOpen } from "#core/notify/delivery-state.ts";
import { type RateLimit, rateLimitsOf } from "#core/notify/rate-limits.ts";
import type { SendOutcome } from "#ports/notifier.ts";
import type { OutboxRow } from "#ports/outbox.ts";
import { message } from "../core/notify/support-messages.ts";
import { MemoryEventStore } from "../support/memory/event-store.ts";
import {
  keyOf,
  MemoryLogger,
  MemoryOutbox,
  MemoryQueue,
  row,
  ScriptedNotifier,
  START,
  TestClock,
} from "./support-delivery.ts";

const RETRY: SendOutcome = { kind: "retry", reason: "unavailable: answered 503", retryAtMs: null };
const DEAD: SendOutcome = { kind: "dead", reason: "rejected: answered 400" };
const MINUTE = 60_000;
const never = new AbortController().signal;

async function setUp(rows: readonly OutboxRow[], ...script: ConstructorParameters<typeof ScriptedNotifier>) {
  const clock = new TestClock();
  const parts = {
    outbox: new MemoryOutbox(),
    queue: new MemoryQueue(clock),
    events: new MemoryEventStore(),
    notifier: new ScriptedNotifier(...script),
    clock,
    logger: new MemoryLogger(),
    limitsOf: () => [] as readonly RateLimit[],
    random: () => 0.5,
  };
  await parts.outbox.put(rows);
  return { ...parts, deliver: (sequence: number) => deliver(parts, keyOf(row(sequence)), never) };
}

/** Works the queue off until nothing is visible. */
async function drain(world: Awaited<ReturnType<typeof setUp>>): Promise<void> {
  for (let keys = world.queue.take(); keys.length > 0; keys = world.queue.take()) {
    for (const key of keys) await deliver(world, key, never);
  }
}

test.for([
  ["delivers what is due", row(1), "delivered", ["1 delivered"], []],
  ["leaves what is delivered", row(1, { state: "delivered" }), "settled", ["1 delivered"], []],
  ["leaves what is dead", row(1, { state: "dead" }), "settled", ["1 dead"], []],
  [
    "asks again later for what is not due",
    row(1, { nextAttemptAtMs: START + 5_000 }),
    "waiting",
    ["1 pending"],
    ["1 @ 5000"],
  ],
  [
    "asks again when the lease of another ends",
    row(1, { state: "sending", leaseUntilMs: START + 9 }),
    "waiting",
    ["1 sending"],
    ["1 @ 9"],
  ],
  [
    "takes over from a sender that died",
    row(1, { state: "sending", attempts: 1, leaseUntilMs: START }),
    "delivered",
    ["1 delivered"],
    [],
  ],
  [
    "gives up on what no sender survives",
    row(1, { state: "sending", leaseUntilMs: START, createdAtMs: START - 1_440 * MINUTE }),
    "dead",
    ["1 dead"],
    [],
  ],
] as const satisfies readonly (readonly [
  string,
  OutboxRow,
  DeliverResult,
  readonly string[],
  readonly string[],
])[])("%s", async ([, given, result, states, waiting]) => {
  const world = await setUp([given]);
  expect(await world.deliver(1)).toBe(result);
  expect(world.outbox.states()).toEqual(states);
  expect(world.queue.waiting()).toEqual(waiting);
});

test("a message that nobody knows is nobody's", async () => {
  expect(await (await setUp([])).deliver(1)).toBe("unknown");
});

test("a failure is tried again after its back-off, and counted", async () => {
  const world = await setUp([row(1)], RETRY, RETRY);
  expect(await world.deliver(1)).toBe("retry");
  expect(world.queue.waiting()).toEqual(["1 @ 500"]);
  expect(world.outbox.all()).toMatchObject([{ attempts: 1, lastError: RETRY.reason, leaseUntilMs: null }]);

  world.clock.advance(500);
  await drain(world);
  expect(world.queue.waiting()).toEqual(["1 @ 1000"]);
  world.clock.advance(1_000);
  await drain(world);
  expect(world.notifier.sent).toEqual(["1 retry", "1 retry", "1 delivered"]);
  expect(world.outbox.all()).toMatchObject([{ state: "delivered", attempts: 3, settledAtMs: START + 1_500 }]);
});

test("a receiver that asks for time is given it", async () => {
  const world = await setUp([row(1)], { ...RETRY, retryAtMs: START + 10 * MINUTE });
  await world.deliver(1);
  world.clock.advance(10 * MINUTE);
  expect(await world.deliver(1)).toBe("waiting");
  world.clock.advance(500);
  expect(await world.deliver(1)).toBe("delivered");
});

test("a receiver that is down for a day ends in a dead message, not in an endless one", async () => {
  const world = await setUp([row(1)], ...Array.from({ length: 1_000 }, () => RETRY));
  await world.queue.deliver(keyOf(row(1)));
  for (let minute = 0; minute <= 1_440; minute += 1) {
    await drain(world);
    await sweep(world);
    world.clock.advance(MINUTE);
  }
  expect(world.outbox.all()).toMatchObject([
    { state: "dead", lastError: `gave up after 24 hours; ${RETRY.reason}` },
  ]);
  expect(world.queue.waiting()).toEqual([]);
  expect(world.notifier.sent.length).toBeGreaterThan(100);
  expect(world.notifier.sent.length).toBeLessThan(250);
});

test("two workers at once deliver once", async () => {
  const world = await setUp([row(1)], async () => ({ kind: "delivered" }));
  const results = await Promise.all([world.deliver(1), world.deliver(1)]);
  expect(results.sort()).toEqual(["delivered", "overtaken"]);
  expect(world.notifier.sent).toEqual(["1 delivered"]);
});

test("a mark that arrived and whose answer was lost: the next message has its turn, and the time line the event", async () => {
  const world = await setUp([row(1), row(2)]);
  // The retry of the client finds its own write, and takes it for that of another.
  const deaf = withUpdate(world.outbox, async (next, tag) => {
    const stored = await world.outbox.update(next, tag);
    return isOpen(next) ? stored : undefined;
  });
  expect(await deliver({ ...world, outbox: deaf }, keyOf(row(1)), never)).toBe("overtaken");
  expect(world.queue.waiting()).toEqual(["2 @ 0"]);
  expect(world.events.all(row(1).message.cluster.key)).toMatchObject([{ notification: { sequence: 1 } }]);
});

test("a second worker waits while the first one sends", async () => {
  let answer = () => {};
  const answered = new Promise<SendOutcome>((resolve) => {
    answer = () => resolve({ kind: "delivered" });
  });
  let reached = () => {};
  const sending = new Promise<void>((resolve) => {
    reached = resolve;
  });
  const world = await setUp([row(1)], () => {
    reached();
    return answered;
  });
  const first = world.deliver(1);
  await sending;
  expect(await world.deliver(1)).toBe("waiting");
  answer();
  expect(await first).toBe("delivered");
  expect(world.notifier.sent).toEqual(["1 delivered"]);
});

test("a crash between send and mark costs one more copy, of that message alone", async () => {
  const world = await setUp([row(1), row(2)]);
  const crash = { ...world, outbox: crashingAfterSend(world.outbox) };
  await expect(deliver(crash, keyOf(row(1)), never)).rejects.toThrow("crash");
  expect(world.outbox.states()).toEqual(["1 sending", "2 pending"]);

  // The queue brings the message again: too early, then at the end of the lease.
  expect(await world.deliver(1)).toBe("waiting");
  expect(await world.deliver(2)).toBe("blocked");
  world.clock.advance(MINUTE);
  await drain(world);
  expect(world.notifier.sent).toEqual(["1 delivered", "1 delivered", "2 delivered"]);
});

/** Stores the lease, and then no more. */
function crashingAfterSend(outbox: MemoryOutbox): MemoryOutbox {
  return withUpdate(outbox, (next, tag) =>
    next.state === "sending" ? outbox.update(next, tag) : Promise.reject(new Error("crash")),
  );
}

function withUpdate(outbox: MemoryOutbox, update: MemoryOutbox["update"]): MemoryOutbox {
  return new Proxy(outbox, {
    get(target, name) {
      if (name === "update") return update;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

test("the order of an incident holds, however the queue shuffles, and stale news is not told", async () => {
  const world = await setUp([row(1), row(2), row(3)], RETRY);
  for (const sequence of [3, 2, 1]) await world.queue.deliver(keyOf(row(sequence)));
  for (let second = 0; second < 10; second += 1) {
    await drain(world);
    world.clock.advance(500);
  }
  expect(world.notifier.sent).toEqual(["1 retry", "1 delivered", "3 delivered"]);
  expect(world.outbox.states()).toEqual(["1 delivered", "2 superseded", "3 delivered"]);
});

describe("after an outage", () => {
  const kinds = (...all: readonly MessageKind[]) =>
    all.map((kind, index) => row(index + 1, { message: message({ sequence: index + 1, kind }) }));

  test.for([
    ["opening and end are told", kinds("opened", "resolved"), ["1", "2"]],
    ["the opening and the newest", kinds("opened", "escalated", "updated", "reminded"), ["1", "4"]],
    ["the end is the newest", kinds("opened", "escalated", "reminded", "resolved"), ["1", "4"]],
    [
      "of what was opened before, the newest alone",
      kinds("opened", "updated", "reminded").with(0, row(1, { state: "delivered" })),
      ["3"],
    ],
    [
      "where the opening is dead, the newest",
      kinds("opened", "updated", "reminded").with(0, row(1, { state: "dead" })),
      ["3"],
    ],
    [
      "a channel that joined late hears its first and its last",
      kinds("opened", "escalated", "updated", "resolved").slice(1),
      ["2", "4"],
    ],
  ] as const)("%s", async ([, rows, told]) => {
    for (const order of [rows, rows.toReversed()]) {
      const world = await setUp(rows);
      for (const { sequence } of order) await world.queue.deliver(keyOf(row(sequence)));
      await drain(world);
      expect(world.notifier.sent).toEqual(told.map((sequence) => `${sequence} delivered`));
      expect(world.outbox.all().some(isOpen)).toBe(false);
    }
  });

  test("a superseded message lets nothing past one that still waits", async () => {
    const [first, second, third] = kinds("opened", "updated", "resolved");
    if (first === undefined || second === undefined || third === undefined) throw new Error("three rows");
    const world = await setUp([{ ...first, nextAttemptAtMs: START + MINUTE }, second, third]);
    expect(await world.deliver(2)).toBe("superseded");
    expect(await world.deliver(3)).toBe("blocked");
    world.clock.advance(MINUTE);
    await world.deliver(1);
    await drain(world);
    expect(world.notifier.sent).toEqual(["1 delivered", "3 delivered"]);
  });
});

describe("the rate of a channel", () => {
  const others = (count: number) =>
    Array.from({ length: count }, (_, index) => row(1, { incidentId: `i${index}` }));

  test("is kept by all senders together, and everything is told", async () => {
    const world = { ...(await setUp(others(20))), limitsOf: () => rateLimitsOf("slack") };
    for (const given of others(20)) await world.queue.deliver(keyOf(given));
    const perSecond: number[] = [];
    for (let second = 0; second < 60; second += 1) {
      const before = world.notifier.sent.length;
      const keys = world.queue.take();
      await Promise.all(keys.map((key) => deliver(world, key, never)));
      perSecond.push(world.notifier.sent.length - before);
      world.clock.advance(1_000);
    }
    expect(Math.max(...perSecond)).toBe(1);
    expect(world.notifier.sent).toHaveLength(20);
  });

  test("a receiver that asks for time is left alone by every message, and by no other channel's", async () => {
    const away: SendOutcome = {
      kind: "retry",
      reason: "throttled: answered 429",
      retryAtMs: START + 5 * MINUTE,
    };
    const world = await setUp([...others(3), row(1, { channel: "dev" })], away);
    for (const given of [...others(3), row(1, { channel: "dev" })]) await world.queue.deliver(keyOf(given));
    await drain(world);
    expect(world.notifier.sent).toEqual(["1 retry", "1 delivered"]);

    for (let second = 0; second < 299; second += 1) {
      world.clock.advance(1_000);
      await drain(world);
      if (second % 60 === 0) await sweep(world);
    }
    expect(world.notifier.sent).toHaveLength(2);
    for (let second = 0; second < 120; second += 1) {
      world.clock.advance(1_000);
      await drain(world);
      if (second % 60 === 0) await sweep(world);
    }
    expect(world.notifier.sent).toHaveLength(5);
  });

  test("a fault of our own closes no channel", async () => {
    const world = await setUp(others(2), () => Promise.reject(new TypeError("broken")));
    for (const given of others(2)) await world.queue.deliver(keyOf(given));
    await drain(world);
    expect(world.notifier.sent).toEqual(["1 delivered"]);
    expect(await world.outbox.loadGate("ops")).toBeUndefined();
  });

  test("a receiver that is back is told so by the first that reaches it", async () => {
    const world = await setUp(others(3), RETRY);
    await deliver(world, keyOf(others(1)[0] ?? row(1)), never);
    expect((await world.outbox.loadGate("ops"))?.value.failures).toBe(1);
    world.clock.advance(MINUTE);
    await drain(world);
    expect((await world.outbox.loadGate("ops"))?.value.failures).toBe(0);
  });

  test("a crowd that loses every race for the gate comes again", async () => {
    const world = { ...(await setUp([row(1)])), limitsOf: () => rateLimitsOf("slack") };
    world.outbox.saveGate = async () => false;
    expect(await deliver(world, keyOf(row(1)), never)).toBe("waiting");
    expect(world.queue.waiting()).toEqual(["1 @ 1500"]);
  });
});

test("a dead message does not hold up those after it", async () => {
  const world = await setUp([row(1), row(2)], DEAD);
  await world.deliver(1);
  await drain(world);
  expect(world.outbox.states()).toEqual(["1 dead", "2 delivered"]);
});

test("a message waits for one that is not the last before it", async () => {
  // Number 2 was not for this channel.
  const world = await setUp([row(1, { nextAttemptAtMs: START + 5 }), row(3)]);
  expect(await world.deliver(3)).toBe("blocked");
  expect(world.queue.waiting()).toEqual([]);
});

test("a blocked message calls for the one before it, where that is due", async () => {
  const world = await setUp([row(1), row(2)]);
  expect(await world.deliver(2)).toBe("blocked");
  expect(world.queue.waiting()).toEqual(["1 @ 0"]);
  await drain(world);
  expect(world.outbox.states()).toEqual(["1 delivered", "2 delivered"]);
});

test("channels and incidents do not wait for each other", async () => {
  const world = await setUp([row(1, { channel: "dev" }), row(1, { incidentId: "other" }), row(2)]);
  expect(await world.deliver(2)).toBe("delivered");
});

test("a notifier that throws is a failure like any other, and its words stay out of the log", async () => {
  const world = await setUp([row(1)], () => Promise.reject(new TypeError("https://secret.example")));
  expect(await world.deliver(1)).toBe("retry");
  const kept = JSON.stringify([world.outbox.all()[0]?.lastError, world.logger.lines]);
  expect(kept).toContain("the notifier failed with TypeError");
  expect(kept).not.toContain("secret");
});

test("each delivery is one line in the log", async () => {
  const world = await setUp([row(1)], RETRY);
  await world.deliver(1);
  world.clock.advance(MINUTE);
  await world.deliver(1);
  const about = '"channel":"ops","incidentId":"aks-prod-weu-4f2a-29920925","sequence":1,"kind":"opened"';
  expect(world.logger.lines).toEqual([
    `delivery {${about},"attempts":1,"result":"retry","reason":"unavailable: answered 503"}`,
    `delivery {${about},"attempts":2,"result":"delivered"}`,
  ]);
});

describe("the time line", () => {
  const noted = (world: Awaited<ReturnType<typeof setUp>>) =>
    world.events.all(message().cluster.key).map(({ atMs, title, severity, detail, ...event }) => {
      const { outcome, tries } = event.kind === "notification" ? event.notification : {};
      return `${atMs - START} ${title} ${severity} ${outcome} ${tries} ${detail?.includes("rejected")}`;
    });

  test("tells what was told, what could not be, and what was spared", async () => {
    const world = await setUp(
      [row(1), row(2, { message: message({ sequence: 2, kind: "updated" }) }), row(3)],
      RETRY,
    );
    await world.deliver(1);
    expect(noted(world)).toEqual([]);
    world.clock.advance(MINUTE);
    await drain(world);
    expect(noted(world)).toEqual([
      "60000 ops was told: an incident has opened info delivered 2 false",
      "60000 ops was spared an older message: the incident has changed info superseded 0 false",
      "60000 ops was told: an incident has opened info delivered 1 false",
    ]);

    const dead = await setUp([row(1)], DEAD);
    await dead.deliver(1);
    expect(noted(dead)).toEqual(["0 ops could not be told: an incident has opened critical dead 1 true"]);
  });

  test("a sender that dies after the mark: the queue brings the message again, and it is noted once", async () => {
    const world = await setUp([row(1)]);
    const write = world.events.write.bind(world.events);
    world.events.write = () => Promise.reject(new Error("killed"));
    await expect(world.deliver(1)).rejects.toThrow("killed");
    expect(world.outbox.states()).toEqual(["1 delivered"]);
    world.events.write = write;
    world.clock.advance(MINUTE);
    for (let again = 0; again < 3; again += 1) expect(await world.deliver(1)).toBe("settled");
    expect(noted(world)).toHaveLength(1);
    expect(noted(world)[0]).toMatch(/^0 /);
  });

  test("a store of events that is away holds up no later message", async () => {
    const world = await setUp([row(1), row(2)]);
    world.events.write = () => Promise.reject(new Error("away"));
    await expect(world.deliver(1)).rejects.toThrow("away");
    expect(world.queue.waiting()).toEqual(["2 @ 0"]);
  });
});
