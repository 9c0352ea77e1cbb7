import type { ClusterSubnet, SubnetRoute } from "./cluster-network.ts";
import { defaultRoute } from "./default-route.ts";
import type { ListedCluster, ListedPool } from "./listed-cluster.ts";
import type { Route, Subnet } from "./network.ts";
import type { NetworkIndex } from "./network-index.ts";
import { hopsState } from "./next-hop.ts";
import { poolSubnet, type SubnetLookup, strayNodeSubnets, subnetById } from "./pool-subnet.ts";
import { nameOf, networkKeyOf, resourceKey } from "./resource-id.ts";

/** The subnets of a cluster as they were found. */
export interface FoundSubnets {
  readonly subnets: readonly ClusterSubnet[];
  /** The same, where they could be read: for what else hangs on them. */
  readonly listed: readonly Subnet[];
  /** Whether a pool's subnet could not be seen. */
  readonly incomplete: boolean;
}

interface Use {
  readonly lookup: SubnetLookup;
  readonly use: ClusterSubnet["use"];
  readonly pools: Set<string>;
}

/** The subnets that hold the nodes of a cluster, then those that hold its pods, each once. */
export function clusterSubnets(cluster: ListedCluster, network: NetworkIndex): FoundSubnets {
  const uses = new Map<string, Use>();
  const add = (lookup: SubnetLookup, use: ClusterSubnet["use"], pool: ListedPool | null) => {
    const key = keyOf(lookup);
    const known = uses.get(key) ?? { lookup, use, pools: new Set<string>() };
    if (pool !== null) known.pools.add(pool.name);
    uses.set(key, known);
  };
  for (const pool of cluster.pools) add(poolSubnet(cluster, pool, network), "nodes", pool);
  if (cluster.pools.length === 0) add(poolSubnet(cluster, null, network), "nodes", null);
  for (const pool of cluster.pools) {
    if (pool.podSubnetId !== null) add(subnetById(network, pool.podSubnetId), "pods", pool);
  }
  for (const subnet of strayNodeSubnets(cluster, network, new Set(uses.keys()))) {
    add({ kind: "found", subnet }, "nodes", null);
  }

  const found = [...uses.values()];
  return {
    subnets: found.flatMap((use) => clusterSubnet(use, network)),
    listed: found.flatMap(({ lookup }) => (lookup.kind === "found" ? lookup.subnet : [])),
    incomplete: found.some(({ lookup }) => lookup.kind !== "found"),
  };
}

/** The gateway that serves a subnet: attached to it, or (StandardV2) to its whole network. */
function natGatewayIdOf(subnet: Subnet, network: NetworkIndex): string | null {
  const gateway =
    subnet.natGatewayId === null
      ? network.natGatewaysByNetwork.get(networkKeyOf(subnet.key))
      : network.natGateways.get(resourceKey(subnet.natGatewayId));
  return gateway?.id ?? subnet.natGatewayId;
}

function keyOf(lookup: SubnetLookup): string {
  switch (lookup.kind) {
    case "found":
      return lookup.subnet.key;
    case "unread":
      return resourceKey(lookup.id);
    case "noNetwork":
      return "";
  }
}

function clusterSubnet({ lookup, use, pools }: Use, network: NetworkIndex): readonly ClusterSubnet[] {
  if (lookup.kind === "noNetwork") return [];
  if (lookup.kind === "unread") {
    return [
      {
        id: lookup.id,
        name: nameOf(lookup.id),
        prefixes: [],
        use,
        pools: [...pools],
        routeTableId: null,
        routeState: "unread",
        defaultRoute: null,
        natGatewayId: null,
        securityGroupId: null,
      },
    ];
  }
  const { subnet } = lookup;
  const group = network.securityGroupsBySubnet.get(subnet.key);
  return [
    {
      id: subnet.id,
      name: subnet.name,
      prefixes: subnet.prefixes,
      use,
      pools: [...pools],
      routeTableId: subnet.routeTableId,
      ...routing(subnet, network),
      natGatewayId: natGatewayIdOf(subnet, network),
      securityGroupId: subnet.securityGroupId ?? group?.id ?? null,
    },
  ];
}

function routing(subnet: Subnet, network: NetworkIndex): Pick<ClusterSubnet, "routeState" | "defaultRoute"> {
  if (subnet.routeTableId === null) return { routeState: "none", defaultRoute: null };
  const table = network.routeTables.get(resourceKey(subnet.routeTableId));
  if (table === undefined) return { routeState: "unread", defaultRoute: null };
  const verdict = defaultRoute(table);
  if (verdict.route === null) return { routeState: "read", defaultRoute: null };
  const { name, prefix, nextHopType, nextHops } = verdict.route;
  const hopState = answers(verdict.kind, verdict.route, subnet, network);
  return { routeState: "read", defaultRoute: { name, prefix, nextHopType, nextHops, hopState } };
}

function answers(
  kind: ReturnType<typeof defaultRoute>["kind"],
  route: Route,
  subnet: Subnet,
  network: NetworkIndex,
): SubnetRoute["hopState"] {
  switch (kind) {
    case "appliance":
      return hopsState(network, route.nextHops, subnet);
    case "internet":
      return "live";
    case "dropped":
      return "dead";
    case "elsewhere":
      return "unknown";
  }
}
