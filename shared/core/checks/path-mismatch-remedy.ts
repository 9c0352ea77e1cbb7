import type { Cluster, EgressPath, PathKind } from "../egress/topology.ts";
import { azTarget } from "./applies.ts";
import { shellWord } from "./az-command.ts";
import type { Remedy } from "./check.ts";

const TYPE_CHANGE =
  "A change of the outbound type changes the egress addresses and cuts connections, and not every change can be taken back: do it in a maintenance window.";

/** The next step: make the network do what the type says, or make the type say what the network does. */
export function mismatchRemedy(cluster: Cluster, type: string, promised: readonly PathKind[]): Remedy {
  if (cluster.loadBalancer?.sku.toLowerCase() === "basic" && cluster.paths.every(byBalancer)) {
    return {
      text: "Migrate to a Standard load balancer. It is planned downtime, keeps the public addresses, and cannot be taken back; a cluster with availability sets has a migration of its own that does both. Admission webhooks must be off meanwhile.",
      commands: [`az aks update ${azTarget(cluster)} --load-balancer-sku standard`],
    };
  }
  const others = cluster.paths.filter(
    (path) => !promised.includes(path.kind) && path.kind !== "unknown" && path.kind !== "egressGateway",
  );
  if (promised.includes("natGateway")) return attachGateway(cluster, others);
  if (promised.includes("none")) return closeOrName(cluster, type, others);
  if (promised.includes("firewall")) {
    return {
      text: "Give the subnet a route table with a default route to the firewall (see default-route), so that traffic does not leave past it. New connections follow the route at once, open ones are cut.",
      commands: lookAtSubnets(cluster, others),
    };
  }
  return nameWhatIs(cluster, others);
}

function byBalancer(path: EgressPath): boolean {
  return path.kind === "loadBalancer";
}

/** Pools whose subnet lacks the gateway that the others have. */
function attachGateway(cluster: Cluster, others: readonly EgressPath[]): Remedy {
  const gateway =
    cluster.paths.find((path) => path.kind === "natGateway")?.resourceId ??
    cluster.network.natGateways[0]?.id;
  const id = gateway == null ? '"<id of the NAT gateway>"' : shellWord(gateway);
  const commands = subnetsOf(cluster, others).map(
    (subnet) => `az network vnet subnet update --ids ${shellWord(subnet)} --nat-gateway ${id}`,
  );
  return {
    text: "Attach the NAT gateway to the subnets of these pools. New connections leave by its addresses at once: allow-lists elsewhere must know them. A route table or node public IP that comes before the gateway has to go first.",
    commands: commands.length > 0 ? commands : [showNetwork(cluster)],
  };
}

/** Isolation is promised and there is a way out. */
function closeOrName(cluster: Cluster, type: string, others: readonly EgressPath[]): Remedy {
  const detach = others.some((path) => path.kind === "natGateway")
    ? subnetsOf(cluster, others).map(
        (subnet) => `az network vnet subnet update --ids ${shellWord(subnet)} --remove natGateway`,
      )
    : lookAtSubnets(cluster, others);
  return {
    text: `Outbound type ${type} promises no egress, and there is a way out. If nobody meant it, close it: connections through it end at once. If it is meant, set the outbound type that says so. ${TYPE_CHANGE}`,
    commands: detach,
  };
}

/** The load balancer is promised and something comes before it. */
function nameWhatIs(cluster: Cluster, others: readonly EgressPath[]): Remedy {
  const kinds = new Set(others.map((path) => path.kind));
  const own = cluster.pools.some((pool) => pool.subnetId !== null);
  const everywhere = cluster.paths.every((path) => others.includes(path) || path.kind === "egressGateway");
  const [kind] = kinds;
  const named = kinds.size === 1 && everywhere ? typeFor(kind, own) : undefined;
  if (named !== undefined) {
    return {
      text: `If it is meant, set the outbound type to ${named}, so that AKS stops keeping a load balancer rule that nothing uses; else take the route or gateway off the subnet. ${TYPE_CHANGE}`,
      commands: [`az aks update ${azTarget(cluster)} --outbound-type ${named}`],
    };
  }
  return {
    text: `Pools leave by different paths, so no outbound type says what the network does. Give their subnets the same gateway and route table, or know it and allow-list the addresses of each. ${TYPE_CHANGE}`,
    commands: lookAtSubnets(cluster, others),
  };
}

function typeFor(kind: PathKind | undefined, ownNetwork: boolean): string | undefined {
  if (kind === "natGateway") return ownNetwork ? "userAssignedNATGateway" : "managedNATGateway";
  return kind === "firewall" || kind === "virtualAppliance" ? "userDefinedRouting" : undefined;
}

/** Subnets of the pools on these paths; a managed network has none that the cluster names. */
function subnetsOf(cluster: Cluster, paths: readonly EgressPath[]): readonly string[] {
  const names = new Set(paths.flatMap((path) => path.pools));
  const known = cluster.network.subnets.filter((subnet) => subnet.pools.some((pool) => names.has(pool)));
  if (known.length > 0) return [...new Set(known.map((subnet) => subnet.id))];
  const pools = cluster.pools.filter((pool) => names.has(pool.name));
  return [...new Set(pools.flatMap((pool) => pool.subnetId ?? []))];
}

function lookAtSubnets(cluster: Cluster, paths: readonly EgressPath[]): readonly string[] {
  const commands = subnetsOf(cluster, paths).map(
    (subnet) =>
      `az network vnet subnet show --ids ${shellWord(subnet)} --query "{routeTable: routeTable.id, natGateway: natGateway.id}"`,
  );
  return commands.length > 0 ? commands : [showNetwork(cluster)];
}

function showNetwork(cluster: Cluster): string {
  return `az aks show ${azTarget(cluster)} --query "{network: networkProfile, subnets: agentPoolProfiles[].{pool: name, subnet: vnetSubnetId, nodePublicIp: enableNodePublicIP}}"`;
}
