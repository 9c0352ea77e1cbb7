import type { ClusterSubnet } from "../egress/cluster-network.ts";
import { nameOf, resourceKey } from "../egress/resource-id.ts";
import type { Cluster } from "../egress/topology.ts";
import { readerGrant } from "../egress/unread.ts";
import type { Check, CheckResult, Evidence, Facts, Finding, Subject } from "./check.ts";
import { defaultRouteRemedy } from "./default-route-remedy.ts";
import { andMore, bySeverity, found, notApplicable, pass, unknown } from "./result.ts";

const ID = "default-route";

/** User-defined routing: is there a default route, and does anything answer where it leads? */
export const defaultRoute: Check = {
  id: ID,
  question: "Is there a default route to a live next hop?",
  judgesTraffic: true,
  ofTopologyAlone: true,
  judge,
};

/** What one subnet's route comes to. */
type RouteVerdict =
  | { readonly kind: "broken"; readonly severity: "warn" | "fail"; readonly summary: string }
  | { readonly kind: "unread"; readonly summary: string }
  /** It leads somewhere; the summary says what is known of it. */
  | { readonly kind: "leads"; readonly summary: string };

interface JudgedSubnet {
  readonly subnet: ClusterSubnet;
  readonly verdict: RouteVerdict;
}

function judge({ cluster }: Facts): CheckResult {
  if (cluster.powerState === "stopped") return notApplicable(ID, "the cluster is stopped");
  const promised = promisesRoute(cluster);
  const subnets = cluster.network.subnets.filter((subnet) => promised || routesAway(subnet));
  if (subnets.length === 0) {
    return promised || hasRoutedPath(cluster)
      ? unknown(ID, "cannot tell: no subnet of the cluster could be read")
      : notApplicable(ID, "no user-defined routing: no subnet has a default route to an appliance");
  }
  const judged = subnets.map((subnet) => ({ subnet, verdict: judgeSubnet(cluster, subnet) }));
  const evidence: Evidence[] = judged.map(({ subnet, verdict }) => ({
    name: `subnet ${subnet.name}`,
    value: verdict.summary,
  }));
  const findings = findingsOf(judged);
  const unread = judged.filter(({ verdict }) => verdict.kind === "unread");
  const untold = distinct(unread.map(({ subnet }) => subjectOf(subnet)));
  const [first] = findings;
  if (first !== undefined) {
    const broken = judged.filter(({ verdict }) => verdict.kind === "broken").map(({ subnet }) => subnet);
    return found(ID, andMore(first.summary, findings.length - 1), findings, {
      evidence,
      untold,
      remedy: defaultRouteRemedy(cluster, broken),
    });
  }
  const blind = unread[0];
  if (blind !== undefined) {
    return unknown(ID, andMore(`cannot tell: ${blind.verdict.summary}`, unread.length - 1), {
      evidence,
      untold,
    });
  }
  const routes = [...new Set(judged.map(({ verdict }) => verdict.summary))];
  return pass(ID, andMore(routes[0] ?? "", routes.length - 1), { evidence });
}

function promisesRoute({ outboundType }: Cluster): boolean {
  return outboundType?.toLowerCase() === "userdefinedrouting";
}

/** True where the subnet has a default route that is not simply to the internet. */
function routesAway({ defaultRoute: route }: ClusterSubnet): boolean {
  return route !== null && route.nextHopType.toLowerCase() !== "internet";
}

function hasRoutedPath({ paths }: Cluster): boolean {
  return paths.some((path) => path.kind === "firewall" || path.kind === "virtualAppliance");
}

function judgeSubnet(cluster: Cluster, subnet: ClusterSubnet): RouteVerdict {
  if (subnet.routeState === "unread") {
    const table = subnet.routeTableId ?? subnet.id;
    const subscription = /^\/subscriptions\/([^/]+)/i.exec(table)?.[1] ?? cluster.ref.subscriptionId;
    return {
      kind: "unread",
      summary: `route table ${nameOf(table)} of subnet ${subnet.name} cannot be read; grant ${readerGrant(subscription)}`,
    };
  }
  const route = subnet.defaultRoute;
  const table = tableText(subnet);
  if (route === null)
    return missing(cluster, subnet, `subnet ${subnet.name} has no default route (${table})`);
  const where = `route ${route.name} of ${table} (subnet ${subnet.name})`;
  switch (route.nextHopType.toLowerCase()) {
    case "internet":
      return missing(cluster, subnet, `${where} leads straight to the internet, past any firewall`);
    case "none":
      return broken(`${where} drops ${route.prefix}: its next hop is None`);
    case "vnetlocal":
      return broken(`${where} keeps ${route.prefix} inside the virtual network`);
    case "virtualnetworkgateway":
      return leads(`${where} leads to a VPN or ExpressRoute gateway: what lies on-premises decides`);
    case "virtualappliance":
    case "virtualapplianceecmp":
      return applianceVerdict(cluster, subnet, where, route);
    default:
      return leads(`${where} leads to ${route.nextHopType}, beyond what can be seen`);
  }
}

function applianceVerdict(
  cluster: Cluster,
  subnet: ClusterSubnet,
  where: string,
  { nextHops, hopState, prefix }: NonNullable<ClusterSubnet["defaultRoute"]>,
): RouteVerdict {
  const hops = nextHops.join(", ");
  if (nextHops.length === 0) return broken(`${where} names no address for ${prefix}`);
  if (hopState === "dead") {
    return broken(
      `${where} sends ${prefix} to ${hops}, where nothing answers: no firewall, load balancer or interface has it`,
    );
  }
  const firewall = cluster.paths.some(
    (path) => path.kind === "firewall" && path.pools.some((pool) => subnet.pools.includes(pool)),
  );
  if (hopState === "unknown" && !firewall) {
    return {
      kind: "unread",
      summary: `${where} leads to ${hops}, outside what can be seen: whether anything answers there is not known; grant Reader on the subscription that holds it (usually the hub's)`,
    };
  }
  return leads(
    `${where} leads to ${hops}, ${firewall ? "a firewall that is there" : "a network appliance that is there; its own state is not measured"}`,
  );
}

/**
 * No default route where one is promised. Where something else carries the traffic it works, past the firewall; where nothing
 * does, there is no egress.
 */
function missing(cluster: Cluster, subnet: ClusterSubnet, what: string): RouteVerdict {
  const sender = cluster.paths.find(
    ({ kind, pools }) =>
      (kind === "natGateway" || kind === "loadBalancer" || kind === "nodePublicIp") &&
      pools.some((pool) => subnet.pools.includes(pool)),
  );
  return sender === undefined
    ? broken(`${what}, and outbound type userDefinedRouting gives no other way out`)
    : {
        kind: "broken",
        severity: "warn",
        summary: `${what}: traffic leaves through ${SENDERS[sender.kind] ?? sender.kind} instead`,
      };
}

const SENDERS: Readonly<Record<string, string>> = {
  natGateway: "a NAT gateway",
  loadBalancer: "the load balancer",
  nodePublicIp: "the nodes' own addresses",
};

function broken(summary: string): RouteVerdict {
  return { kind: "broken", severity: "fail", summary };
}

function leads(summary: string): RouteVerdict {
  return { kind: "leads", summary };
}

function tableText({ routeTableId }: ClusterSubnet): string {
  return routeTableId === null ? "it has no route table" : `route table ${nameOf(routeTableId)}`;
}

/** One for each route table: subnets that share it share the fault. */
function findingsOf(judged: readonly JudgedSubnet[]): Finding[] {
  const byTable = new Map<string, Finding>();
  for (const { subnet, verdict } of judged) {
    if (verdict.kind !== "broken") continue;
    const subject = subjectOf(subnet);
    const key = resourceKey(subject.resourceId);
    const known = byTable.get(key);
    if (known?.severity === "fail" || (known !== undefined && verdict.severity === "warn")) continue;
    byTable.set(key, { subject, severity: verdict.severity, summary: verdict.summary });
  }
  return [...byTable.values()].toSorted(bySeverity);
}

function subjectOf({ routeTableId, id }: ClusterSubnet): Subject & { readonly resourceId: string } {
  return { resourceId: routeTableId ?? id };
}

function distinct(subjects: readonly (Subject & { readonly resourceId: string })[]): Subject[] {
  return [...new Map(subjects.map((subject) => [resourceKey(subject.resourceId), subject])).values()];
}
