// Network security groups (Microsoft.Network).

import type { ClusterModel } from "../world/model.ts";
import type { SecurityRuleSpec } from "../world/network-spec.ts";
import {
  type ArmResource,
  armResource,
  type Document,
  nameOf,
  networkChild,
  networkDocument,
} from "./resource.ts";

interface DefaultRule extends SecurityRuleSpec {
  readonly from: string;
  readonly description: string;
}

function standing(
  name: string,
  access: "Allow" | "Deny",
  priority: number,
  direction: "Inbound" | "Outbound",
  [from, to]: readonly [from: string, to: string],
  description: string,
): DefaultRule {
  return { name, access, priority, direction, from, to, description };
}

const DEFAULT_RULES: readonly DefaultRule[] = [
  standing(
    "AllowVnetInBound",
    "Allow",
    65_000,
    "Inbound",
    ["VirtualNetwork", "VirtualNetwork"],
    "Allow inbound traffic from all VMs in VNET",
  ),
  standing(
    "AllowAzureLoadBalancerInBound",
    "Allow",
    65_001,
    "Inbound",
    ["AzureLoadBalancer", "*"],
    "Allow inbound traffic from azure load balancer",
  ),
  standing("DenyAllInBound", "Deny", 65_500, "Inbound", ["*", "*"], "Deny all inbound traffic"),
  standing(
    "AllowVnetOutBound",
    "Allow",
    65_000,
    "Outbound",
    ["VirtualNetwork", "VirtualNetwork"],
    "Allow outbound traffic from all VMs to all VMs in VNET",
  ),
  standing(
    "AllowInternetOutBound",
    "Allow",
    65_001,
    "Outbound",
    ["*", "Internet"],
    "Allow outbound traffic from all VMs to Internet",
  ),
  standing("DenyAllOutBound", "Deny", 65_500, "Outbound", ["*", "*"], "Deny all outbound traffic"),
];

/** The security groups of a cluster: those of its subnets, and the one AKS makes. */
export function securityGroups(cluster: ClusterModel): ArmResource[] {
  return cluster.network.securityGroups.map(({ id, rules, subnets }) => {
    const head = { id, name: nameOf(id), location: cluster.spec.location };
    return armResource(id, () =>
      networkDocument(
        { ...head, type: "Microsoft.Network/networkSecurityGroups" },
        {
          securityRules: rules.map((rule) => ruleDocument(id, "securityRules", rule)),
          defaultSecurityRules: DEFAULT_RULES.map((rule) => ruleDocument(id, "defaultSecurityRules", rule)),
          // Absent for a group that is on interfaces alone.
          ...(subnets.length > 0 ? { subnets: subnets.map((subnet) => ({ id: subnet })) } : {}),
        },
        { tags: {} },
      ),
    );
  });
}

function ruleDocument(
  groupId: string,
  collection: string,
  rule: SecurityRuleSpec & Partial<DefaultRule>,
): Document {
  const to = rule.to ?? "Internet";
  const ports = rule.ports ?? "*";
  // One value goes to the singular key, several to the plural one; the other is left out or empty.
  return networkChild(groupId, collection, rule.name, {
    ...(rule.description ? { description: rule.description } : {}),
    protocol: rule.protocol ?? "*",
    sourcePortRange: "*",
    ...(typeof ports === "string" ? { destinationPortRange: ports } : {}),
    sourceAddressPrefix: rule.from ?? "*",
    ...(typeof to === "string" ? { destinationAddressPrefix: to } : {}),
    access: rule.access,
    priority: rule.priority,
    direction: rule.direction ?? "Outbound",
    sourcePortRanges: [],
    destinationPortRanges: typeof ports === "string" ? [] : ports,
    sourceAddressPrefixes: [],
    destinationAddressPrefixes: typeof to === "string" ? [] : to,
  });
}
