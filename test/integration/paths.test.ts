import { afterAll, beforeAll, expect, test } from "vitest";
import type { FleetCluster } from "../../infra/local/fleet-document.ts";
import { type Accounts, startAccounts } from "./support/accounts.ts";
import { rowsOf } from "./support/judged.ts";
import { openStage, type Stage } from "./support/stage.ts";

// Every way out that AKS has: the path that the network has in fact, what it carries, and how much.

interface Path {
  readonly kind: string;
  /** The last part of the device's id; `null` where there is no device. */
  readonly device: string | null;
  /** IPv4 and IPv6 addresses. */
  readonly addresses: readonly [v4: number, v6: number];
  readonly portBudget: number | null;
  readonly icmp?: boolean;
}

const balanced = (v4 = 1, v6 = 0): Path => ({
  kind: "loadBalancer",
  device: "kubernetes",
  addresses: [v4, v6],
  portBudget: v4 * 64_000,
});
const gateway = (device: string, v4 = 1, v6 = 0): Path => ({
  kind: "natGateway",
  device,
  addresses: [v4, v6],
  portBudget: v4 * 64_512,
});
const firewall = (device: string, v4 = 2): Path => ({
  kind: "firewall",
  device,
  addresses: [v4, 0],
  portBudget: null,
});
/** Its addresses are its own affair; it may well pass a ping. */
const APPLIANCE: Path = {
  kind: "virtualAppliance",
  device: null,
  addresses: [0, 0],
  portBudget: null,
  icmp: true,
};
const NONE: Path = { kind: "none", device: null, addresses: [0, 0], portBudget: null };

const PATHS: Readonly<Record<string, readonly Path[]>> = {
  "lb-managed-weu": [balanced()],
  "lb-own-weu": [balanced(2)],
  "lb-prefix-weu": [balanced(2)],
  "lb-dual-neu": [balanced(1, 1)],
  "lb-spoke-weu": [balanced()],
  "lb-group-weu": [balanced()],
  "nat-managed-weu": [gateway("aks-nat-managed")],
  "nat-managed-sku-weu": [gateway("aks-nat-managed-sku", 2)],
  "nat-managed-v2-weu": [gateway("aks-nat-managed-v2", 1, 1)],
  // One address of its own and a prefix of two.
  "nat-user-weu": [gateway("ng-user", 3)],
  "nat-network-weu": [gateway("ng-network", 2, 2)],
  "nat-subnets-weu": [gateway("ng-system"), gateway("ng-apps")],
  "nat-pods-weu": [gateway("ng-nodes"), gateway("ng-pods")],
  "fw-shared-weu": [firewall("fw-hub-weu")],
  "fw-beside-weu": [firewall("fw-local-weu")],
  "fw-vwan-weu": [firewall("fw-vwan-weu")],
  // The world sees the addresses of the gateway on the firewall's subnet.
  "fw-nat-weu": [firewall("fw-nat-weu", 3)],
  "nva-interface-weu": [APPLIANCE],
  "nva-balanced-weu": [APPLIANCE],
  "nva-ecmp-weu": [APPLIANCE],
  "node-ip-weu": [{ kind: "nodePublicIp", device: null, addresses: [3, 0], portBudget: null, icmp: true }],
  "egress-gateway-weu": [
    balanced(),
    { kind: "egressGateway", device: null, addresses: [4, 0], portBudget: null },
  ],
  "none-weu": [NONE],
  "block-weu": [NONE],
};

/** What all this carries does not depend on the hour, how busy it is does: before work nobody is near a limit. */
const EARLY_MINUTES = -7 * 60;

let accounts: Accounts | undefined;
let stage: Stage | undefined;
let clusters: readonly FleetCluster[] = [];
beforeAll(async () => {
  accounts = await startAccounts(1);
  stage = await openStage(accounts.take(), "all-paths", { startMinutes: EARLY_MINUTES });
  await stage.discover();
  await stage.collect();
  clusters = (await stage.fleet()).clusters;
}, 60_000);
afterAll(async () => {
  await stage?.close();
  await accounts?.stop();
});

test("these are all clusters", () => {
  expect(clusters.map(({ name }) => name).sort()).toEqual(Object.keys(PATHS).sort());
});

test.for(Object.entries(PATHS))("%s", ([name, expected]) => {
  const cluster = clusters.find((it) => it.name === name);
  expect(rowsOf(cluster?.["pathDetails"]).map(toPath)).toEqual(
    expected.map(({ icmp = false, ...path }) => {
      const carries = path.kind !== "none";
      return { ...path, protocols: { tcp: carries, udp: carries, icmp } };
    }),
  );
  expect(cluster?.paths, "each kind once").toEqual([...new Set(expected.map(({ kind }) => kind))]);
  expect({ status: cluster?.status, headline: cluster?.headline }).toMatchObject({ status: "healthy" });
});

test("every public address is an address, and no two clusters share one but behind one device", () => {
  const all = clusters.flatMap((cluster) =>
    rowsOf(cluster["pathDetails"]).flatMap(({ publicIps }) => (Array.isArray(publicIps) ? publicIps : [])),
  );
  expect(all.length).toBeGreaterThan(30);
  for (const text of all) expect(text).toMatch(/^\d+\.\d+\.\d+\.\d+$|^[0-9a-f:]+$/);
  expect(new Set(all).size).toBe(all.length);
});

function toPath({ kind, resourceId, publicIps, portBudget, protocols }: Readonly<Record<string, unknown>>) {
  const addresses = (Array.isArray(publicIps) ? publicIps : []).map(String);
  const v6 = addresses.filter((text) => text.includes(":")).length;
  return {
    kind,
    device: typeof resourceId === "string" ? (resourceId.split("/").at(-1) ?? null) : null,
    addresses: [addresses.length - v6, v6],
    portBudget,
    protocols,
  };
}
