import { recorded, recordedList } from "../../adapters/topology/support/recorded.ts";

// A subscription put together from answers that Azure gave to different people. What has to join (the load balancer, its
// network, address and interfaces belong to other clusters than those that were recorded) is renamed in the text as it is
// served; nothing else is changed, and nothing is kept here.

/** The subscription that the recordings were cleaned to; those of another one are renamed to it. */
export const SUBSCRIPTION = "00000000-0000-0000-0000-000000000000";
const OTHER_SUBSCRIPTIONS = {
  "ea42f556-5106-4743-99b0-c129bfa71a47": SUBSCRIPTION,
};

/** Recorded clusters whose node resource group gets a copy of the recorded AKS load balancer. */
export const BALANCED: readonly string[] = [
  "lb-default-1ip",
  "lb-2ips-ports2048-idle5",
  "lb-byo-ip-ports200",
  "lb-prefix",
  "lb-dualstack-5ips",
  "static-egress-gateway",
];
const UNBALANCED = ["block", "basic-lb-vmas", "managedNat-1ip", "managedNat-after-switch-from-lb"] as const;

/** Network interfaces were recorded for another scale set than that of the load balancer. */
const SCALE_SET = "aks-nodepool1-22962454-vmss";
export const NODES = ["000000", "000001", "000002"].map((instance) => SCALE_SET + instance);
/** Of these nodes, as recorded. */
export const BACKENDS = ["10.0.0.4", "10.0.0.5", "10.0.0.6"] as const;

const BALANCER_GROUP = "MC_conk8stestlgeafi_test-troubleshoot4drmdxt_eastus2euap";
const BALANCER_ADDRESS = "97061b81-6faf-4355-81ac-1d5466b5f221";
const RECORDED_FRONTEND = "20.86.221.215";

interface Placed {
  readonly label: string;
  readonly document: unknown;
  readonly nodeGroup: string;
}

/** Recorded clusters have the names of test runs, which repeat: each gets that of its recording. */
function placed(label: string): Placed {
  const renamed = { cliakstest000001: label, cliakstest000002: label };
  const document = recorded(`aks/managedCluster-${label}.json`, renamed);
  const [, nodeGroup = ""] = /"nodeResourceGroup":"([^"]+)"/.exec(JSON.stringify(document)) ?? [];
  return { label, document, nodeGroup };
}

/** Address of a cluster's frontend: as recorded for the first, the following ones for the others. */
export function frontendOf(label: string): string {
  const [, start = "", last = "0"] = /^(.*\.)(\d+)$/.exec(RECORDED_FRONTEND) ?? [];
  return `${start}${Number(last) + BALANCED.indexOf(label)}`;
}

function balancers({ nodeGroup }: Placed, index: number): readonly unknown[] {
  const list = recordedList("network/loadBalancer-aks-kubernetes-list.json", { [BALANCER_GROUP]: nodeGroup });
  // The list whole once; of its copies only the load balancer of AKS, which is the last.
  return index === 0 ? list : list.slice(-1);
}

function publicIps({ label, nodeGroup }: Placed, index: number): readonly unknown[] {
  const list = recordedList("network/publicIPAddresses-list-with-aks.json", {
    "MC_shiying-aks_GitHubActionsRunnersK8sCluster_westeurope": nodeGroup,
    "9e210ae3-3054-4eae-a915-3fecf1a8bbfa": BALANCER_ADDRESS,
    [RECORDED_FRONTEND]: frontendOf(label),
  });
  return index === 0 ? list : list.slice(0, 1);
}

function networks({ nodeGroup }: Placed, index: number): readonly unknown[] {
  const list = recordedList("network/virtualNetworks-list-with-aks.json", {
    MC_azpslrg12enwmp2px_azpsl2sq16jlcmx_westus: nodeGroup,
  });
  return index === 0 ? list : list.slice(-1);
}

/** A network in the node resource group whose subnet is the recorded one with a NAT gateway on it. */
function networkBehindGateway({ nodeGroup }: Placed): unknown {
  const subnet = recorded("network/natGateway-attached-subnet-side.json", {
    cli_subnet_detach_nat_gateway_000001: nodeGroup,
    "test-nat": "ng1",
  });
  const id = `/subscriptions/${SUBSCRIPTION}/resourceGroups/${nodeGroup}/providers/Microsoft.Network/virtualNetworks/vnet1`;
  return { id, name: "vnet1", location: "westus2", properties: { subnets: [subnet] } };
}

/** The address that the recorded gateway refers to; that of the second gateway stays hidden, as from an identity without the role. */
function gatewayAddress({ nodeGroup }: Placed): unknown {
  return recorded("network/publicIPAddress-from-prefix.json", {
    cli_test_network_public_ip_prefix_with_ip_address000001: nodeGroup,
    pip1: "pip",
  });
}

/** ARM's lists by path below the subscription, in lower case. */
export function recordedLists(): ReadonlyMap<string, readonly unknown[]> {
  const withBalancer = BALANCED.map(placed);
  const [block, basic, ...behindGateway] = UNBALANCED.map(placed);
  const plain = [block, basic].filter((it) => it !== undefined);
  const creating = recordedList("aks/managedCluster-list-creating.json", OTHER_SUBSCRIPTIONS);
  const ofGateways = (file: string) =>
    behindGateway.map(({ nodeGroup }) => recorded(file, { "clitest.rg000001": nodeGroup }));

  const lists: [string, readonly unknown[]][] = [
    [
      "Microsoft.ContainerService/managedClusters",
      [...[...withBalancer, ...plain, ...behindGateway].map(({ document }) => document), ...creating],
    ],
    [
      "Microsoft.Network/loadBalancers",
      [
        ...withBalancer.flatMap(balancers),
        recorded("network/loadBalancer-outbound-rules.json"),
        recorded("network/loadBalancer-pool-by-ip-address.json"),
      ],
    ],
    [
      "Microsoft.Network/publicIPAddresses",
      [...withBalancer.flatMap(publicIps), ...behindGateway.slice(0, 1).map(gatewayAddress)],
    ],
    [
      "Microsoft.Network/virtualNetworks",
      [...[...withBalancer, ...plain].flatMap(networks), ...behindGateway.map(networkBehindGateway)],
    ],
    ["Microsoft.Network/natGateways", ofGateways("network/natGateway-show.json")],
    ["Microsoft.Network/publicIPPrefixes", ofGateways("network/publicIPPrefix-show.json")],
    [
      "Microsoft.Network/routeTables",
      recordedList("network/routeTables-list-k8s-virtualappliance-pod-routes.json", OTHER_SUBSCRIPTIONS),
    ],
    [
      "Microsoft.Network/azureFirewalls",
      ["basic-management-ip", "hub-publicips", "no-ip-configurations", "vnet-2ips", "vnet-policy-1ip"].map(
        (name) => recorded(`firewall/azureFirewall-${name}.json`),
      ),
    ],
    ["Microsoft.Network/networkSecurityGroups", recordedList("network/nsg-list-aks.json")],
    // Interfaces of scale sets are not in this list: it is empty where there are no other machines.
    ["Microsoft.Network/networkInterfaces", []],
  ];
  return new Map([
    ...lists.map(([type, items]) => [`/providers/${type}`.toLowerCase(), items] as const),
    ...withBalancer.map(({ nodeGroup }) => interfacesOf(nodeGroup)),
  ]);
}

function interfacesOf(nodeGroup: string): readonly [string, readonly unknown[]] {
  const scaleSet = `Microsoft.Compute/virtualMachineScaleSets/${SCALE_SET}`;
  const path = `/resourceGroups/${nodeGroup}/providers/${scaleSet}/networkInterfaces`;
  const list = recordedList("network/vmss-nics-list.json", {
    cli_test_vmss_nics000001: nodeGroup,
    vmss1895dIPConfig: "ipconfig1",
    vmss1895dNic: SCALE_SET,
    "virtualMachineScaleSets/vmss1/": `virtualMachineScaleSets/${SCALE_SET}/`,
  });
  return [path.toLowerCase(), list];
}
