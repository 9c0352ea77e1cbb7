// Security groups, required endpoints, keys left out and settings that change, as ARM shows them.

import { expect, test } from "vitest";
import { all, clusterNamed } from "./fleet.ts";
import { ANCHOR, arm, type Client, type Json, MINUTE, open } from "./support.ts";

/** The rules of the security groups of a cluster, subnet first. */
async function rulesOf(client: Client, name: string): Promise<Json[]> {
  const { nodeResourceGroup } = await clusterNamed(client, name);
  const groups = (await all(client, "Microsoft.Network/networkSecurityGroups")).filter(
    ({ id }) => id.includes(nodeResourceGroup) || id.endsWith(`nsg-${name}`),
  );
  for (const { properties } of groups) {
    const standing = properties.defaultSecurityRules.map((rule: Json) => rule.properties.priority);
    expect(standing).toEqual([65_000, 65_001, 65_500, 65_000, 65_001, 65_500]);
  }
  return groups.flatMap(({ properties }) =>
    properties.securityRules.map((rule: Json) => ({ name: rule.name, ...rule.properties })),
  );
}

test.for([
  ["nsg-blocks-internet", "sealed-prod-weu", [{ access: "Deny", destinationAddressPrefix: "Internet" }]],
  [
    "nsg-blocks-internet",
    "vault-prod-weu",
    [{ access: "Deny", destinationAddressPrefix: "*", priority: 200 }],
  ],
  [
    "nsg-blocks-internet",
    "closed-prod-weu",
    [{ access: "Deny", destinationAddressPrefixes: ["0.0.0.0/0"], destinationPortRanges: ["0-65535"] }],
  ],
  [
    "nsg-blocks-internet",
    "gated-prod-weu",
    [
      { access: "Deny", priority: 4_000 },
      { access: "Allow", priority: 300 },
    ],
  ],
  ["nsg-blocks-internet", "front-prod-weu", [{ direction: "Inbound", destinationPortRange: "22" }]],
  ["nsg-blocks-port", "sealed-prod-weu", [{ protocol: "Tcp", destinationPortRange: "443" }]],
  ["nsg-blocks-port", "ranged-prod-weu", [{ destinationPortRanges: ["25", "400-1023"] }]],
  ["nsg-blocks-port", "images-prod-weu", [{ destinationAddressPrefix: "MicrosoftContainerRegistry" }]],
] as const)("%s: the rules of %s are %j", async ([scenario, name, expected]) => {
  expect(await rulesOf(await open(scenario), name)).toMatchObject(expected);
});

test("in an own VNet the security group of AKS is on the interfaces, else on the subnet", async () => {
  const client = await open("nsg-blocks-internet");
  const scaleSets = await all(client, "Microsoft.Compute/virtualMachineScaleSets");
  const groupOf = (name: string): Json => {
    const { properties } = scaleSets.find(({ id }) => id.includes(name));
    const [configuration] = properties.virtualMachineProfile.networkProfile.networkInterfaceConfigurations;
    return configuration.properties.networkSecurityGroup?.id;
  };

  expect(groupOf("vault-prod-weu")).toMatch(/aks-agentpool-\d{8}-nsg$/);
  expect(groupOf("closed-prod-weu")).toBeUndefined();
  const owned = scaleSets.find(({ id }) => id.includes("vault-prod-weu"));
  const [first] = await client.list(arm(`${owned.id}/networkInterfaces`));
  expect(first.properties.networkSecurityGroup.id).toBe(groupOf("vault-prod-weu"));
});

test("odd clusters lack the keys they are to lack", async () => {
  const client = await open("odd-clusters");

  expect(await clusterNamed(client, "broken-prod-weu")).toMatchObject({ provisioningState: "Failed" });
  const terse = await clusterNamed(client, "terse-prod-weu");
  expect(terse).not.toHaveProperty("powerState");
  expect(terse.networkProfile).not.toHaveProperty("loadBalancerProfile");
  expect(terse.networkProfile.outboundType).toBe("loadBalancer");
  expect(await clusterNamed(client, "bare-prod-weu")).not.toHaveProperty("networkProfile");
  const poolless = await clusterNamed(client, "poolless-prod-weu");
  expect(poolless).not.toHaveProperty("agentPoolProfiles");
  expect(poolless.networkProfile).not.toHaveProperty("outboundType");
});

test("required endpoints come in Azure's shape, differ by region, or are refused", async () => {
  const client = await open("healthy");
  const read = async (name: string): Promise<Json[]> => {
    const clusters = await all(client, "Microsoft.ContainerService/managedClusters");
    const { id } = clusters.find((cluster) => cluster.name === name);
    return client.list(arm(`${id}/outboundNetworkDependenciesEndpoints`));
  };
  const [weu, neu] = [await read("shop-prod-weu"), await read("catalog-prod-neu")];
  const endpoints = weu.flatMap((item) => item.endpoints);

  expect(weu.every(({ category }) => typeof category === "string")).toBe(true);
  expect(endpoints.map(({ domainName }) => domainName)).toContain("*.hcp.westeurope.azmk8s.io");
  expect(JSON.stringify(neu)).toContain("*.hcp.northeurope.azmk8s.io");
  expect(endpoints.some(({ endpointDetails }) => endpointDetails === undefined)).toBe(true);
  const details = endpoints.flatMap(({ endpointDetails }) => endpointDetails ?? []);
  expect(details.every(({ port, protocol }) => port > 0 && typeof protocol === "string")).toBe(true);
  expect(details.some(({ ipAddress }) => /^20\./.test(ipAddress))).toBe(true);

  const closed = await open("endpoints-unreadable");
  const clusters = await all(closed, "Microsoft.ContainerService/managedClusters");
  const statuses = clusters.map(
    async ({ id }) => (await closed.get(arm(`${id}/outboundNetworkDependenciesEndpoints`))).status,
  );
  expect(await Promise.all(statuses)).toEqual([403, 404]);
});

test("a change of the outbound settings shows in every document that tells of them", async () => {
  let minute = 0;
  const client = await open("allocation-drift", { nowMs: () => ANCHOR + minute * MINUTE });
  const balancers = await all(client, "Microsoft.Network/loadBalancers");
  const read = async (name: string): Promise<Json> => {
    const { id } = balancers.find((item) => item.id.includes(name));
    const { properties } = (await client.get(arm(id))).body;
    const [rule] = properties.outboundRules;
    const profile = (await clusterNamed(client, name)).networkProfile.loadBalancerProfile;
    const addresses = (await all(client, "Microsoft.Network/publicIPAddresses")).filter((ip) =>
      ip.properties.ipConfiguration?.id.startsWith(`${id}/`),
    );
    const frontends = rule.properties.frontendIPConfigurations.length;
    expect([properties.frontendIPConfigurations.length, profile.effectiveOutboundIPs.length]).toEqual([
      frontends,
      frontends,
    ]);
    expect(addresses).toHaveLength(frontends);
    expect(profile.idleTimeoutInMinutes).toBe(rule.properties.idleTimeoutInMinutes);
    return [rule.properties.allocatedOutboundPorts, frontends, rule.properties.idleTimeoutInMinutes];
  };

  expect(await read("ports-prod-weu")).toEqual([0, 1, 30]);
  expect(await read("resize-prod-weu")).toEqual([4_096, 1, 30]);
  expect(await read("shrink-prod-weu")).toEqual([2_048, 2, 30]);
  expect(await read("impatient-prod-weu")).toEqual([0, 1, 30]);
  minute = 10;
  expect(await read("resize-prod-weu")).toEqual([1_024, 1, 30]);
  expect(await read("shrink-prod-weu")).toEqual([2_048, 1, 30]);
  expect(await read("impatient-prod-weu")).toEqual([0, 1, 4]);
  expect(await read("steady-prod-weu")).toEqual([4_096, 1, 30]);
});
