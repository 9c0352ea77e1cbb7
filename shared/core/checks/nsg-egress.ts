import { endpointsOf } from "../denials/required-endpoints.ts";
import type { SecurityGroup } from "../egress/cluster-network.ts";
import { resourceKey } from "../egress/resource-id.ts";
import type { Cluster } from "../egress/topology.ts";
import { type Block, judgeGroup, type NeededPort } from "../nsg/judge-group.ts";
import { namesRange } from "../nsg/match-rule.ts";
import type { Check, CheckResult, Evidence, Facts, Finding } from "./check.ts";
import { ruleRemedy } from "./nsg-remedy.ts";
import { andMore, found, notApplicable, pass, unknown, withOthers } from "./result.ts";

const ID = "nsg-egress";

/** Outbound types that promise no egress. */
const ISOLATED: ReadonlySet<string> = new Set(["none", "block"]);

const GRANT =
  "grant Reader (Microsoft.Network/networkSecurityGroups/read) on the resource groups of the cluster's network and nodes";

/** Does a security rule block the internet or a required port? */
export const nsgEgress: Check = {
  id: ID,
  question: "Does a security rule block the internet or a required port?",
  judgesTraffic: false,
  ofTopologyAlone: true,
  judge,
};

interface Blocking {
  readonly group: SecurityGroup;
  readonly blocks: readonly [Block, ...Block[]];
}

function judge({ cluster }: Facts): CheckResult {
  if (cluster.powerState === "stopped") return notApplicable(ID, "the cluster is stopped");
  const type = cluster.outboundType?.toLowerCase() ?? "";
  if (ISOLATED.has(type)) {
    return notApplicable(ID, `the outbound type is ${cluster.outboundType}: no egress is what is wanted`);
  }
  const groups = cluster.network.securityGroups;
  if (groups === null) return unknown(ID, `cannot tell: ${whyUnread(cluster)}`);
  if (groups.length === 0)
    return pass(ID, "no security group is on the subnets or the interfaces of the nodes");

  const ports = neededPorts(cluster);
  const blocking = groups.flatMap((group) => blockingOf(cluster, group, ports)).toSorted(wholeFirst);
  const unclear = groups.filter((group) => isUnclear(cluster, group));
  const untold = unclear.map(({ id }) => ({ resourceId: id }));
  const worst = blocking[0];
  if (worst === undefined) {
    const [first] = unclear;
    if (first !== undefined) {
      return unknown(
        ID,
        `cannot tell: rules of ${first.name} are for some addresses, and the prefixes of its subnet are not known; ${GRANT}`,
        { untold },
      );
    }
    const names = withOthers(groups[0]?.name ?? "", groups.length - 1);
    return pass(ID, `${names} let the internet through on ${portsText(ports)}`, {
      evidence: [{ name: "securityGroups", value: groups.length }],
    });
  }
  const findings = blocking.map(toFinding);
  return found(ID, andMore(findings[0]?.summary ?? "", findings.length - 1), findings, {
    evidence: blocking.flatMap(toEvidence),
    untold,
    remedy: ruleRemedy(cluster, worst.group, worst.blocks),
  });
}

function whyUnread({ problems }: Cluster): string {
  const problem = problems.find(({ message }) => /networkSecurityGroups/i.test(message));
  return problem === undefined ? `the security groups could not be read; ${GRANT}` : problem.message;
}

/** TCP 443, and what Azure's list of the cluster asks for beside it. */
function neededPorts(cluster: Cluster): readonly NeededPort[] {
  const ports = new Map<string, NeededPort>([["tcp 443", { protocol: "tcp", port: 443 }]]);
  for (const { need, port, protocol } of endpointsOf(cluster)) {
    if (need !== "required" || port === null) continue;
    const known = protocol ?? "tcp";
    ports.set(`${known} ${port}`, { protocol: known, port });
  }
  return [...ports.values()];
}

function blockingOf(cluster: Cluster, group: SecurityGroup, ports: readonly NeededPort[]): Blocking[] {
  const [first, ...rest] = judgeGroup(group, prefixesOf(cluster, group), ports, cluster.ref.location);
  return first === undefined ? [] : [{ group, blocks: [first, ...rest] }];
}

/** Of the subnets that the group is in force on: those it is on, or those of the pools whose interfaces have it. */
function prefixesOf({ network }: Cluster, group: SecurityGroup): readonly string[] {
  const subnets = network.subnets.filter((subnet) =>
    group.on === "subnet"
      ? subnet.securityGroupId !== null && resourceKey(subnet.securityGroupId) === resourceKey(group.id)
      : subnet.use === "nodes" &&
        (group.pools.length === 0 || subnet.pools.some((pool) => group.pools.includes(pool))),
  );
  return subnets.flatMap((subnet) => subnet.prefixes);
}

function isUnclear(cluster: Cluster, group: SecurityGroup): boolean {
  return prefixesOf(cluster, group).length === 0 && group.rules.some(namesRange);
}

function wholeFirst(a: Blocking, b: Blocking): number {
  return Number(isWhole(b)) - Number(isWhole(a));
}

function isWhole({ blocks }: Blocking): boolean {
  return blocks.some(({ extent }) => extent === "whole");
}

function toFinding(blocking: Blocking): Finding {
  const { group, blocks } = blocking;
  const told = blocks.find(({ extent }) => extent === "whole") ?? blocks[0];
  const alike = blocks.filter(({ rule, tags }) => rule === told.rule && tags === told.tags);
  const what = told.tags === null ? "the internet" : told.tags.join(", ");
  const pools = group.pools.length === 0 ? "" : ` of ${group.pools.join(", ")}`;
  const where = group.on === "subnet" ? `the subnet${pools}` : `the interfaces${pools}`;
  return {
    subject: { resourceId: group.id },
    severity: isWhole(blocking) ? "fail" : "warn",
    summary: `rule ${told.rule.name} (priority ${told.rule.priority}) of ${group.name} on ${where} blocks ${what} on ${portsText(alike.map(({ port }) => port))}${limits(told)}`,
  };
}

function limits({ sources, open, closedTags }: Block): string {
  const only = sources.length === 0 ? "" : ` for ${sources.join(", ")}`;
  if (open.length === 0) return only;
  const closed = closedTags.length === 0 ? "" : `; of what AKS needs it closes ${closedTags.join(", ")}`;
  return `${only}; open are only ${open.join(", ")}${closed}`;
}

function toEvidence({ group, blocks }: Blocking): Evidence[] {
  return blocks.map(({ rule, port, extent }) => ({
    name: `${group.name}: ${rule.name}, ${portsText([port])}`,
    value: `priority ${rule.priority}, denies ${rule.destinations.join(", ") || "*"} from ${rule.sources.join(", ") || "*"} (${extent})`,
  }));
}

function portsText(ports: readonly NeededPort[]): string {
  return ports.map(({ protocol, port }) => `${protocol.toUpperCase()} ${port}`).join(", ");
}
