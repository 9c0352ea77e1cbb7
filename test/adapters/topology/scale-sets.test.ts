import { expect, test } from "vitest";
import {
  cluster,
  ipId,
  loadBalancer,
  network,
  nicConfigId,
  prefix,
  prefixId,
  SUB,
  subnet,
  subnetId,
  vmssId,
} from "./support/arm-shapes.ts";
import { FakeArm } from "./support/fake-arm.ts";
import { onlyCluster } from "./support/source.ts";

/** Addresses that one instance has in a subnet: its own and those of its pods. */
const addresses = (instance: number, pool: string, count: number) =>
  Array.from({ length: count }, (_, index) => ({
    id: nicConfigId(instance, pool).replace("ipconfig1", `ipconfig${index + 1}`),
  }));

function arm(
  subnets: readonly object[],
  members: readonly string[],
  pools: readonly object[] = [{}],
): FakeArm {
  return new FakeArm()
    .list(
      SUB,
      "Microsoft.ContainerService/managedClusters",
      cluster(
        {},
        {},
        pools.map((pool) => ({ vnetSubnetID: subnetId(), ...pool })),
      ),
    )
    .list(SUB, "Microsoft.Network/virtualNetworks", network(subnets))
    .list(
      SUB,
      "Microsoft.Network/loadBalancers",
      loadBalancer({ frontends: { a: { publicIPAddress: { id: ipId("a") } } }, outbound: ["a"], members }),
    );
}

test("counts the instances of a scale set, not their addresses, nor those in two subnets twice", async () => {
  const nodes = subnet({
    ipConfigurations: [
      ...addresses(0, "nodepool1", 30),
      ...addresses(1, "nodepool1", 30),
      ...addresses(10, "nodepool1", 1),
    ],
  });
  const pods = subnet({ ipConfigurations: addresses(1, "nodepool1", 100) }, subnetId("pods"));
  const found = await onlyCluster(arm([nodes, pods], [nicConfigId(0), nicConfigId(1)]));
  expect(found.network.scaleSets).toEqual([{ id: vmssId().toLowerCase(), pool: "nodepool1", nodes: 3 }]);
});

test("counts the members of the outbound pool where no subnet tells more, and leaves other clusters' sets out", async () => {
  const shared = subnet({
    ipConfigurations: [...addresses(0, "nodepool1", 1), { id: nicConfigId(0, "x", "MC_other") }],
  });
  const members = [nicConfigId(0), nicConfigId(1), nicConfigId(0, "edge")];
  const found = await onlyCluster(arm([shared], members, [{}, { name: "gone" }]));
  expect(found.network.scaleSets).toEqual([
    { id: vmssId().toLowerCase(), pool: "nodepool1", nodes: 2 },
    { id: vmssId("edge").toLowerCase(), pool: null, nodes: 1 },
  ]);
});

test("tells public rules by an address or a prefix, whether it can be read or not", async () => {
  const fake = arm([subnet()], []);
  const front = (name: string) => ({
    frontendIPConfiguration: { id: `${balancerId}/frontendIPConfigurations/${name}` },
  });
  const balancerId = vmssId().replace(/providers.*/, "providers/Microsoft.Network/loadBalancers/kubernetes");
  fake
    .list(
      SUB,
      "Microsoft.Network/loadBalancers",
      loadBalancer({
        balancerId,
        frontends: {
          range: { publicIPPrefix: { id: prefixId("p") } },
          hidden: { publicIPAddress: { id: ipId("hidden", "elsewhere") } },
          internal: { subnet: { id: subnetId() } },
        },
        outbound: null,
        rules: [
          front("range"),
          { ...front("hidden"), protocol: "Udp", frontendPort: 53 },
          front("internal"),
          {},
        ],
      }),
    )
    .list(SUB, "Microsoft.Network/publicIPPrefixes", prefix(prefixId("p"), "20.2.0.4/31"));
  expect((await onlyCluster(fake)).network.publicInbound).toEqual([
    {
      loadBalancerId: balancerId,
      name: "rule0",
      addresses: ["20.2.0.4", "20.2.0.5"],
      protocol: "Tcp",
      port: 80,
    },
    { loadBalancerId: balancerId, name: "rule1", addresses: [], protocol: "Udp", port: 53 },
  ]);
});
