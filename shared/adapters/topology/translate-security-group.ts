import type {
  ApplicationSecurityGroup,
  SecurityRule as AzureSecurityRule,
  NetworkSecurityGroup,
} from "@azure/arm-network";
import type { SecurityRule } from "#core/egress/cluster-network.ts";
import type { ListedSecurityGroup } from "#core/egress/network.ts";
import { scaleSetKeyOf } from "#core/egress/node-name.ts";
import { nameOf, resourceKey } from "#core/egress/resource-id.ts";
import { idsOf, refIds } from "./translate-network.ts";

/** Azure's own last rule, which denies the rest: a rule without a priority is asked no earlier. */
const LAST_PRIORITY = 65_500;

export function translateSecurityGroup(group: NetworkSecurityGroup): readonly ListedSecurityGroup[] {
  if (group.id == null) return [];
  const rules = [...(group.securityRules ?? []), ...(group.defaultSecurityRules ?? [])];
  return [
    {
      id: group.id,
      key: resourceKey(group.id),
      name: group.name ?? nameOf(group.id),
      subnets: refIds(group.subnets).map(resourceKey),
      users: usersOf(group),
      rules: rules
        .filter((rule) => rule.direction?.toLowerCase() === "outbound")
        .map(translateRule)
        .sort((one, other) => one.priority - other.priority),
    },
  ];
}

/** A group lists every interface: keep only whose they are. */
function usersOf(group: NetworkSecurityGroup): readonly string[] {
  const keys = refIds(group.networkInterfaces).map(resourceKey);
  const users = keys.flatMap(
    (key) => scaleSetKeyOf(key) ?? (key.includes("/networkinterfaces/aks-") ? key : []),
  );
  return [...new Set(users)];
}

function translateRule(rule: AzureSecurityRule): SecurityRule {
  return {
    name: rule.name ?? "",
    priority: rule.priority ?? LAST_PRIORITY,
    access: rule.access?.toLowerCase() === "deny" ? "deny" : "allow",
    protocol: rule.protocol?.toLowerCase() ?? "*",
    sources: [
      ...idsOf([rule.sourceAddressPrefix, ...(rule.sourceAddressPrefixes ?? [])]),
      ...groupNames(rule.sourceApplicationSecurityGroups),
    ],
    destinations: [
      ...idsOf([rule.destinationAddressPrefix, ...(rule.destinationAddressPrefixes ?? [])]),
      ...groupNames(rule.destinationApplicationSecurityGroups),
    ],
    ports: idsOf([rule.destinationPortRange, ...(rule.destinationPortRanges ?? [])]),
  };
}

/** Which machines are in an application security group ARM does not list: the name stands for them. */
function groupNames(groups: readonly ApplicationSecurityGroup[] | null | undefined): readonly string[] {
  return refIds(groups).map((id) => `asg:${nameOf(id)}`);
}
