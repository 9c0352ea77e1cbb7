import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { FleetCluster } from "../../infra/local/fleet-document.ts";
import { type Inbox, startInbox } from "../../infra/local/inbox/start-inbox.ts";
import { type Step, startTripwire } from "../chaos/tripwire.ts";
import { type Accounts, startAccounts } from "./support/accounts.ts";
import { rowsOf } from "./support/judged.ts";
import { openStage, type Stage } from "./support/stage.ts";

// What happened, on one time line: in the order in which it happened, and once, whatever died on the way.

const TIMEOUT = { timeout: 120_000 };

let accounts: Accounts | undefined;
let inbox: Inbox | undefined;
let stage: Stage | undefined;
beforeAll(async () => {
  accounts = await startAccounts(20);
  inbox = await startInbox({ log: () => {} });
}, 60_000);
afterEach(() => stage?.close());
afterAll(async () => {
  await inbox?.close();
  await accounts?.stop();
});

async function open(storage: string, scenario: string, startMinutes = 0.5): Promise<Stage> {
  const channels = inbox?.channels.filter(({ kind }) => kind === "slack") ?? [];
  stage = await openStage(storage, scenario, {
    startMinutes,
    env: { SNATWATCH_CHANNELS: JSON.stringify(channels) },
  });
  return stage;
}

/** The time line as `kind what`. */
async function linesOf(on: Stage, cluster: FleetCluster, kind = ""): Promise<string[]> {
  const answer = await on.ask("events", { from: "-1d", to: "now", kind }, cluster);
  expect(answer).toMatchObject({ incomplete: false, faults: [] });
  const rows = rowsOf(answer["events"]);
  const times = rows.map(({ time }) => Date.parse(String(time)));
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  return rows.map((row) => {
    const { verdict, alert, topology, notification } = Object(row);
    if (verdict) return `verdict ${verdict.from} ${verdict.to}`;
    if (alert) return `alert ${String(row["check"])} ${alert.state}`;
    if (topology) return `topology ${topology.change}`;
    return `notification ${notification.message} ${notification.outcome}`;
  });
}

test("an incident: the verdict, its alert, what was told, and the end of each", TIMEOUT, async () => {
  const running = await open(accounts?.take() ?? "", "demo");
  await running.discover();
  for (let minute = 0; minute < 22; minute += 1) {
    await running.collect();
    await running.deliver();
    running.pass(1);
  }
  const { clusters } = await running.fleet();
  const stories = await Promise.all(clusters.map((cluster) => linesOf(running, cluster)));
  const told = stories.filter((story) => story.includes("notification resolved delivered"));
  expect(told.length).toBeGreaterThan(0);
  for (const story of told) {
    const at = (line: string) => story.findIndex((each) => each.startsWith(line));
    const order = [
      at("topology clusterAppeared"),
      at("alert snat-ports firing"),
      at("notification opened delivered"),
      at("alert snat-ports resolved"),
      at("notification resolved delivered"),
    ];
    expect(order).not.toContain(-1);
    expect(story.filter((line) => line.startsWith("notification opened"))).toHaveLength(1);
  }
});

const writes = (pattern: RegExp) => (_: string, path: string, body: string) =>
  path.includes("$batch") && pattern.test(body);
const both = (name: string, matches: Step["matches"]): Step[] =>
  (["before", "after"] as const).map((when) => ({ name, at: "table", when, matches }));

/** Between the stores: a process that dies there leaves one of them behind the other. */
const DISCOVERY = [
  ...both("the inventory is saved", writes(/Inventory\(/)),
  ...both("the events are written", writes(/Events\d{6}\(/)),
];
const MINUTE = [
  ...both("the decision is saved", writes(/States\(/)),
  ...both("the events are written", writes(/Events\d{6}\(/)),
];
/** In turns: who dies at the first holds its lease for a minute, and only then the second can come. */
const MARK = both("the delivery is marked", writes(/"state":"delivered"/));

/** Some minutes around the start of the incident, each collected and delivered by `minute`. */
async function live(
  on: Stage,
  discovery: () => Promise<void>,
  minute: (count: number) => Promise<void>,
): Promise<string[]> {
  await discovery();
  for (let count = 0; count < 10; count += 1) {
    await minute(count);
    on.pass(1);
  }
  const [cluster] = (await on.fleet()).clusters;
  return cluster === undefined ? [] : await linesOf(on, cluster);
}

test("killed at every step between the stores: the same time line as without", TIMEOUT, async () => {
  const steady = await open(accounts?.take() ?? "", "exhausted-node", -17);
  const collected = async () => {
    await stage?.collect();
    await stage?.deliver();
  };
  const expected = await live(steady, steady.discover, collected);
  expect(expected).toContain("notification opened delivered");
  await steady.close();

  const storage = accounts?.take() ?? "";
  const [, table = ""] = /TableEndpoint=(http:\/\/[^/]+)/.exec(storage) ?? [];
  const running = await open(storage, "exhausted-node", -17);
  const deaths = new Set<Step>();
  /** Does it in processes that die, one at each moment that comes, and at last in one that lives. */
  const dying = async (moments: readonly Step[], work: () => Promise<void>) => {
    for (const moment of moments) {
      const wire = await startTripwire(table);
      const { promise: death, resolve: die } = Promise.withResolvers<boolean>();
      wire.arm(moment, () => die(true));
      running.restart(storage.replace(table, wire.address));
      if (await Promise.race([work().then(() => false), death])) deaths.add(moment);
      await wire.close();
    }
    running.restart();
    await work();
  };
  const told = await live(
    running,
    () => dying(DISCOVERY, running.discover),
    (count) =>
      dying(count % 2 === 0 ? [...MINUTE, ...MARK.slice(0, 1)] : [...MARK.slice(1), ...MINUTE], collected),
  );
  expect([...DISCOVERY, ...MINUTE, ...MARK].filter((moment) => !deaths.has(moment))).toEqual([]);
  // Deliveries come later than without deaths, everything else is of the minute that it speaks of.
  const isTold = (line: string) => line.startsWith("notification");
  expect(told.filter((line) => !isTold(line))).toEqual(expected.filter((line) => !isTold(line)));
  expect(told.filter(isTold)).toEqual(expected.filter(isTold));
});

test(
  "a topology that changes between two discoveries is told once, with before and after",
  TIMEOUT,
  async () => {
    const running = await open(accounts?.take() ?? "", "allocation-drift");
    await running.discover();
    await running.discover();
    running.pass(15);
    await running.discover();
    await running.discover();
    const changes = async (name: string) => {
      const answer = await running.ask("events", { kind: "topology" }, await running.cluster(name));
      return rowsOf(answer["events"]).map(({ topology }) => topology);
    };
    const appeared = { change: "clusterAppeared", subject: null, before: null, after: "present" };
    expect(await changes("resize-prod-weu")).toEqual([
      appeared,
      expect.objectContaining({ change: "allocatedPorts", before: 4_096, after: 1_024 }),
    ]);
    expect(await changes("shrink-prod-weu")).toEqual([
      appeared,
      expect.objectContaining({
        change: "publicIps",
        before: expect.objectContaining({ length: 2 }),
        after: expect.objectContaining({ length: 1 }),
      }),
    ]);
    expect(await changes("impatient-prod-weu")).toEqual([
      appeared,
      expect.objectContaining({ change: "idleTimeout", before: 30, after: 4 }),
    ]);
    expect(await changes("steady-prod-weu")).toEqual([appeared]);
  },
);
