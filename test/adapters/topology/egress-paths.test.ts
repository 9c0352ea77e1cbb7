import { expect, test } from "vitest";
import type { Cluster } from "#core/egress/topology.ts";
import {
  cluster,
  defaultTo,
  firewall,
  HUB,
  id,
  ipId,
  lbId,
  loadBalancer,
  natGateway,
  natId,
  network,
  nicConfigId,
  prefix,
  prefixId,
  publicIp,
  routeTable,
  SUB,
  subnet,
  subnetId,
  tableId,
  vmssId,
  vnetId,
} from "./support/arm-shapes.ts";
import { FakeArm } from "./support/fake-arm.ts";
import { onlyCluster } from "./support/source.ts";

type Lists = Readonly<Record<string, readonly object[]>>;

/** A subscription with these lists: short names are Microsoft.Network, `hub.x` is the list x of the hub's subscription. */
function arm(lists: Lists): FakeArm {
  const fake = new FakeArm();
  for (const [name, items] of Object.entries(lists)) {
    const [list = "", subscription] = name.startsWith("hub.") ? [name.slice(4), HUB] : [name, SUB];
    const type =
      list === "clusters" ? "Microsoft.ContainerService/managedClusters" : `Microsoft.Network/${list}`;
    fake.list(subscription ?? SUB, type, ...items);
  }
  return fake;
}

const members = [nicConfigId(0), nicConfigId(1)];
const onePublicIp = { a: { publicIPAddress: { id: ipId("a") } } };
const standard = loadBalancer({ frontends: onePublicIp, outbound: ["a"], members });
const ipA = publicIp(ipId("a"), "20.1.0.1");
const plain = network([subnet()]);
const withTable = (table: string) => network([subnet({ routeTable: { id: table } })]);
const hubVnet = vnetId("hub", "hub", HUB);
const hubFirewallId = id("Microsoft.Network/azureFirewalls", "fw-hub", "hub", HUB);
const hubFirewall = firewall(
  hubFirewallId,
  "10.9.0.4",
  ipId("fw", "hub", HUB),
  subnetId("AzureFirewallSubnet", hubVnet),
);
const toHub = {
  clusters: [cluster({ outboundType: "userDefinedRouting" })],
  routeTables: [routeTable(tableId("rt"), defaultTo("VirtualAppliance", "10.9.0.4"))],
  virtualNetworks: [withTable(tableId("rt"))],
};
const ownVnet = vnetId("spoke", "network");
const ownSubnet = subnetId("nodes", ownVnet);
const foreignSubnet = subnetId("nodes", vnetId("spoke", "network", HUB));

const firewallId = (name: string, group?: string, subscription?: string) =>
  id("Microsoft.Network/azureFirewalls", name, group, subscription);
const ecmpTo = (...hops: readonly string[]) =>
  routeTable(tableId("rt"), {
    addressPrefix: "0.0.0.0/0",
    nextHopType: "VirtualApplianceEcmp",
    nextHop: { nextHopIpAddresses: hops },
  });

type Row = readonly [
  title: string,
  lists: Lists,
  /** Of each path: `kind name ips budget`. */
  paths: readonly string[],
  /** What else is known of the network, see {@link shownNetwork}. */
  network: readonly string[],
  /** Reasons of the problems; absent: none. */
  problems?: readonly string[],
];

const rows: readonly Row[] = [
  [
    "load balancer with managed IPs: 64,000 ports an address, eight less for each inbound rule on it",
    {
      clusters: [cluster()],
      loadBalancers: [
        loadBalancer({
          frontends: { a: { publicIPAddress: { id: ipId("a") } }, b: { publicIPAddress: { id: ipId("b") } } },
          outbound: ["a", "b"],
          members,
          rules: [{ frontendIPConfiguration: { id: `${lbId()}/frontendIPConfigurations/b` } }],
        }),
      ],
      publicIPAddresses: [ipA, publicIp(ipId("b"), "20.1.0.2")],
      virtualNetworks: [plain],
    },
    ["loadBalancer kubernetes 20.1.0.1,20.1.0.2 127992"],
    [
      "nodes | aks-subnet | nodepool1 | none | -",
      "set | aks-nodepool1-12345678-vmss | nodepool1 | 2",
      "inbound | kubernetes | rule0 | 20.1.0.2 | Tcp | 80",
    ],
  ],
  [
    "load balancer with the user's own IP in another group",
    {
      clusters: [cluster()],
      loadBalancers: [
        loadBalancer({
          frontends: { o: { publicIPAddress: { id: ipId("own", "shop") } } },
          outbound: ["o"],
          members,
        }),
      ],
      publicIPAddresses: [publicIp(ipId("own", "shop"), "20.1.0.9")],
      virtualNetworks: [plain],
    },
    ["loadBalancer kubernetes 20.1.0.9 64000"],
    ["nodes | aks-subnet | nodepool1 | none | -", "set | aks-nodepool1-12345678-vmss | nodepool1 | 2"],
  ],
  [
    "load balancer with a prefix: every address of it",
    {
      clusters: [cluster()],
      loadBalancers: [
        loadBalancer({
          frontends: { p: { publicIPPrefix: { id: prefixId("p") } } },
          outbound: ["p"],
          members,
        }),
      ],
      publicIPPrefixes: [prefix(prefixId("p"), "20.2.0.4/30")],
      virtualNetworks: [plain],
    },
    ["loadBalancer kubernetes 20.2.0.4,20.2.0.5,20.2.0.6,20.2.0.7 256000"],
    ["nodes | aks-subnet | nodepool1 | none | -", "set | aks-nodepool1-12345678-vmss | nodepool1 | 2"],
  ],
  [
    "dual stack: IPv6 addresses are shown and bring no IPv4 ports",
    {
      clusters: [cluster()],
      loadBalancers: [
        loadBalancer({
          frontends: {
            a: { publicIPAddress: { id: ipId("a") } },
            six: { publicIPAddress: { id: ipId("six") } },
          },
          outbound: ["a", "six"],
          members,
        }),
      ],
      publicIPAddresses: [ipA, publicIp(ipId("six"), "2603:1030::1", "IPv6")],
      virtualNetworks: [plain],
    },
    ["loadBalancer kubernetes 20.1.0.1,2603:1030::1 64000"],
    ["nodes | aks-subnet | nodepool1 | none | -", "set | aks-nodepool1-12345678-vmss | nodepool1 | 2"],
  ],
  [
    "Basic load balancer: sends by its frontend, has no number of ports",
    {
      clusters: [cluster({ loadBalancerSku: "Basic" })],
      loadBalancers: [loadBalancer({ sku: "Basic", frontends: onePublicIp, outbound: null, members })],
      publicIPAddresses: [ipA],
      virtualNetworks: [plain],
    },
    ["loadBalancer kubernetes 20.1.0.1 -"],
    ["nodes | aks-subnet | nodepool1 | none | -", "set | aks-nodepool1-12345678-vmss | nodepool1 | 2"],
  ],
  [
    "Basic SKU without a load balancer: Azure's default outbound access",
    { clusters: [cluster({ loadBalancerSku: "Basic" })], virtualNetworks: [plain] },
    ["unknown - - -"],
    ["nodes | aks-subnet | nodepool1 | none | -"],
  ],
  [
    "NAT gateway on the subnet beats the load balancer, whatever outboundType says",
    {
      clusters: [cluster({ outboundType: "loadBalancer" })],
      loadBalancers: [standard],
      natGateways: [
        natGateway(natId("nat"), {
          publicIpAddresses: [{ id: ipId("n") }],
          publicIpPrefixes: [{ id: prefixId("p") }],
        }),
      ],
      publicIPAddresses: [ipA, publicIp(ipId("n"), "20.3.0.1")],
      publicIPPrefixes: [prefix(prefixId("p"), "20.3.0.8/31")],
      virtualNetworks: [network([subnet({ natGateway: { id: natId("NAT") } })])],
    },
    ["natGateway nat 20.3.0.1,20.3.0.8,20.3.0.9 193536"],
    [
      "nodes | aks-subnet | nodepool1 | none | nat",
      "gateway | nat | Standard | 3 |  | true",
      "set | aks-nodepool1-12345678-vmss | nodepool1 | 2",
    ],
  ],
  [
    "StandardV2 NAT gateway for the whole virtual network: the subnet does not mention it",
    {
      clusters: [cluster({ outboundType: "managedNATGatewayV2" })],
      natGateways: [
        natGateway(
          natId("v2"),
          {
            sourceVirtualNetwork: { id: vnetId().toUpperCase() },
            publicIpAddresses: [{ id: ipId("n") }],
            publicIpAddressesV6: [{ id: ipId("n6") }],
          },
          "StandardV2",
        ),
      ],
      publicIPAddresses: [publicIp(ipId("n"), "20.3.0.1"), publicIp(ipId("n6"), "2603:1030::9", "IPv6")],
      virtualNetworks: [plain],
    },
    ["natGateway v2 20.3.0.1,2603:1030::9 64512"],
    ["nodes | aks-subnet | nodepool1 | none | v2", "gateway | v2 | StandardV2 | 1 |  | true"],
  ],
  [
    "default route to a firewall in the hub's subscription",
    {
      ...toHub,
      "hub.azureFirewalls": [hubFirewall],
      "hub.publicIPAddresses": [publicIp(ipId("fw", "hub", HUB), "20.4.0.1")],
    },
    ["firewall fw-hub 20.4.0.1 -"],
    [
      "nodes | aks-subnet | nodepool1 | 0.0.0.0/0 VirtualAppliance 10.9.0.4 live | -",
      "firewall | fw-hub |  | vnet | 20.4.0.1 | -",
    ],
  ],
  [
    "default route to a firewall in a virtual WAN hub",
    {
      ...toHub,
      "hub.azureFirewalls": [
        {
          id: hubFirewallId,
          properties: {
            virtualHub: { id: id("Microsoft.Network/virtualHubs", "vhub", "hub", HUB) },
            hubIPAddresses: {
              privateIPAddress: "10.9.0.4",
              publicIPs: { addresses: [{ address: "20.4.0.7" }], count: 1 },
            },
          },
        },
      ],
    },
    ["firewall fw-hub 20.4.0.7 -"],
    [
      "nodes | aks-subnet | nodepool1 | 0.0.0.0/0 VirtualAppliance 10.9.0.4 live | -",
      "firewall | fw-hub |  | hub | 20.4.0.7 | -",
    ],
  ],
  [
    "firewall behind a NAT gateway: the internet sees the gateway's addresses",
    {
      ...toHub,
      "hub.azureFirewalls": [hubFirewall],
      "hub.virtualNetworks": [
        network(
          [subnet({ natGateway: { id: natId("hubnat", "hub") } }, subnetId("AzureFirewallSubnet", hubVnet))],
          hubVnet,
        ),
      ],
      natGateways: [natGateway(natId("hubnat", "hub"), { publicIpAddresses: [{ id: ipId("n") }] })],
      publicIPAddresses: [publicIp(ipId("n"), "20.3.0.1")],
    },
    ["firewall fw-hub 20.3.0.1 -"],
    [
      "nodes | aks-subnet | nodepool1 | 0.0.0.0/0 VirtualAppliance 10.9.0.4 live | -",
      "gateway | hubnat | Standard | 1 |  | false",
      "firewall | fw-hub |  | vnet |  | hubnat",
    ],
  ],
  [
    "the same private address in two copies of an environment: the firewall of the peered network",
    {
      ...toHub,
      virtualNetworks: [
        network([subnet({ routeTable: { id: tableId("rt") } })], vnetId(), {
          virtualNetworkPeerings: [{ name: "hub", properties: { remoteVirtualNetwork: { id: hubVnet } } }],
        }),
      ],
      azureFirewalls: [
        firewall(
          id("Microsoft.Network/azureFirewalls", "fw-other", "a-copy"),
          "10.9.0.4",
          ipId("x"),
          subnetId("AzureFirewallSubnet", vnetId("copy", "a-copy")),
        ),
      ],
      "hub.azureFirewalls": [hubFirewall],
      "hub.publicIPAddresses": [publicIp(ipId("fw", "hub", HUB), "20.4.0.1")],
    },
    ["firewall fw-hub 20.4.0.1 -"],
    [
      "nodes | aks-subnet | nodepool1 | 0.0.0.0/0 VirtualAppliance 10.9.0.4 live | -",
      "firewall | fw-hub |  | vnet | 20.4.0.1 | -",
    ],
  ],
  [
    "ECMP default route with a firewall among its hops",
    {
      ...toHub,
      routeTables: [
        routeTable(tableId("rt"), {
          addressPrefix: "0.0.0.0/0",
          nextHopType: "VirtualApplianceEcmp",
          nextHop: { nextHopIpAddresses: ["10.9.0.3", "10.9.0.4"] },
        }),
      ],
      "hub.azureFirewalls": [hubFirewall],
      "hub.publicIPAddresses": [publicIp(ipId("fw", "hub", HUB), "20.4.0.1")],
    },
    ["firewall fw-hub 20.4.0.1 -"],
    [
      "nodes | aks-subnet | nodepool1 | 0.0.0.0/0 VirtualApplianceEcmp 10.9.0.3 10.9.0.4 live | -",
      "firewall | fw-hub |  | vnet | 20.4.0.1 | -",
    ],
  ],
  [
    "default route to a third party's appliance",
    toHub,
    ["virtualAppliance - - -"],
    ["nodes | aks-subnet | nodepool1 | 0.0.0.0/0 VirtualAppliance 10.9.0.4 dead | -"],
  ],
  [
    "default route in two halves",
    {
      ...toHub,
      routeTables: [
        routeTable(
          tableId("rt"),
          defaultTo("VirtualAppliance", "10.9.0.4", "128.0.0.0/1"),
          defaultTo("VirtualAppliance", "10.9.0.4", "0.0.0.0/1"),
          defaultTo("Internet"),
        ),
      ],
    },
    ["virtualAppliance - - -"],
    ["nodes | aks-subnet | nodepool1 | 0.0.0.0/1 VirtualAppliance 10.9.0.4 dead | -"],
  ],
  [
    "default route that drops",
    { ...toHub, routeTables: [routeTable(tableId("rt"), defaultTo("None"))] },
    ["none - - -"],
    ["nodes | aks-subnet | nodepool1 | 0.0.0.0/0 None dead | -"],
  ],
  [
    "default route to a VPN gateway: beyond what ARM shows",
    { ...toHub, routeTables: [routeTable(tableId("rt"), defaultTo("VirtualNetworkGateway"))] },
    ["unknown - - -"],
    ["nodes | aks-subnet | nodepool1 | 0.0.0.0/0 VirtualNetworkGateway unknown | -"],
  ],
  [
    "default route to the internet: the next steps decide",
    {
      clusters: [cluster()],
      routeTables: [routeTable(tableId("rt"), defaultTo("Internet"))],
      virtualNetworks: [withTable(tableId("RT"))],
      loadBalancers: [standard],
      publicIPAddresses: [ipA],
    },
    ["loadBalancer kubernetes 20.1.0.1 64000"],
    [
      "nodes | aks-subnet | nodepool1 | 0.0.0.0/0 Internet live | -",
      "set | aks-nodepool1-12345678-vmss | nodepool1 | 2",
    ],
  ],
  [
    "routes of pods to their nodes are no default route",
    {
      clusters: [cluster()],
      routeTables: [routeTable(tableId("rt"), defaultTo("VirtualAppliance", "10.240.0.5", "10.244.0.0/24"))],
      virtualNetworks: [withTable(tableId("rt"))],
      loadBalancers: [standard],
      publicIPAddresses: [ipA],
    },
    ["loadBalancer kubernetes 20.1.0.1 64000"],
    ["nodes | aks-subnet | nodepool1 | read | -", "set | aks-nodepool1-12345678-vmss | nodepool1 | 2"],
  ],
  [
    "outbound type none",
    { clusters: [cluster({ outboundType: "none" })], virtualNetworks: [plain] },
    ["none - - -"],
    ["nodes | aks-subnet | nodepool1 | none | -"],
  ],
  [
    "outbound type block",
    { clusters: [cluster({ outboundType: "block" })], virtualNetworks: [plain] },
    ["none - - -"],
    ["nodes | aks-subnet | nodepool1 | none | -"],
  ],
  [
    "an outbound type that nobody has heard of: the network decides",
    {
      clusters: [cluster({ outboundType: "quantumTunnel" })],
      loadBalancers: [standard],
      publicIPAddresses: [ipA],
      virtualNetworks: [plain],
    },
    ["loadBalancer kubernetes 20.1.0.1 64000"],
    ["nodes | aks-subnet | nodepool1 | none | -", "set | aks-nodepool1-12345678-vmss | nodepool1 | 2"],
  ],
  [
    "a load balancer that only brings traffic in is no way out",
    {
      clusters: [cluster({ outboundType: "userDefinedRouting" })],
      loadBalancers: [loadBalancer({ frontends: onePublicIp, outbound: null, members })],
      publicIPAddresses: [ipA],
      virtualNetworks: [plain],
    },
    ["none - - -"],
    ["nodes | aks-subnet | nodepool1 | none | -"],
  ],
  [
    "several standard load balancers: the one whose rule serves AKS's outbound pool",
    {
      clusters: [cluster()],
      loadBalancers: [
        loadBalancer({
          balancerId: lbId("extra"),
          frontends: { x: { publicIPAddress: { id: ipId("x") } } },
          outbound: null,
        }),
        loadBalancer({ balancerId: lbId("kubernetes"), frontends: onePublicIp, outbound: ["a"], members }),
      ],
      publicIPAddresses: [ipA],
      virtualNetworks: [plain],
    },
    ["loadBalancer kubernetes 20.1.0.1 64000"],
    ["nodes | aks-subnet | nodepool1 | none | -", "set | aks-nodepool1-12345678-vmss | nodepool1 | 2"],
  ],
  [
    "node public IPs beat the outbound rule, for their pool alone",
    {
      clusters: [
        cluster({}, {}, [
          {},
          { name: "edge", enableNodePublicIP: true, nodePublicIPPrefixID: prefixId("np") },
        ]),
      ],
      loadBalancers: [standard],
      publicIPAddresses: [ipA],
      publicIPPrefixes: [prefix(prefixId("np"), "20.5.0.0/31")],
      virtualNetworks: [plain],
    },
    ["loadBalancer kubernetes 20.1.0.1 64000", "nodePublicIp - 20.5.0.0,20.5.0.1 -"],
    ["nodes | aks-subnet | nodepool1,edge | none | -", "set | aks-nodepool1-12345678-vmss | nodepool1 | 2"],
  ],
  [
    "static egress gateway pool: one more path, by the prefix that its nodes use",
    {
      clusters: [cluster({}, {}, [{}, { name: "egress", mode: "Gateway" }])],
      loadBalancers: [standard],
      publicIPAddresses: [ipA],
      publicIPPrefixes: [
        prefix(prefixId("gw"), "20.6.0.0/31", {
          publicIPAddresses: [
            {
              id: `${vmssId("egress")}/virtualMachines/0/networkInterfaces/n/ipConfigurations/c/publicIPAddresses/p`,
            },
          ],
        }),
      ],
      virtualNetworks: [plain],
    },
    ["loadBalancer kubernetes 20.1.0.1 64000", "egressGateway - 20.6.0.0,20.6.0.1 -"],
    ["nodes | aks-subnet | nodepool1,egress | none | -", "set | aks-nodepool1-12345678-vmss | nodepool1 | 2"],
  ],
  [
    "own virtual network in another group",
    {
      clusters: [cluster({}, {}, [{ vnetSubnetID: ownSubnet }])],
      natGateways: [natGateway(natId("nat", "network"), { publicIpAddresses: [{ id: ipId("n") }] })],
      publicIPAddresses: [publicIp(ipId("n"), "20.3.0.1")],
      virtualNetworks: [
        network([subnet({ natGateway: { id: natId("nat", "network") } }, ownSubnet)], ownVnet),
      ],
    },
    ["natGateway nat 20.3.0.1 64512"],
    ["nodes | nodes | nodepool1 | none | nat", "gateway | nat | Standard | 1 |  | false"],
  ],
  [
    "own virtual network in another subscription",
    {
      clusters: [cluster({ outboundType: "userDefinedRouting" }, {}, [{ vnetSubnetID: foreignSubnet }])],
      "hub.virtualNetworks": [
        network(
          [subnet({ routeTable: { id: tableId("rt", "network", HUB) } }, foreignSubnet)],
          vnetId("spoke", "network", HUB),
        ),
      ],
      "hub.routeTables": [
        routeTable(tableId("rt", "network", HUB), defaultTo("VirtualAppliance", "10.9.0.4")),
      ],
      "hub.azureFirewalls": [hubFirewall],
      "hub.publicIPAddresses": [publicIp(ipId("fw", "hub", HUB), "20.4.0.1")],
    },
    ["firewall fw-hub 20.4.0.1 -"],
    [
      "nodes | nodes | nodepool1 | 0.0.0.0/0 VirtualAppliance 10.9.0.4 live | -",
      "firewall | fw-hub |  | vnet | 20.4.0.1 | -",
    ],
  ],
  [
    "pools in different subnets have different paths",
    {
      clusters: [
        cluster({}, {}, [
          { vnetSubnetID: ownSubnet },
          { name: "nat", vnetSubnetID: `${ownVnet}/subnets/nat` },
        ]),
      ],
      loadBalancers: [standard],
      natGateways: [natGateway(natId("nat"), { publicIpAddresses: [{ id: ipId("n") }] })],
      publicIPAddresses: [ipA, publicIp(ipId("n"), "20.3.0.1")],
      virtualNetworks: [
        network(
          [subnet({}, ownSubnet), subnet({ natGateway: { id: natId("nat") } }, `${ownVnet}/subnets/nat`)],
          ownVnet,
        ),
      ],
    },
    ["loadBalancer kubernetes 20.1.0.1 64000", "natGateway nat 20.3.0.1 64512"],
    [
      "nodes | nodes | nodepool1 | none | -",
      "nodes | nat | nat | none | nat",
      "gateway | nat | Standard | 1 |  | true",
      "set | aks-nodepool1-12345678-vmss | nodepool1 | 2",
    ],
  ],
  [
    "pods with a subnet of their own leave by its gateway",
    {
      clusters: [cluster({}, {}, [{ vnetSubnetID: ownSubnet, podSubnetID: `${ownVnet}/subnets/pods` }])],
      loadBalancers: [standard],
      natGateways: [natGateway(natId("nat"), { publicIpAddresses: [{ id: ipId("n") }] })],
      publicIPAddresses: [ipA, publicIp(ipId("n"), "20.3.0.1")],
      virtualNetworks: [
        network(
          [subnet({}, ownSubnet), subnet({ natGateway: { id: natId("nat") } }, `${ownVnet}/subnets/pods`)],
          ownVnet,
        ),
      ],
    },
    ["loadBalancer kubernetes 20.1.0.1 64000", "natGateway nat 20.3.0.1 64512"],
    [
      "nodes | nodes | nodepool1 | none | -",
      "pods | pods | nodepool1 | none | nat",
      "gateway | nat | Standard | 1 |  | true",
      "set | aks-nodepool1-12345678-vmss | nodepool1 | 2",
    ],
  ],
  [
    "node auto-provisioning: nodes of no pool in a subnet of their own",
    {
      clusters: [cluster({}, { nodeProvisioningProfile: { mode: "Auto" } }, [{ vnetSubnetID: ownSubnet }])],
      loadBalancers: [standard],
      natGateways: [natGateway(natId("nat"), { publicIpAddresses: [{ id: ipId("n") }] })],
      publicIPAddresses: [ipA, publicIp(ipId("n"), "20.3.0.1")],
      virtualNetworks: [
        network(
          [
            subnet({}, ownSubnet),
            subnet(
              {
                natGateway: { id: natId("nat") },
                ipConfigurations: [
                  {
                    id: `${id("Microsoft.Network/networkInterfaces", "aks-default-x7k2p")}/ipConfigurations/ipconfig1`,
                  },
                ],
              },
              `${ownVnet}/subnets/karpenter`,
            ),
          ],
          ownVnet,
        ),
      ],
    },
    ["loadBalancer kubernetes 20.1.0.1 64000", "natGateway nat 20.3.0.1 64512"],
    [
      "nodes | nodes | nodepool1 | none | -",
      "nodes | karpenter | - | none | nat",
      "gateway | nat | Standard | 1 |  | true",
      "set | aks-nodepool1-12345678-vmss | nodepool1 | 2",
    ],
  ],
  [
    "ids in any case, keys left out or null",
    {
      clusters: [
        {
          id: id("Microsoft.ContainerService/managedClusters", "shop-prod", "shop").replace(
            "resourceGroups",
            "resourcegroups",
          ),
          location: "West Europe",
          properties: {
            nodeResourceGroup: NODES_UPPER(),
            agentPoolProfiles: [{ name: "nodepool1", mode: null, count: null }],
            networkProfile: null,
          },
        },
      ],
      loadBalancers: [
        loadBalancer({
          balancerId: lbId().toLowerCase(),
          frontends: { a: { publicIPAddress: { id: ipId("A").toUpperCase() } } },
          outbound: ["a"],
        }),
      ],
      publicIPAddresses: [ipA],
      virtualNetworks: [network([subnet({ routeTable: null, ipConfigurations: null })])],
    },
    ["loadBalancer kubernetes 20.1.0.1 64000"],
    ["nodes | aks-subnet | nodepool1 | none | -"],
  ],
  [
    "a cluster that is being created, with nothing of it there yet",
    { clusters: [cluster({}, { provisioningState: "Creating", powerState: null }, [])] },
    ["unknown - - -"],
    [],
  ],
  [
    "a stopped cluster keeps its path",
    {
      clusters: [cluster({}, { powerState: { code: "Stopped" } }, [{ count: 0 }])],
      loadBalancers: [loadBalancer({ frontends: onePublicIp, outbound: ["a"] })],
      publicIPAddresses: [ipA],
      virtualNetworks: [plain],
    },
    ["loadBalancer kubernetes 20.1.0.1 64000"],
    ["nodes | aks-subnet | nodepool1 | none | -"],
  ],
  [
    "a failed cluster keeps its path",
    {
      clusters: [cluster({}, { provisioningState: "Failed" })],
      loadBalancers: [standard],
      publicIPAddresses: [ipA],
      virtualNetworks: [plain],
    },
    ["loadBalancer kubernetes 20.1.0.1 64000"],
    ["nodes | aks-subnet | nodepool1 | none | -", "set | aks-nodepool1-12345678-vmss | nodepool1 | 2"],
  ],
  [
    "default route to a firewall in the cluster's own network",
    {
      clusters: [cluster({ outboundType: "userDefinedRouting" })],
      routeTables: [routeTable(tableId("rt"), defaultTo("VirtualAppliance", "10.1.0.4"))],
      virtualNetworks: [
        network([
          subnet({ routeTable: { id: tableId("rt") } }),
          subnet({ addressPrefix: "10.1.0.0/24" }, subnetId("AzureFirewallSubnet")),
        ]),
      ],
      azureFirewalls: [
        {
          ...firewall(firewallId("fw-own"), "10.1.0.4", ipId("fw"), subnetId("AzureFirewallSubnet")),
          properties: {
            sku: { name: "AZFW_VNet", tier: "Basic" },
            ipConfigurations: [
              {
                properties: {
                  privateIPAddress: "10.1.0.4",
                  publicIPAddress: { id: ipId("fw") },
                  subnet: { id: subnetId("AzureFirewallSubnet") },
                },
              },
            ],
          },
        },
      ],
      publicIPAddresses: [publicIp(ipId("fw"), "20.4.0.1")],
    },
    ["firewall fw-own 20.4.0.1 -"],
    [
      "nodes | aks-subnet | nodepool1 | 0.0.0.0/0 VirtualAppliance 10.1.0.4 live | -",
      "firewall | fw-own | Basic | vnet | 20.4.0.1 | -",
    ],
  ],
  [
    "ECMP default route to two firewalls",
    {
      ...toHub,
      routeTables: [ecmpTo("10.9.0.3", "10.9.0.4")],
      "hub.azureFirewalls": [
        hubFirewall,
        firewall(
          firewallId("fw-second", "hub", HUB),
          "10.9.0.3",
          ipId("fw2", "hub", HUB),
          subnetId("AzureFirewallSubnet", hubVnet),
        ),
      ],
      "hub.publicIPAddresses": [
        publicIp(ipId("fw", "hub", HUB), "20.4.0.1"),
        publicIp(ipId("fw2", "hub", HUB), "20.4.0.2"),
      ],
    },
    ["firewall fw-second 20.4.0.2,20.4.0.1 -"],
    [
      "nodes | aks-subnet | nodepool1 | 0.0.0.0/0 VirtualApplianceEcmp 10.9.0.3 10.9.0.4 live | -",
      "firewall | fw-second |  | vnet | 20.4.0.2 | -",
      "firewall | fw-hub |  | vnet | 20.4.0.1 | -",
    ],
  ],
  [
    "managed NAT gateway, in the node resource group",
    {
      clusters: [cluster({ outboundType: "managedNATGateway" })],
      natGateways: [
        natGateway(natId("aks-nat"), { idleTimeoutInMinutes: 10, publicIpAddresses: [{ id: ipId("n") }] }),
      ],
      publicIPAddresses: [publicIp(ipId("n"), "20.3.0.1")],
      virtualNetworks: [network([subnet({ natGateway: { id: natId("aks-nat") } })])],
    },
    ["natGateway aks-nat 20.3.0.1 64512"],
    ["nodes | aks-subnet | nodepool1 | none | aks-nat", "gateway | aks-nat | Standard | 1 | 10 | true"],
  ],
  [
    "StandardV2 NAT gateway attached to the subnet, the user's own",
    {
      clusters: [cluster({ outboundType: "userAssignedNATGateway" }, {}, [{ vnetSubnetID: ownSubnet }])],
      natGateways: [
        natGateway(natId("v2", "network"), { publicIpPrefixes: [{ id: prefixId("p") }] }, "StandardV2"),
      ],
      publicIPPrefixes: [prefix(prefixId("p"), "20.3.0.8/31")],
      virtualNetworks: [
        network([subnet({ natGateway: { id: natId("v2", "network") } }, ownSubnet)], ownVnet),
      ],
    },
    ["natGateway v2 20.3.0.8,20.3.0.9 129024"],
    ["nodes | nodes | nodepool1 | none | v2", "gateway | v2 | StandardV2 | 2 |  | false"],
  ],
  [
    "no permission on the subscription of the network: outboundType is all there is",
    {
      clusters: [cluster({ outboundType: "userDefinedRouting" }, {}, [{ vnetSubnetID: foreignSubnet }])],
      loadBalancers: [standard],
      publicIPAddresses: [ipA],
    },
    ["unknown - - -"],
    ["nodes | nodes | nodepool1 | unread | -", "set | aks-nodepool1-12345678-vmss | nodepool1 | 2"],
    ["forbidden"],
  ],
  [
    "a public service beside the way out",
    {
      clusters: [cluster({ outboundType: "userDefinedRouting" })],
      routeTables: toHub.routeTables,
      virtualNetworks: toHub.virtualNetworks,
      loadBalancers: [
        loadBalancer({
          frontends: onePublicIp,
          outbound: null,
          rules: [{ frontendIPConfiguration: { id: `${lbId()}/frontendIPConfigurations/a` } }],
        }),
        loadBalancer({
          balancerId: lbId("kubernetes-internal"),
          frontends: { in: { privateIPAddress: "10.224.0.99", subnet: { id: subnetId() } } },
          outbound: null,
          rules: [
            {
              frontendIPConfiguration: {
                id: `${lbId("kubernetes-internal")}/frontendIPConfigurations/in`,
              },
            },
          ],
        }),
      ],
      publicIPAddresses: [ipA],
    },
    ["virtualAppliance - - -"],
    [
      "nodes | aks-subnet | nodepool1 | 0.0.0.0/0 VirtualAppliance 10.9.0.4 dead | -",
      "inbound | kubernetes | rule0 | 20.1.0.1 | Tcp | 80",
    ],
  ],
];

function NODES_UPPER(): string {
  return "MC_SHOP_SHOP-PROD_WESTEUROPE";
}

/** A line for each thing: subnet, gateway, firewall, scale set, public rule. */
function shownNetwork({ network: around }: Cluster): readonly string[] {
  const nameOf = (known: string | null) => known?.split("/").at(-1) ?? "-";
  return [
    ...around.subnets.map(({ use, name, pools, routeState, defaultRoute: to, natGatewayId }) =>
      [
        use,
        name,
        pools.join(",") || "-",
        to === null ? routeState : [to.prefix, to.nextHopType, ...to.nextHops, to.hopState].join(" "),
        nameOf(natGatewayId),
      ].join(" | "),
    ),
    ...around.natGateways.map(({ name, sku, ipv4Count, idleTimeoutMinutes, managed }) =>
      ["gateway", name, sku, ipv4Count, idleTimeoutMinutes, managed].join(" | "),
    ),
    ...around.firewalls.map(({ name, tier, hub, publicIps, natGatewayId }) =>
      ["firewall", name, tier, hub ? "hub" : "vnet", publicIps.join(","), nameOf(natGatewayId)].join(" | "),
    ),
    ...around.scaleSets.map(({ id: set, pool, nodes }) => ["set", nameOf(set), pool, nodes].join(" | ")),
    ...around.publicInbound.map(({ loadBalancerId, name, addresses, protocol, port }) =>
      ["inbound", nameOf(loadBalancerId), name, addresses.join(","), protocol, port].join(" | "),
    ),
  ];
}

test.for(rows)("%s", async ([, lists, paths, around, problems = []]) => {
  const found = await onlyCluster(arm(lists), { subscriptionIds: [SUB, HUB] });
  const shown = found.paths.map((path) =>
    [
      path.kind,
      path.resourceId?.split("/").at(-1) ?? "-",
      path.publicIps.join(",") || "-",
      path.portBudget ?? "-",
    ].join(" "),
  );
  expect(shown).toEqual(paths);
  expect(shownNetwork(found)).toEqual(around);
  expect(found.problems.map((problem) => problem.reason)).toEqual(problems);
});

test("only node public IPs and other people's appliances carry ICMP", async () => {
  const appliance = await onlyCluster(arm(toHub), { subscriptionIds: [SUB, HUB] });
  expect(appliance.paths[0]?.protocols).toEqual({ tcp: true, udp: true, icmp: true });

  const behindFirewall = await onlyCluster(
    arm({
      ...toHub,
      azureFirewalls: [hubFirewall],
      "hub.publicIPAddresses": [publicIp(ipId("fw", "hub", HUB), "20.4.0.1")],
    }),
    { subscriptionIds: [SUB, HUB] },
  );
  expect(behindFirewall.paths[0]?.protocols).toEqual({ tcp: true, udp: true, icmp: false });
});
