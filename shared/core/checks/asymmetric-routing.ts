import type { ClusterSubnet, PublicInboundRule } from "../egress/cluster-network.ts";
import type { Cluster } from "../egress/topology.ts";
import { azTarget } from "./applies.ts";
import { shellWord } from "./az-command.ts";
import type { Check, CheckResult, Evidence, Facts, Finding, Remedy, Subject } from "./check.ts";
import { commandTarget } from "./command-target.ts";
import { andMore, found, notApplicable, pass, unknown } from "./result.ts";

const ID = "asymmetric-routing";

/** Addresses that evidence names, beyond which only the count is told. */
const MOST_IN_EVIDENCE = 20;

/** Does traffic come in by a public load balancer and have its replies sent to a firewall that never saw it come? */
export const asymmetricRouting: Check = {
  id: ID,
  question: "Does traffic come in past the firewall that it leaves through?",
  judgesTraffic: false,
  ofTopologyAlone: true,
  judge,
};

function judge({ cluster }: Facts): CheckResult {
  if (cluster.powerState === "stopped") return notApplicable(ID, "the cluster is stopped");
  const routed = cluster.network.subnets.filter(leadsToAppliance);
  if (routed.length === 0) {
    const blind = cluster.network.subnets.length === 0 && hasRoutedPath(cluster);
    return blind
      ? unknown(ID, "cannot tell: no subnet of the cluster could be read")
      : notApplicable(ID, "no subnet has a default route to a firewall or appliance");
  }
  const entries = entriesOf(cluster.network.publicInbound);
  const hops = [...new Set(routed.flatMap((subnet) => subnet.defaultRoute?.nextHops ?? []))];
  const evidence: Evidence[] = [
    { name: "publicAddressesInbound", value: entries.length },
    { name: "nextHops", value: hops.join(", ") },
    ...entries
      .slice(0, MOST_IN_EVIDENCE)
      .map((entry) => ({ name: `inbound ${entry.label}`, value: entry.rules.join(", ") })),
  ];
  const [first] = entries;
  if (first === undefined) {
    return pass(ID, "no public load-balancing rule: nothing comes in past the firewall", { evidence });
  }
  const via = hops.length === 0 ? "the appliance" : hops.join(", ");
  const findings = entries.map(
    (entry): Finding => ({
      subject: entry.subject,
      severity: "warn",
      summary: `${entry.label} (${entry.rules.join(", ")}) brings traffic in past the firewall, replies go out to ${via}: it drops them unless a route or SNAT exception covers the clients`,
    }),
  );
  return found(ID, andMore(findings[0]?.summary ?? "", findings.length - 1), findings, {
    evidence,
    remedy: remedyOf(cluster, routed, hops),
  });
}

function leadsToAppliance({ defaultRoute, use }: ClusterSubnet): boolean {
  // Load balancers of a cluster bring traffic to nodes; pods with addresses of their own answer through the node.
  return use === "nodes" && (defaultRoute?.nextHopType.toLowerCase().startsWith("virtualappliance") ?? false);
}

function hasRoutedPath({ paths }: Cluster): boolean {
  return paths.some((path) => path.kind === "firewall" || path.kind === "virtualAppliance");
}

/** One public address with all the rules that use it. */
interface Entry {
  readonly subject: Subject;
  readonly label: string;
  readonly rules: readonly string[];
}

function entriesOf(inbound: readonly PublicInboundRule[]): Entry[] {
  const entries = new Map<string, { subject: Subject; label: string; rules: Set<string> }>();
  for (const rule of inbound) {
    const addresses: readonly (string | undefined)[] =
      rule.addresses.length > 0 ? rule.addresses : [undefined];
    for (const address of addresses) {
      const key = `${rule.loadBalancerId.toLowerCase()}|${address ?? ""}`;
      const entry = entries.get(key) ?? {
        subject: {
          resourceId: rule.loadBalancerId,
          ...(address === undefined ? {} : { frontendIp: address }),
        },
        label: address ?? "a public address that could not be read",
        rules: new Set<string>(),
      };
      entry.rules.add(`${rule.protocol} ${rule.port}`);
      entries.set(key, entry);
    }
  }
  return [...entries.values()].map((entry) => ({ ...entry, rules: [...entry.rules] }));
}

function remedyOf(cluster: Cluster, routed: readonly ClusterSubnet[], hops: readonly string[]): Remedy {
  const table = routed.find((subnet) => subnet.routeTableId !== null)?.routeTableId;
  const list = `az aks command invoke ${azTarget(cluster)} --command ${shellWord("kubectl get services --all-namespaces --field-selector spec.type=LoadBalancer")}`;
  const target = table == null ? null : commandTarget(table);
  const exception =
    target === null
      ? []
      : [
          `az network route-table route create ${target.scope} --route-table-name ${target.name} --name reply-to-clients --address-prefix "<range of the clients, for example 203.0.113.7/32>" --next-hop-type Internet`,
        ];
  return {
    text: `Bring the traffic in through the firewall: make the services internal (annotation service.beta.kubernetes.io/azure-load-balancer-internal: "true") and add a DNAT rule on the firewall${hops.length > 0 ? ` (${hops.join(", ")})` : ""} to their internal address. Or, for few known clients, a route to the internet for their ranges, such as one /32 each. An internal service loses its public address, which does not come back; a route for a range takes all traffic to it past the firewall. Exceptions that are there already are not seen by this check.`,
    commands: [list, ...exception],
  };
}
