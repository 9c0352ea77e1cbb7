import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { openTables } from "#adapters/tables/open-tables.ts";
import type { FleetCluster, FleetDocument } from "../../infra/local/fleet-document.ts";
import { hasRecordings } from "../adapters/topology/support/recorded.ts";
import { type Accounts, startAccounts } from "./support/accounts.ts";
import type { LoadOf, NodeLoad } from "./support/batch-answer.ts";
import { startRecordedAzure } from "./support/recorded-azure.ts";
import { BALANCED, frontendOf, NODES } from "./support/recorded-fleet.ts";
import { runOnceAsCommand, runOnceHere } from "./support/run-once.ts";
import type { StandIn } from "./support/stand-in-server.ts";

// From Azure's own answers to verdicts, through the SDKs: what is recorded beside the project is served, nothing is kept in it.

const CALM: NodeLoad = { used: 100, allocated: 1024, succeeded: 500, failed: 0 };
const FULL: NodeLoad = { used: 1024, allocated: 1024, succeeded: 300, failed: 240 };
const calm: LoadOf = () => [CALM, CALM, CALM];
/** The second node of one cluster has run out. */
const hot: LoadOf = (label) => (label === "lb-default-1ip" ? [CALM, FULL, CALM] : calm(label));
/** Azure has nothing about the third node. */
const halfBlind: LoadOf = (label) => (label === "lb-default-1ip" ? [CALM, CALM] : calm(label));

let accounts: Accounts | undefined;
let azure: StandIn | undefined;
beforeAll(async () => {
  accounts = await startAccounts(16);
}, 120_000);
afterAll(() => accounts?.stop());
afterEach(() => azure?.close());

/** Azure recorded one load balancer of AKS, with automatic ports: beside these profiles it reads as edited by hand. */
const TOLD_OTHERWISE = ["lb-2ips-ports2048-idle5", "lb-byo-ip-ports200"];
const withoutTrouble = (name: string) => (TOLD_OTHERWISE.includes(name) ? "warning" : "healthy");

async function run(loadOf: LoadOf): Promise<{ fleet: FleetDocument; storage: string }> {
  azure = await startRecordedAzure(loadOf);
  const storage = accounts?.take() ?? "";
  const fleet = await runOnceHere(azure.address, storage);
  expect(azure.unanswered, "nothing is asked for that Azure does not have").toEqual([]);
  return { fleet, storage };
}

function clusterOf(fleet: FleetDocument, name: string): FleetCluster {
  const found = fleet.clusters.find((it) => it.name === name);
  if (found === undefined) throw new Error(`no cluster ${name}`);
  return found;
}

describe.skipIf(!hasRecordings)("a subscription of recorded answers", { timeout: 120_000 }, () => {
  test("every cluster is found with the path that its network has, and judged as far as it can be", async () => {
    const { fleet } = await run(calm);

    const balanced = BALANCED.map((name) => [name, ["loadBalancer"], withoutTrouble(name)]);
    expect(fleet.clusters.map(({ name, paths, status }) => [name, paths, status]).sort(byName)).toEqual(
      [
        ...balanced,
        // Nothing leaves, so nothing can run out.
        ["block", ["none"], "healthy"],
        // A path that nobody measures, one that is not there yet, and gateways without figures: unknown, never healthy.
        ["basic-lb-vmas", ["unknown"], "unknown"],
        ["cctestaks", ["unknown"], "unknown"],
        ["managedNat-1ip", ["natGateway"], "unknown"],
        ["managedNat-after-switch-from-lb", ["natGateway"], "unknown"],
      ].sort(byName),
    );
    expect(fleet.health).toMatchObject({
      status: "unknown",
      counts: { healthy: 5, warning: 2, critical: 0, unknown: 4 },
      monitor: { status: "healthy", discovery: { failures: [] } },
    });
    for (const { checks } of fleet.clusters) expect(checks).toHaveLength(21);
  });

  test.for([
    ["basic-lb-vmas", "Azure's default outbound access, which nothing measures"],
    ["cctestaks", "the egress path of agentpool is not known: the cluster is being created"],
    ["managedNat-1ip", "Azure Monitor has had no figures of ng1"],
    ["managedNat-after-switch-from-lb", "Azure Monitor has had no figures of ng1"],
  ] as const)("%s says why it is unknown", async ([name, reason]) => {
    const { fleet } = await run(calm);
    expect(clusterOf(fleet, name).headline).toContain(reason);
  });

  test.for([
    [
      "lb-2ips-ports2048-idle5",
      "the outbound rule has automatic ports for each node, AKS was told 2,048 ports",
    ],
    ["lb-byo-ip-ports200", "the outbound rule has automatic ports for each node, AKS was told 200 ports"],
  ] as const)("%s: the load balancer is not as AKS was told", async ([name, reason]) => {
    const { fleet } = await run(calm);
    const { checks, headline } = clusterOf(fleet, name);
    expect(headline).toContain(reason);
    expect(checks).toContainEqual(expect.objectContaining({ id: "allocation-drift", outcome: "warn" }));
  });

  test("the load balancer of AKS: its nodes by name, its outbound rule, its address", async () => {
    const { fleet, storage } = await run(calm);

    const cluster = clusterOf(fleet, "lb-default-1ip");
    expect(cluster).toMatchObject({
      headline: `highest: node ${NODES[0]} uses 100 of 1,024 SNAT ports (TCP, 9.8 %)`,
      outboundType: "loadBalancer",
      pathDetails: [
        {
          kind: "loadBalancer",
          publicIps: [frontendOf("lb-default-1ip")],
          portBudget: 64_000,
          reason: "outbound rule 'aksOutboundRule' of load balancer 'kubernetes'",
          pools: ["nodepool1"],
        },
      ],
      nodes: NODES.flatMap((name) => [
        expect.objectContaining({ name, protocol: "tcp", usedPorts: 100, allocatedPorts: 1024 }),
        expect.objectContaining({ name, protocol: "udp", usedPorts: 8, allocatedPorts: 1024 }),
      ]),
    });

    const entries = await openTables({ connection: { connectionString: storage } }).inventory.list();
    const listed = entries.find((entry) => entry.cluster.ref.name === "lb-default-1ip");
    expect(listed?.cluster.loadBalancer).toMatchObject({
      sku: "standard",
      membersResolved: true,
      outboundRules: [
        {
          name: "aksOutboundRule",
          // 0 is Azure's word for "by the number of nodes"; the idle time-out is in minutes.
          allocatedPorts: 0,
          idleTimeoutMinutes: 30,
          protocol: "All",
          backendPool: "aksOutboundBackendPool",
        },
      ],
    });
    const profiles = entries.map(({ cluster: it }) => [it.ref.name, it.loadBalancerProfile] as const);
    expect(Object.fromEntries(profiles)).toMatchObject({
      "lb-2ips-ports2048-idle5": {
        allocatedOutboundPorts: 2048,
        idleTimeoutMinutes: 5,
        addresses: "managed",
      },
      "lb-byo-ip-ports200": { allocatedOutboundPorts: 200, idleTimeoutMinutes: 30, addresses: "publicIps" },
      "lb-prefix": { allocatedOutboundPorts: 0, addresses: "prefixes" },
      "basic-lb-vmas": null,
      cctestaks: null,
    });
  });

  test("a node that uses all its ports with failing connections makes its cluster critical, and no other", async () => {
    const { fleet } = await run(hot);

    const cluster = clusterOf(fleet, "lb-default-1ip");
    expect(cluster).toMatchObject({
      status: "critical",
      headline: `node ${NODES[1]} uses 1,024 of 1,024 SNAT ports (TCP, 100 %)`,
      worstUsedRatio: 1,
      checks: expect.arrayContaining([
        expect.objectContaining({ id: "snat-ports", outcome: "fail" }),
        expect.objectContaining({ id: "snat-failures", outcome: "fail", explainedBy: "snat-ports" }),
      ]),
    });
    const others = fleet.clusters.filter((it) => it !== cluster && it.paths.includes("loadBalancer"));
    expect(others.map(({ status }) => status)).toEqual(others.map(({ name }) => withoutTrouble(name)));
    expect(fleet.health).toMatchObject({
      status: "critical",
      counts: { critical: 1, warning: 2, healthy: 4 },
    });
  });

  test("a node without figures beside healthy ones is unknown, and named", async () => {
    const { fleet } = await run(halfBlind);
    const cluster = clusterOf(fleet, "lb-default-1ip");
    expect(cluster.status).toBe("unknown");
    expect(cluster.headline).toContain(NODES[2]);
  });
});

describe.skipIf(!hasRecordings)("npm start -- --once --json on it", { timeout: 240_000 }, () => {
  test.for([
    ["0 where all that is watched is healthy", calm, "lb-prefix,lb-default-*", 0, "healthy", 2],
    ["1 where a load balancer is not as AKS was told", calm, "lb-*", 1, "warning", 5],
    ["2 where a node has run out of ports", hot, "", 2, "critical", 11],
    ["3 where a path cannot be judged", calm, "", 3, "unknown", 11],
  ] as const)("exits with %s", async ([, loadOf, include, code, status, clusters]) => {
    azure = await startRecordedAzure(loadOf);
    const result = await runOnceAsCommand(azure.address, {
      AzureWebJobsStorage: accounts?.take() ?? "",
      SNATWATCH_INCLUDE: include,
    });
    expect(result.fleet.health.status).toBe(status);
    expect(result.code).toBe(code);
    expect(result.fleet.clusters).toHaveLength(clusters);
  });
});

function byName([a]: readonly unknown[], [b]: readonly unknown[]): number {
  return String(a).localeCompare(String(b));
}
