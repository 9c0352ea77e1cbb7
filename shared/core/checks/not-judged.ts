import type { Cluster, PathKind } from "../egress/topology.ts";
import type { Check } from "./check.ts";
import { notApplicable, unknown } from "./result.ts";

/**
 * A check of the contract that this version does not carry out.
 *
 * It answers honestly: `unknown` where it concerns the cluster, so that a path nobody judges never reads healthy, and
 * `notApplicable` where it does not. Each goes away when its check lands.
 */
function notJudged(
  id: string,
  question: string,
  paths: readonly PathKind[] | "all",
  judgesTraffic = false,
): Check {
  return {
    id,
    question,
    judgesTraffic,
    judge({ cluster }) {
      if (cluster.powerState === "stopped") return notApplicable(id, "the cluster is stopped");
      if (paths !== "all" && !hasPath(cluster, paths)) {
        return notApplicable(id, `no pool leaves through ${paths.join(" or ")}`);
      }
      return unknown(
        id,
        judgesTraffic
          ? notJudgedSummary(cluster, paths)
          : "this version of Snatwatch does not carry out this check yet",
      );
    },
  };
}

function hasPath(cluster: Cluster, kinds: readonly PathKind[]): boolean {
  return cluster.paths.some((path) => kinds.includes(path.kind));
}

/** Says which path it is that nobody judges: it is the headline of such a cluster. */
function notJudgedSummary(cluster: Cluster, paths: readonly PathKind[] | "all"): string {
  const kinds = new Set(
    cluster.paths.filter(({ kind }) => paths !== "all" && paths.includes(kind)).map(({ kind }) => kind),
  );
  const subject = kinds.size === 0 ? "this" : `egress through ${[...kinds].join(" and ")}`;
  return `this version of Snatwatch does not judge ${subject} yet`;
}

const FIREWALL: readonly PathKind[] = ["firewall"];
const ROUTED: readonly PathKind[] = ["firewall", "virtualAppliance"];

export const NOT_JUDGED = {
  snatForecast: notJudged("snat-forecast", "Will a node, or the gateway, run out within the horizon?", [
    "loadBalancer",
    "natGateway",
    "firewall",
  ]),
  upgradeSurge: notJudged("upgrade-surge", "Do fixed ports fit the most nodes and the upgrade surge?", [
    "loadBalancer",
  ]),
  allocationDrift: notJudged(
    "allocation-drift",
    "Were ports, addresses or idle time-out changed since the last time?",
    ["loadBalancer"],
  ),
  idleOutboundIps: notJudged(
    "idle-outbound-ips",
    "Are addresses paid for that the peak of 30 days could do without?",
    ["loadBalancer", "natGateway"],
  ),
  pathMismatch: notJudged("path-mismatch", "Does the network do what `outboundType` says?", "all"),
  natConnections: notJudged(
    "nat-connections",
    "Do connections through the NAT gateway succeed, within its limits?",
    ["natGateway"],
    true,
  ),
  natDatapath: notJudged(
    "nat-datapath",
    "Is the NAT gateway available, and does it drop packets?",
    ["natGateway"],
    true,
  ),
  firewallSnat: notJudged(
    "firewall-snat",
    "Has the firewall SNAT ports left, and is it well?",
    FIREWALL,
    true,
  ),
  requiredEndpoints: notJudged("required-endpoints", "Were endpoints denied that AKS needs?", FIREWALL),
  firewallDenials: notJudged("firewall-denials", "Are denials new or rising?", FIREWALL),
  defaultRoute: notJudged("default-route", "Is there a default route to a live next hop?", ROUTED, true),
  asymmetricRouting: notJudged(
    "asymmetric-routing",
    "Does traffic come in past the firewall that it leaves through?",
    ROUTED,
  ),
  nsgEgress: notJudged("nsg-egress", "Does a security rule block the internet or a required port?", "all"),
  nodePressure: notJudged("node-pressure", "Are the nodes themselves short of CPU, memory or disk?", "all"),
  icmp: notJudged("icmp", "Can ping say anything on this path?", "all"),
} as const;
