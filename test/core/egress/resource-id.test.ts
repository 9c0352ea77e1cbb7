import { expect, test } from "vitest";
import { nodeNameOf, poolOfKey, poolOfMachine, scaleSetKeyOf } from "#core/egress/node-name.ts";
import {
  groupKey,
  groupKeyOf,
  nameOf,
  networkKeyOf,
  parseResourceId,
  resourceKey,
  subscriptionKeyOf,
} from "#core/egress/resource-id.ts";

const ID =
  "/subscriptions/AB-1/resourcegroups/MC_Shop/providers/Microsoft.Network/virtualNetworks/VNet/subnets/Nodes/";

test("two spellings of one id have one key", () => {
  expect(resourceKey(ID)).toBe(resourceKey(ID.slice(0, -1).toUpperCase()));
});

test("reads the parts of an id as they are written", () => {
  expect(parseResourceId(ID)).toEqual({ subscriptionId: "AB-1", resourceGroup: "MC_Shop", name: "Nodes" });
  expect(nameOf(ID)).toBe("Nodes");
  expect(subscriptionKeyOf(ID)).toBe("ab-1");
  expect(groupKeyOf(ID)).toBe(groupKey("ab-1", "mc_shop"));
  expect(networkKeyOf(ID)).toBe(
    "/subscriptions/ab-1/resourcegroups/mc_shop/providers/microsoft.network/virtualnetworks/vnet",
  );
});

test.for(["", "kubernetes", "/subscriptions/ab-1", "/subscriptions/ab-1/resourceGroups/only"])(
  "%j is no id of a resource",
  (text) => {
    expect(parseResourceId(text)).toBeNull();
    expect(groupKeyOf(text)).toBe("");
  },
);

test("text without a subscription has none", () => {
  expect(subscriptionKeyOf("kubernetes")).toBe("");
});

const SET =
  "/subscriptions/ab-1/resourcegroups/mc/providers/microsoft.compute/virtualmachinescalesets/aks-np-123-vmss";

test.for([
  [0, "aks-np-123-vmss000000"],
  [35, "aks-np-123-vmss00000z"],
  [36, "aks-np-123-vmss000010"],
] as const)("instance %i of a scale set is node %s", ([instance, node]) => {
  const key = `${SET}/virtualmachines/${instance}`;
  expect(nodeNameOf(key)).toBe(node);
  expect(nodeNameOf(`${key}/networkinterfaces/n/ipconfigurations/c`)).toBe(nodeNameOf(key));
  expect(scaleSetKeyOf(key)).toBe(SET);
});

test("a machine outside scale sets is its node", () => {
  const key =
    "/subscriptions/ab-1/resourcegroups/mc/providers/microsoft.compute/virtualmachines/aks-np-123-0";
  expect(nodeNameOf(key)).toBe("aks-np-123-0");
  expect(scaleSetKeyOf(key)).toBeNull();
});

const POOLS = [{ name: "np" }, { name: "np2" }, { name: "win1" }];

test.for([
  ["aks-np-123-vmss", "np"],
  ["aks-np2-123-vmss", "np2"],
  ["aks-np-123-vms0", "np"],
  ["aks-default-x7k2p", null],
  ["akswin1", "win1"],
  ["akswin1000002", "win1"],
  ["akswin12", null],
  ["jumpbox", null],
] as const)("machine %s belongs to pool %s", ([machine, pool]) => {
  expect(poolOfMachine(machine, POOLS)).toBe(pool);
});

test("the pool of an IP configuration is that of its scale set", () => {
  expect(poolOfKey(`${SET}/virtualmachines/3/networkinterfaces/n/ipconfigurations/c`, POOLS)).toBe("np");
});
