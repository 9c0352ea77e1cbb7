import type { RememberedDenial } from "../denials/denial-memory.ts";
import type { EgressEndpoint } from "../denials/documented-endpoints.ts";
import { transportOf } from "../denials/match-endpoint.ts";
import { resourceKey } from "../egress/resource-id.ts";
import type { Cluster } from "../egress/topology.ts";
import { shellWord } from "./az-command.ts";
import type { Remedy } from "./check.ts";
import { commandTarget } from "./command-target.ts";

const SIDE_EFFECT =
  "It opens these destinations to all nodes and pods of the subnets; established connections are not touched, and a change of rules takes some minutes to be in force.";

/** The rule that lets the endpoint through, for a firewall with a policy and for one with classic rules. */
export function endpointRemedy(
  cluster: Cluster,
  endpoint: EgressEndpoint,
  denials: readonly RememberedDenial[],
): Remedy {
  const [denial] = denials;
  if (denial?.kind === "threatIntelligence" || denial?.kind === "idps") {
    return {
      text: `A rule does not help: ${denial.kind === "idps" ? "intrusion detection" : "threat intelligence"} comes before the rules. Check why ${denial.destination} is suspected, then add it to the ${denial.kind === "idps" ? "bypass list of the policy's IDPS" : "allow list of the policy's threat intelligence"}.`,
      commands: [],
    };
  }
  const id = firewallId(cluster, denial);
  if (id === null || denial === undefined) {
    return { text: "Allow the endpoint on the firewall.", commands: [] };
  }
  const { scope, name } = commandTarget(id);
  const match = matchOf(endpoint, denial);
  const sources = sourcesOf(cluster);
  const byRule =
    denial.rule === null
      ? ""
      : ` Rule ${denial.rule} denies it: the allowing collection needs a smaller priority number than that rule's.`;
  return {
    text: `${match.text} The first command tells the firewall's policy; the second is for a firewall that has one, the third for one with classic rules.${byRule} ${SIDE_EFFECT}`,
    commands: [
      `az network firewall show ${scope} --name ${name} --query firewallPolicy.id --output tsv`,
      `az network firewall policy rule-collection-group collection rule add --subscription "<subscription of the policy>" --resource-group "<group of the policy>" ${policyOf(denial)} --collection-name "<collection that allows>" --name aks-egress ${match.policy} --source-addresses ${sources}`,
      `az network firewall ${match.classicKind} create ${scope} --firewall-name ${name} --collection-name aks-egress --priority 200 --action Allow --name aks-egress ${match.classic} --source-addresses ${sources}`,
    ],
  };
}

interface RuleMatch {
  readonly text: string;
  readonly policy: string;
  readonly classicKind: "application-rule" | "network-rule";
  readonly classic: string;
}

/** What a rule has to match: the tag for what AKS requires, else the domain, else the address. */
function matchOf(endpoint: EgressEndpoint, denial: RememberedDenial): RuleMatch {
  const byName = /[a-z]/i.test(denial.destination) && !denial.destination.includes(":");
  if (byName && transportOf(denial.protocol) !== "udp") {
    const protocols = endpoint.port === 80 ? "Http=80" : `Https=${endpoint.port ?? 443}`;
    const tagged = endpoint.need === "required";
    const match = tagged
      ? "--protocols Http=80 Https=443 --fqdn-tags AzureKubernetesService"
      : `--protocols ${protocols} --target-fqdns ${shellWord(endpoint.destination)}`;
    return {
      text: tagged
        ? "Allow the FQDN tag AzureKubernetesService: it holds all that AKS requires, and Azure keeps it up to date."
        : `Allow ${endpoint.destination}, or accept that it is denied: the cluster itself works without it.`,
      policy: `--rule-type ApplicationRule ${match}`,
      classicKind: "application-rule",
      classic: match,
    };
  }
  const protocol = (transportOf(denial.protocol) ?? endpoint.protocol ?? "any").toUpperCase();
  const addresses = `--destination-addresses ${shellWord(denial.destination)} --destination-ports ${denial.port ?? endpoint.port ?? "'*'"}`;
  return {
    text:
      endpoint.need === "required"
        ? `Allow ${denial.destination} by a network rule: FQDN tags work for HTTP and HTTPS alone.`
        : `Allow ${denial.destination} by a network rule, or accept that it is denied.`,
    policy: `--rule-type NetworkRule --ip-protocols ${protocol} ${addresses}`,
    classicKind: "network-rule",
    classic: `--protocols ${protocol} ${addresses}`,
  };
}

/** The firewall that denied, with its id as Azure writes it; where that one is not known, the one of the path. */
function firewallId(cluster: Cluster, denial: RememberedDenial | undefined): string | null {
  const denying = cluster.network.firewalls.find(({ id }) => resourceKey(id) === denial?.firewall);
  return denying?.id ?? cluster.paths.find(({ kind }) => kind === "firewall")?.resourceId ?? null;
}

/** A rule is told as `policy/group/collection/rule` where all of it is known. */
function policyOf({ rule }: RememberedDenial): string {
  const parts = rule?.split("/") ?? [];
  const [policy = '"<policy>"', group = '"<group>"'] = parts.length === 4 ? parts.map(shellWord) : [];
  return `--policy-name ${policy} --rule-collection-group-name ${group}`;
}

function sourcesOf(cluster: Cluster): string {
  const prefixes = new Set(cluster.network.subnets.flatMap((subnet) => subnet.prefixes));
  return prefixes.size === 0 ? '"<prefixes of the node and pod subnets>"' : [...prefixes].join(" ");
}
