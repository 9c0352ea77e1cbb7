import { expect, test } from "vitest";
import type { FailedList, Firewall, NicAddress, Subnet, VirtualNetwork } from "#core/egress/network.ts";
import { indexNetwork } from "#core/egress/network-index.ts";
import { firewallAt, firewallsAt, hopState } from "#core/egress/next-hop.ts";
import { SUB } from "./support.ts";

const HUB = "22222222-2222-2222-2222-222222222222";
const networkKey = (name: string, subscription = SUB) =>
  `/subscriptions/${subscription}/resourcegroups/net/providers/microsoft.network/virtualnetworks/${name}`;

function subnet(key: string, prefixes: readonly string[], scaleSets: readonly string[] = []): Subnet {
  const none = { routeTableId: null, natGatewayId: null, securityGroupId: null };
  const counted = new Map(scaleSets.map((name) => [name, 1]));
  return {
    id: key,
    key,
    name: "subnet",
    prefixes,
    scaleSets: counted,
    defaultOutboundAccess: null,
    nodeGroups: [],
    ...none,
  };
}

function network(
  name: string,
  prefixes: readonly string[],
  peers: readonly string[],
  subnets: readonly Subnet[],
): VirtualNetwork {
  return { id: networkKey(name), key: networkKey(name), prefixes, peers, subnets };
}

function firewall(name: string, networkName: string | null, subscription = SUB): Firewall {
  const key = `/subscriptions/${subscription}/resourcegroups/net/providers/microsoft.network/azurefirewalls/${name}`;
  const subnetKey = networkName === null ? null : `${networkKey(networkName)}/subnets/azurefirewallsubnet`;
  return {
    id: key,
    key,
    location: "westeurope",
    tier: "Standard",
    hub: networkName === null,
    privateIps: ["10.9.0.4"],
    publicIpIds: [],
    publicAddresses: [],
    subnetKey,
  };
}

const nodes = subnet(`${networkKey("spoke")}/subnets/nodes`, ["10.1.0.0/16"]);
const spoke = network("spoke", ["10.1.0.0/16"], [networkKey("hub"), networkKey("elsewhere")], [nodes]);
const hub = network(
  "hub",
  ["10.9.0.0/16"],
  [],
  [
    subnet(`${networkKey("hub")}/subnets/appliances`, ["10.9.1.0/24"]),
    subnet(`${networkKey("hub")}/subnets/scaled`, ["10.9.2.0/24"], ["vmss"]),
  ],
);
const lone: NicAddress = { key: "nic", address: "10.9.1.10", machineKey: null, securityGroupKey: null };

function index(firewalls: readonly Firewall[] = [], failures: readonly FailedList[] = []) {
  return indexNetwork({
    subscriptionIds: [SUB],
    virtualNetworks: [spoke, hub],
    routeTables: [],
    natGateways: [],
    firewalls,
    loadBalancers: [],
    securityGroups: [],
    publicIps: [],
    prefixes: [],
    nicAddresses: [lone],
    failures,
  });
}

const missing = (list: FailedList["list"]): FailedList => ({
  subscriptionId: SUB,
  list,
  reason: "throttled",
  message: "",
});

test.for([
  ["a network interface has it", "10.9.1.10", [], "live"],
  ["nothing in its subnet has it", "10.9.1.11", [], "dead"],
  ["its network has no subnet for it", "10.9.200.1", [], "dead"],
  ["a scale set in its subnet may have it", "10.9.2.9", [], "unknown"],
  ["the interfaces could not be read", "10.9.1.11", [missing("networkInterfaces")], "unknown"],
  ["another list failed", "10.9.1.11", [missing("natGateways")], "dead"],
  ["it lies in no network that can be read", "192.168.0.4", [], "unknown"],
] as const)("a next hop, where %s, is %s", ([, address, failures, state]) => {
  expect(hopState(index([], failures), address, nodes)).toBe(state);
});

test("a firewall's address is live wherever it lies", () => {
  expect(hopState(index([firewall("fw", null)]), "10.9.0.4", nodes)).toBe("live");
});

test.for([
  ["the same network", ["copy:copy", "peer:hub", "own:spoke"], "own"],
  ["a peered network", ["copy:copy", "wan:", "peer:hub"], "peer"],
  ["a hub", ["copy:copy", "wan:"], "wan"],
  ["its own subscription", [`abroad:copy:${HUB}`, "copy:copy2"], "copy"],
] as const)("of several firewalls with one address, that of %s", ([, names, nearest]) => {
  const firewalls = names.map((it) => {
    const [name = "", place, subscription] = it.split(":");
    return firewall(name, place === "" ? null : (place ?? null), subscription);
  });
  expect(firewallAt(index(firewalls), "10.9.0.4", nodes)?.id.split("/").at(-1)).toBe(nearest);
  expect(firewallAt(index(firewalls.toReversed()), "10.9.0.4", nodes)?.id.split("/").at(-1)).toBe(nearest);
});

test("an ECMP route leads to each firewall once, in the order of its hops", () => {
  const double = { ...firewall("double", "hub"), privateIps: ["10.9.0.5", "10.9.0.6"] };
  const hops = ["10.9.0.6", "10.9.0.4", "10.9.0.5", "10.9.0.99"];
  const found = firewallsAt(index([firewall("single", "hub"), double]), hops, nodes);
  expect(found.map(({ key }) => key.split("/").at(-1))).toEqual(["double", "single"]);
});
