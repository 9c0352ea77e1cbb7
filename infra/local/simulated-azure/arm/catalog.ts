// Every ARM resource of a world, found by id or by list. Documents are written when asked for: a page of a fleet of
// a thousand clusters costs a page.

import type { World } from "../world/model.ts";
import { applianceResource } from "./appliance.ts";
import { diagnosticSettings } from "./diagnostic-settings.ts";
import { firewallResource, virtualHub } from "./firewall.ts";
import { natGatewayResource } from "./gateway.ts";
import { loadBalancerResource } from "./load-balancer.ts";
import { managedCluster } from "./managed-cluster.ts";
import { prefixResource, publicIpResource } from "./public-ip.ts";
import type { ArmResource } from "./resource.ts";
import { routeTables } from "./route-table.ts";
import { scaleSet } from "./scale-set.ts";
import { securityGroups } from "./security-group.ts";
import { applianceNetwork, clusterNetwork, firewallNetwork } from "./virtual-network.ts";
import { workspaceResource } from "./workspaces.ts";

/** Types that exist but of which the world has none: an empty list is not an error. */
const EMPTY_TYPES = ["microsoft.network/firewallpolicies"];

const LISTED_TYPES = [
  "microsoft.containerservice/managedclusters",
  "microsoft.network/loadbalancers",
  "microsoft.network/publicipaddresses",
  "microsoft.network/publicipprefixes",
  "microsoft.network/natgateways",
  "microsoft.network/routetables",
  "microsoft.network/virtualnetworks",
  "microsoft.network/virtualnetworks/subnets",
  "microsoft.network/azurefirewalls",
  "microsoft.network/networksecuritygroups",
  "microsoft.network/networkinterfaces",
  "microsoft.network/virtualhubs",
  "microsoft.compute/virtualmachinescalesets",
  "microsoft.operationalinsights/workspaces",
];

export interface Catalog {
  /** The resource of an id in any spelling. */
  find(id: string): ArmResource | undefined;
  /** All of a type in a subscription; `undefined` for a type this Azure does not know. */
  list(subscriptionId: string, type: string): readonly ArmResource[] | undefined;
}

/** Builds the catalog of a world. */
export function buildCatalog(world: World): Catalog {
  const byId = new Map<string, ArmResource>();
  const lists = new Map<string, ArmResource[]>();
  const types = new Set([...EMPTY_TYPES, ...LISTED_TYPES]);
  for (const resource of resourcesOf(world)) {
    byId.set(resource.id.toLowerCase(), resource);
    const key = `${resource.subscriptionId.toLowerCase()} ${resource.type}`;
    const list = lists.get(key);
    if (list) list.push(resource);
    else lists.set(key, [resource]);
  }
  return {
    find: (id) => byId.get(id.toLowerCase()),
    list: (subscriptionId, type) => {
      if (!types.has(type.toLowerCase())) return undefined;
      return lists.get(`${subscriptionId.toLowerCase()} ${type.toLowerCase()}`) ?? [];
    },
  };
}

function* resourcesOf(world: World): Generator<ArmResource> {
  for (const cluster of world.clusters) {
    yield managedCluster(cluster, world.tenantId);
    if (cluster.spec.state === "Creating") continue;
    yield* clusterNetwork(cluster);
    yield* securityGroups(cluster);
    yield* routeTables(cluster);
    if (cluster.loadBalancer) yield loadBalancerResource(cluster, cluster.loadBalancer);
    for (const pool of cluster.pools) yield scaleSet(cluster, pool);
  }
  for (const gateway of world.natGateways) yield natGatewayResource(gateway);
  for (const firewall of world.firewalls) {
    yield firewallResource(firewall);
    yield* diagnosticSettings(world, firewall);
    if (firewall.spec.hub) yield virtualHub(firewall);
    else yield* firewallNetwork(firewall);
  }
  for (const appliance of world.appliances) {
    yield applianceResource(appliance);
    yield* applianceNetwork(appliance);
  }
  for (const workspace of world.workspaces) {
    if (workspace.spec.forbidden !== "arm") yield workspaceResource(workspace);
  }
  for (const ip of world.publicIps) yield publicIpResource(ip);
  for (const prefix of world.prefixes) yield prefixResource(prefix);
}
