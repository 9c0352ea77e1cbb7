import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { FleetCluster } from "../../infra/local/fleet-document.ts";
import { type Accounts, startAccounts } from "./support/accounts.ts";
import { checkOf, checksOf, findingsOf } from "./support/judged.ts";
import { faultsOf, idsIn } from "./support/remedy-commands.ts";
import { openStage, type Stage, type StageOptions } from "./support/stage.ts";

// The worst outcome of each check through the whole service, beside neighbours that only look alike.

interface Expected {
  readonly status: string;
  /** The check that leads, and what its headline has to say; absent where nothing is wrong. */
  readonly leads?: readonly [check: string, outcome: string, says: RegExp];
  /** Findings of other checks that are right as well. */
  readonly beside?: readonly string[];
}

const WELL: Expected = { status: "healthy" };

function critical(check: string, says: RegExp, ...beside: string[]): Expected {
  return { status: "critical", leads: [check, "fail", says], beside };
}

function warning(check: string, says: RegExp, ...beside: string[]): Expected {
  return { status: "warning", leads: [check, "warn", says], beside };
}

function unknown(check: string, says: RegExp, ...beside: string[]): Expected {
  return { status: "unknown", leads: [check, "unknown", says], beside };
}

type Clusters = Readonly<Record<string, Expected>>;

/** What is seen at the anchor, on first sight. Names without "-prod-weu". */
const ROWS: readonly (readonly [scenario: string, clusters: Clusters])[] = [
  [
    "snat-ports",
    {
      orders: critical("snat-ports", /^node \S+vmss000001 uses 1,024 of 1,024 SNAT ports \(TCP, 100 %\)/),
      resolver: critical("snat-ports", /^node \S+vmss000004 uses 1,024 of 1,024 SNAT ports \(UDP, 100 %\)/),
      reports: warning("snat-ports", /^node \S+vmss000002 uses 8\d\d of 1,024 SNAT ports \(TCP/),
      payments: WELL,
    },
  ],
  [
    "snat-failures",
    {
      orders: critical("snat-failures", /^node \S+vmss000002: \d+ of 2,\d+ connections failed in 5 minutes/),
      shop: WELL,
      search: WELL,
    },
  ],
  [
    "snat-forecast",
    {
      checkout: critical("snat-forecast", /^node \S+vmss000002 .*out of ports in about 1[0-4] minutes/),
      basket: warning("snat-forecast", /^node \S+vmss000002 .*out of ports in about 4\d minutes/),
      // More connections than ports may still work, to other destinations: a hint until attempts fail.
      partners: warning("snat-forecast", /ng-partners-prod gains 1,\d+ connections a minute: .* 64,512/),
      shop: WELL,
    },
  ],
  [
    "snat-skew",
    { search: warning("snat-skew", /^node \S+vmss000004 uses 6\d\d ports, the median node 8\d/) },
  ],
  [
    "allocation-tier",
    {
      batch: warning(
        "allocation-tier",
        /50 nodes .* 512 instead of 1,024 ports .* a node used up to 60\d/,
        "snat-skew=warn",
      ),
      fleet: WELL,
      grid: WELL,
    },
  ],
  [
    "upgrade-surge",
    {
      media: warning("upgrade-surge", /8,000 ports x 10 nodes .* of 64,000 ports: Azure will refuse/),
      stream: warning("upgrade-surge", /4,000 ports x 2\d nodes .* of 64,000 ports: Azure will refuse/),
      radio: WELL,
    },
  ],
  [
    "path-mismatch",
    {
      partners: warning("path-mismatch", /outbound type is loadBalancer, .* leaves through a NAT gateway/),
      half: warning("path-mismatch", /userAssignedNATGateway, but pool apps has no way to the internet/),
      detour: warning(
        "path-mismatch",
        /userAssignedNATGateway, but pool nodepool1 leaves through a firewall/,
      ),
      // A Basic load balancer has no SNAT figures, so that nobody can tell; the mismatch stands beside it.
      legacy: unknown("snat-ports", /Basic load balancer has no SNAT metrics/, "path-mismatch=warn"),
      identity: WELL,
    },
  ],
  [
    "nat-connections",
    {
      billing: critical("nat-connections", /ng-billing-prod: 5,000 of 25,000 connections failed/),
      export: warning("nat-connections", /ng-export-prod carries 1,700,000 of at most 2,000,000 connections/),
      ledger: WELL,
    },
  ],
  [
    "nat-destination-wall",
    {
      wall: critical("nat-connections", /wall of 50,000 connections to one destination .*on 1 address\b/),
      pair: critical("nat-connections", /wall of 50,000 connections to one destination .*on 2 addresses/),
    },
  ],
  [
    "nat-datapath",
    {
      video: critical("nat-datapath", /ng-video-prod: availability of its data path is 10 %/),
      film: warning("nat-datapath", /ng-film-prod: availability of its data path is 60 %/),
      voice: critical("nat-datapath", /ng-voice-prod: 240,000 of 2,800,000 packets were dropped/),
      mail: WELL,
    },
  ],
  [
    "firewall-snat",
    {
      trading: critical("firewall-snat", /fw-trading-weu: 97 % of its SNAT ports .*reason: SNAT port/),
      custody: critical("firewall-snat", /fw-custody-weu: health 20 %, reason: Memory/),
      reports: warning("firewall-snat", /fw-reports-weu: 86 % of its SNAT ports/),
      ledger: WELL,
      archive: WELL,
    },
  ],
  [
    "default-route-missing",
    {
      bare: critical("default-route", /snet-nodes has no default route \(it has no route table\)/),
      partial: critical("default-route", /no default route \(route table rt-partial-prod-weu\)/),
      dropped: critical("default-route", /rt-dropped-prod-weu .* next hop is None/i),
      ledger: WELL,
    },
  ],
  [
    "default-route-dead",
    {
      orphan: critical("default-route", /rt-orphan-prod-weu .* 10\.0\.1\.99, where nothing answers/),
      outside: unknown("default-route", /172\.31\.9\.9/),
      nva: WELL,
      ledger: WELL,
    },
  ],
  [
    "asymmetric-routing",
    {
      storefront: warning("asymmetric-routing", /Tcp 443.* brings traffic in past/),
      ledger: WELL,
      shop: WELL,
    },
  ],
  [
    "nsg-blocks-internet",
    {
      sealed: critical(
        "nsg-egress",
        /deny-internet .* nsg-sealed-prod-weu on the subnet .* blocks the internet/i,
      ),
      vault: critical("nsg-egress", /deny-everything .* on the interfaces of nodepool1 blocks the internet/),
      closed: critical(
        "nsg-egress",
        /deny-internet .* aks-agentpool-\d+-nsg on the subnet .* blocks the internet/,
      ),
      gated: WELL,
      front: WELL,
    },
  ],
  [
    "nsg-blocks-port",
    {
      sealed: critical("nsg-egress", /deny-https .* blocks the internet on TCP 443/),
      ranged: critical("nsg-egress", /deny-low-ports .* blocks the internet on TCP 443/),
      images: critical("nsg-egress", /deny-registry .* blocks MicrosoftContainerRegistry on TCP 443/),
      gated: WELL,
      mail: WELL,
    },
  ],
  [
    "load-balancer-datapath",
    {
      shop: critical("load-balancer-datapath", /data path availability of \S+ is 10 %/),
      web: warning("load-balancer-datapath", /data path availability of \S+ is 60 %/),
      orders: critical("load-balancer-datapath", /data path availability of \S+ is 0 %/),
      media: warning("load-balancer-datapath", /1 of 5 backends/),
      grafana: WELL,
    },
  ],
  [
    "node-pressure",
    {
      cpu: warning("node-pressure", /^node \S+vmss000001: CPU 9\d/),
      memory: warning("node-pressure", /^node \S+vmss000002: \d\d MiB of memory/),
      disk: warning("node-pressure", /^node \S+vmss000000: .* wait at the OS disk, .* of its IOPS/),
      shop: WELL,
    },
  ],
  [
    "data-freshness",
    {
      shop: unknown("data-freshness", /UsedSnatPorts, AllocatedSnatPorts, expected some of 5 nodes/),
      identity: unknown("data-freshness", /no figures of ng-identity-prod/),
      ledger: unknown("data-freshness", /no figures of fw-hub-weu/),
      orders: WELL,
      search: WELL,
    },
  ],
];

/** Reads behind these are all it takes: nobody waits for a retry. */
const TIMEOUT = { timeout: 60_000 };

let accounts: Accounts | undefined;
let stage: Stage | undefined;
beforeAll(async () => {
  accounts = await startAccounts(ROWS.length + 5);
}, 60_000);
afterEach(() => stage?.close());
afterAll(() => accounts?.stop());

async function start(scenario: string, options?: StageOptions): Promise<Stage> {
  stage = await openStage(accounts?.take() ?? "", scenario, options);
  await stage.discover();
  await stage.collect();
  return stage;
}

/** Holds one cluster against what is expected of it, and its remedies against what Azure has. */
function expectJudged(cluster: FleetCluster, { status, leads, beside = [] }: Expected, ids: string): void {
  const { name, headline, nodes } = cluster;
  const found = findingsOf(cluster);
  expect({ name, headline, status: cluster.status, found }).toMatchObject({ status });
  const own = leads === undefined || leads[1] === "unknown" ? [] : [`${leads[0]}=${leads[1]}`];
  expect([...found].sort(), name).toEqual([...own, ...beside].sort());
  if (leads !== undefined) {
    const [check, outcome, says] = leads;
    expect(checkOf(cluster, check), name).toMatchObject({ outcome, summary: headline });
    expect(headline).toMatch(says);
  }

  const checks = checksOf(cluster);
  expect(new Set(checks.map(({ id }) => id)).size, `checks of ${name}`).toBe(21);
  const nodeNames = Array.isArray(nodes) ? nodes.map((node) => String(node.name)) : [];
  for (const { id, outcome, summary, remedy } of checks) {
    expect(summary, `${name} ${id} says why it is ${outcome}`).not.toBe("");
    expect(faultsOf(remedy?.commands ?? [], ids, nodeNames), `${name} ${id}`).toEqual([]);
    if (outcome === "warn" || outcome === "fail") expect(remedy?.text, `${name} ${id}`).toBeTruthy();
  }
}

async function expectFleet(on: Stage, expected: Clusters): Promise<void> {
  const { clusters } = await on.fleet();
  const ids = await idsIn(on.azure);
  const shortOf = (name: string) => name.replace("-prod-weu", "");
  expect(clusters.map(({ name }) => shortOf(name)).sort()).toEqual(Object.keys(expected).sort());
  for (const cluster of clusters) expectJudged(cluster, expected[shortOf(cluster.name)] ?? WELL, ids);
}

test.for(ROWS)("%s", TIMEOUT, async ([scenario, clusters]) => {
  await expectFleet(await start(scenario), clusters);
});

test("snat-forecast: what was forecast is so, twenty minutes later", TIMEOUT, async () => {
  const running = await start("snat-forecast");
  await running.live(20);
  await expectFleet(running, {
    checkout: critical("snat-ports", /^node \S+vmss000002 uses 1,024 of 1,024/),
    partners: critical("nat-connections", /6,000 of .* failed|0 of .* connections failed/),
    basket: warning(
      "snat-forecast",
      /^node \S+vmss000002 .*out of ports in about 2\d minutes/,
      "snat-skew=warn",
    ),
    shop: WELL,
  });
});

test("allocation-drift", TIMEOUT, async () => {
  const running = await start("allocation-drift");
  const earlier = warning("allocation-drift", /went down from 4,096 to 1,024 at 2026-11-20 11:50 UTC/);
  await expectFleet(running, { ports: earlier, resize: WELL, shrink: WELL, impatient: WELL, steady: WELL });

  // The metrics tell of the ports at once; addresses and idle timeout stand in the lists alone.
  running.pass(11);
  await running.collect();
  await running.discover();
  await running.live(4);
  await expectFleet(running, {
    ports: earlier,
    resize: warning("allocation-drift", /from 4,096 to 1,024/),
    // With fixed ports each node has what it had, but the next one may not get as much.
    shrink: warning(
      "allocation-drift",
      /the outbound addresses went down from (\S+), (\S+) to (?:\1|\2) at 2026-11-20 12:\d\d UTC/,
    ),
    impatient: warning("allocation-drift", /idle time-?out .*30.* 4\b/),
    steady: WELL,
  });

  // Minute by minute until long after: the frontend that is gone is no gap in what is known.
  for (let minute = 0; minute < 20; minute += 1) {
    await running.live(1);
    expect((await running.cluster("shrink-prod-weu")).status).toBe("warning");
  }
});

test(
  "idle-outbound-ips: not before a week of history, and then those that the peak can do without",
  TIMEOUT,
  async () => {
    const running = await start("idle-outbound-ips", { env: { SNATWATCH_HISTORY_IMPORT: "8d" } });
    await expectFleet(running, { web: WELL, api: WELL, feed: WELL });
    const { outcome, summary } = checkOf(await running.cluster("web-prod-weu"), "idle-outbound-ips");
    expect({ outcome, summary }).toEqual({ outcome: "pass", summary: expect.stringMatching(/week|days/) });

    await running.importHistory();
    await running.live(1);
    await expectFleet(running, {
      web: warning("idle-outbound-ips", /8 /),
      api: warning("idle-outbound-ips", /16 /),
      feed: WELL,
    });
  },
);
