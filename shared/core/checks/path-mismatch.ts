import type { Cluster, EgressPath, PathKind } from "../egress/topology.ts";
import type { Check, CheckResult, Evidence, Facts, Finding, Subject } from "./check.ts";
import { defaultRoute } from "./default-route.ts";
import { mismatchRemedy } from "./path-mismatch-remedy.ts";
import { andMore, found, notApplicable, pass, unknown } from "./result.ts";

const ID = "path-mismatch";

/** Does the traffic of every pool take the path that `outboundType` names? */
export const pathMismatch: Check = {
  id: ID,
  question: "Does the network do what `outboundType` says?",
  judgesTraffic: false,
  ofTopologyAlone: true,
  judge,
};

const ROUTED: readonly PathKind[] = ["firewall", "virtualAppliance"];

/** What each outbound type promises, by its name in lower case. */
const PROMISED: Readonly<Record<string, readonly PathKind[]>> = {
  loadbalancer: ["loadBalancer"],
  managednatgateway: ["natGateway"],
  managednatgatewayv2: ["natGateway"],
  userassignednatgateway: ["natGateway"],
  userdefinedrouting: ROUTED,
  none: ["none"],
  block: ["none"],
};

function judge(facts: Facts, earlier: ReadonlyMap<string, CheckResult>): CheckResult {
  const { cluster } = facts;
  if (cluster.powerState === "stopped") return notApplicable(ID, "the cluster is stopped");
  // AKS leaves the key out where the default holds.
  const type = cluster.outboundType ?? "loadBalancer";
  const promised = PROMISED[type.toLowerCase()];
  const evidence: Evidence[] = [
    { name: "outboundType", value: type },
    ...cluster.paths.map((path) => ({
      name: `path of ${poolsOf(path)}`,
      value: `${path.kind}: ${path.reason}`,
    })),
  ];
  if (promised === undefined) {
    return unknown(ID, `cannot tell: what outbound type ${type} promises is not known to this version`, {
      evidence,
    });
  }
  // Pods ask for an egress gateway one by one, beside whatever the cluster does.
  const paths = cluster.paths.filter((path) => path.kind !== "egressGateway");
  const findings = paths.flatMap((path) => [
    ...mismatch(cluster, path, type, promised),
    ...basicLoadBalancer(cluster, path),
  ]);
  const [first] = findings;
  if (first === undefined) return withoutFinding(cluster, paths, promised, type, evidence);
  const routed = type.toLowerCase() === "userdefinedrouting";
  const explained = routed && defaultRoute.judge(facts, earlier).findings.length > 0;
  return found(ID, andMore(first.summary, findings.length - 1), findings, {
    evidence,
    untold: paths.filter((path) => isBlind(cluster, path, type)).map((path) => subjectOf(cluster, path)),
    remedy: mismatchRemedy(cluster, type, promised),
    explainedBy: explained ? defaultRoute.id : null,
  });
}

function withoutFinding(
  cluster: Cluster,
  paths: readonly EgressPath[],
  promised: readonly PathKind[],
  type: string,
  evidence: readonly Evidence[],
): CheckResult {
  const blind = paths.find((path) => isBlind(cluster, path, type));
  if (blind !== undefined) {
    return unknown(ID, `cannot tell: the path of ${poolsOf(blind)} is not known: ${blind.reason}`, {
      evidence,
    });
  }
  if (paths.length === 0) return unknown(ID, "cannot tell: no path is known", { evidence });
  const devices = new Set(paths.map((path) => path.resourceId ?? path.kind)).size;
  const several = devices > 1 ? `, by ${devices} devices of that kind` : "";
  const own = paths.some((path) => path.kind === "nodePublicIp") ? ", or by node addresses as asked for" : "";
  return pass(
    ID,
    `every pool leaves as outbound type ${type} says: ${promised.join(" or ")}${own}${several}`,
    {
      evidence,
    },
  );
}

/**
 * A path that is not known, and not for the reason that user-defined routing promises: a route that was read and leads beyond
 * what ARM shows (VPN, ExpressRoute).
 */
function isBlind(cluster: Cluster, path: EgressPath, type: string): boolean {
  if (path.kind !== "unknown") return false;
  if (type.toLowerCase() !== "userdefinedrouting") return true;
  return !cluster.network.subnets.some(
    (subnet) => subnet.defaultRoute !== null && subnet.pools.some((pool) => path.pools.includes(pool)),
  );
}

function mismatch(
  cluster: Cluster,
  path: EgressPath,
  type: string,
  promised: readonly PathKind[],
): Finding[] {
  if (promised.includes(path.kind) || path.kind === "unknown" || isAskedFor(cluster, path)) return [];
  const summary = `outbound type is ${type}, but ${poolsOf(path)} ${leaves(path)}${consequence(cluster, path)}`;
  return [{ subject: subjectOf(cluster, path), severity: "warn", summary }];
}

/** Public addresses of nodes are asked for pool by pool, beside the cluster's outbound type. */
function isAskedFor({ pools }: Cluster, path: EgressPath): boolean {
  const asked = (name: string) => pools.some((pool) => pool.name === name && pool.nodePublicIp);
  return path.kind === "nodePublicIp" && path.pools.length > 0 && path.pools.every(asked);
}

const DEVICES: Readonly<Record<PathKind, string>> = {
  loadBalancer: "leaves through the load balancer",
  natGateway: "leaves through a NAT gateway",
  firewall: "leaves through a firewall",
  virtualAppliance: "leaves through a network appliance",
  nodePublicIp: "leaves by public addresses of its own nodes",
  egressGateway: "leaves through a static egress gateway",
  none: "has no way to the internet",
  unknown: "leaves by a path that is not known",
};

function leaves(path: EgressPath): string {
  return `${DEVICES[path.kind]} (${path.reason})`;
}

function consequence(cluster: Cluster, path: EgressPath): string {
  if (path.kind === "none" || path.kind === "loadBalancer" || cluster.loadBalancer === null) return "";
  return ": the SNAT figures of the load balancer mean nothing for it";
}

function basicLoadBalancer(cluster: Cluster, path: EgressPath): Finding[] {
  if (path.kind !== "loadBalancer" || cluster.loadBalancer?.sku.toLowerCase() !== "basic") return [];
  const summary = `${poolsOf(path)} leaves through a Basic load balancer: it is retired, has no outbound rules and no SNAT metrics`;
  return [{ subject: subjectOf(cluster, path), severity: "warn", summary }];
}

function poolsOf({ pools }: EgressPath): string {
  if (pools.length === 0) return "a subnet with nodes of no pool";
  return pools.length === 1 ? `pool ${pools[0]}` : `each of the pools ${pools.join(", ")}`;
}

/** The device; without one the first pool that it concerns. */
function subjectOf(cluster: Cluster, path: EgressPath): Subject {
  const [pool] = path.pools;
  const owner = pool === undefined ? cluster.ref.id : `${cluster.ref.id}/agentPools/${pool}`;
  return { resourceId: path.resourceId ?? owner };
}
