import { afterAll, beforeAll, describe, type ExpectStatic, test, vi } from "vitest";
import type { FaultRule } from "../../infra/local/simulated-azure/http/faults.ts";
import { type Accounts, startAccounts } from "./support/accounts.ts";
import { FAULTS } from "./support/faults.ts";
import { MINUTE_MS, openRig, type Rig } from "./support/rig.ts";

// One fault of Azure at a time, on one source of a fleet that was well: who is concerned says so, nobody else notices, and
// when it is over nothing is missing.

/** Long enough for a busy machine, short enough for every fault to be waited for. */
const AZURE_TIMEOUT_MS = 4_000;
/** Throttling outlasts the rule: what was asked for is waited for. */
const RECOVERY = { timeout: 60_000, interval: 250 };
const ALL = ["fleet-0001", "fleet-0002", "fleet-0003", "fleet-0004"] as const;

interface Target {
  readonly title: string;
  /** Requests that fail, of the first cluster or its subscription. */
  readonly match: (subscriptionId: string) => FaultRule["match"];
  readonly concerned: readonly string[];
  /** What the headline names beside the reason. */
  readonly names: string;
  /** True where discovery asks. */
  readonly discovered: boolean;
}

const TARGETS: readonly Target[] = [
  {
    title: "metrics of one load balancer",
    // Both ways to ask: by batch, where its id is in the body, and alone, where it is in the path.
    match: () => ({ path: "metrics", resource: "fleet-0001" }),
    concerned: ["fleet-0001"],
    names: "SNAT ports",
    discovered: false,
  },
  {
    title: "the load balancers of one subscription",
    match: (subscriptionId) => ({ path: "/providers/Microsoft.Network/loadBalancers", subscriptionId }),
    concerned: ["fleet-0001", "fleet-0002"],
    names: "loadBalancers of subscription",
    discovered: true,
  },
  {
    title: "the clusters of one subscription",
    match: (subscriptionId) => ({
      path: "/providers/Microsoft.ContainerService/managedClusters",
      subscriptionId,
    }),
    concerned: ["fleet-0001", "fleet-0002"],
    names: "managedClusters of subscription",
    discovered: true,
  },
];

let accounts: Accounts | undefined;
beforeAll(async () => {
  accounts = await startAccounts(50);
  // The SDKs load once in a process, which takes longer than the faults may.
  await withRig(async (rig) => {
    await rig.discover();
    await rig.collect();
  }, 60_000);
}, 180_000);
afterAll(() => accounts?.stop());

async function withRig(use: (rig: Rig) => Promise<void>, azureTimeoutMs = AZURE_TIMEOUT_MS): Promise<void> {
  const rig = await openRig(accounts?.take() ?? "", azureTimeoutMs);
  try {
    await use(rig);
  } finally {
    await rig.close();
  }
}

const allHealthy = Object.fromEntries(ALL.map((name) => [name, "healthy"]));

/** A fleet that is well, and the subscription of its first two clusters. */
async function startWell(rig: Rig, expect: ExpectStatic): Promise<string> {
  await rig.discover();
  await rig.collect();
  rig.pass(1);
  await rig.collect();
  expect(await rig.statuses()).toEqual(allHealthy);
  const { clusters } = await rig.ask("clusters", { q: "fleet-0001" });
  const [, subscriptionId = ""] = /"subscriptionId":"([^"]+)"/.exec(JSON.stringify(clusters)) ?? [];
  return subscriptionId;
}

async function expectWhole(
  rig: Rig,
  expect: ExpectStatic,
  name: string,
  fromMs: number,
  toMs: number,
): Promise<void> {
  const { values, incomplete } = await rig.history(name, fromMs, toMs);
  expect(incomplete).toBe(false);
  // Three nodes, TCP and UDP.
  expect(values, `series of ${name}`).toHaveLength(6);
  for (const series of values) expect(series, `${name} without a gap`).not.toContain(null);
}

test("batches refused for want of a role on the subscription: each load balancer is asked by itself", {
  timeout: 120_000,
}, async ({ expect }) => {
  await withRig(async (rig) => {
    await startWell(rig, expect);
    rig.azure.faults.add({ status: 403, match: { path: "metrics:getBatch" } });
    rig.pass(1);
    await rig.collect();
    expect(await rig.statuses()).toEqual(allHealthy);
    await expectWhole(rig, expect, "fleet-0001", rig.nowMs - 10 * MINUTE_MS, rig.nowMs - 5 * MINUTE_MS);
  });
});

const ROWS = TARGETS.flatMap((target) => FAULTS.map((fault) => ({ target, fault })));

describe.concurrent("a fault and its end", () => {
  test.for(ROWS)(
    "$target.title: $fault.title",
    { timeout: 180_000 },
    async ({ target, fault }, { expect }) => {
      await withRig(async (rig) => {
        const subscriptionId = await startWell(rig, expect);
        const sinceMs = rig.nowMs - 15 * MINUTE_MS;
        const wellMs = rig.nowMs - 5 * MINUTE_MS;
        const expected = {
          ...allHealthy,
          ...Object.fromEntries(target.concerned.map((it) => [it, "unknown"])),
        };

        rig.azure.faults.add({ ...fault.rule(), match: target.match(subscriptionId) ?? {} });
        // The second time is longer after the first than any ordinary read reaches back.
        for (const minutes of [1, 14]) {
          rig.pass(minutes);
          if (target.discovered) await rig.discover();
          await rig.collect();
          expect(await rig.statuses()).toEqual(expected);
          const standings = await rig.standings();
          for (const name of target.concerned) {
            expect(standings[name]?.headline).toMatch(fault.said);
            expect(standings[name]?.headline).toContain(target.names);
          }
          for (const name of ALL) await expectWhole(rig, expect, name, sinceMs, wellMs);
        }

        rig.azure.faults.clear();
        await vi.waitFor(async () => {
          // A minute is judged once: one that was read while Azure still held us off is judged without it.
          rig.pass(1);
          if (target.discovered) await rig.discover();
          await rig.collect();
          expect(await rig.statuses()).toEqual(allHealthy);
        }, RECOVERY);
        for (const name of ALL) {
          await expectWhole(rig, expect, name, sinceMs, rig.nowMs - 5 * MINUTE_MS);
        }
      });
    },
  );
});
