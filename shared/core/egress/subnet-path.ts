import { resolveAddresses } from "./addresses.ts";
import { appliancePath } from "./appliance-path.ts";
import { defaultRoute } from "./default-route.ts";
import type { Subnet } from "./network.ts";
import type { NetworkIndex } from "./network-index.ts";
import { path, type ResolvedPath } from "./path.ts";
import { natGatewayBudget } from "./port-budget.ts";
import { nameOf, networkKeyOf, resourceKey } from "./resource-id.ts";
import { type ProblemList, whyUnread } from "./unread.ts";

/** What a subnet alone decides. `unread`: its route table cannot be seen, so that nothing after it is certain. */
export type SubnetVerdict =
  | { readonly kind: "decided"; readonly path: ResolvedPath }
  | { readonly kind: "open" }
  | { readonly kind: "unread"; readonly why: string };

/**
 * Steps 1 and 2 of Azure's order of precedence: the default route, then the NAT gateway.
 * Source: Azure docs, "What is Azure NAT Gateway", "order of precedence of outbound connectivity".
 */
export function subnetPath(subnet: Subnet, network: NetworkIndex, problems: ProblemList): SubnetVerdict {
  if (subnet.routeTableId !== null) {
    const table = network.routeTables.get(resourceKey(subnet.routeTableId));
    if (table === undefined) {
      problems.add(whyUnread(network, subnet.routeTableId, "routeTables"));
      return { kind: "unread", why: `route table '${nameOf(subnet.routeTableId)}' cannot be read` };
    }
    const verdict = defaultRoute(table);
    const where = `route table '${nameOf(table.id)}' of subnet '${subnet.name}'`;
    switch (verdict.kind) {
      case "appliance":
        return decided(appliancePath(verdict.route, subnet, network, problems));
      case "dropped":
        return decided(
          path("none", `${where} drops ${verdict.route.prefix} (next hop None)`, {
            nextHop: { addresses: [], state: "dead" },
          }),
        );
      case "elsewhere":
        return decided(
          path(
            "unknown",
            `${where} sends ${verdict.route.prefix} to ${verdict.route.nextHopType}, beyond what ARM shows`,
            {
              tell: verdict.route.nextHopType,
            },
          ),
        );
      case "internet":
        break;
    }
  }
  const gateway = natGatewayPath(subnet, network, problems);
  return gateway === null ? { kind: "open" } : decided(gateway);
}

function natGatewayPath(subnet: Subnet, network: NetworkIndex, problems: ProblemList): ResolvedPath | null {
  const attached =
    subnet.natGatewayId === null ? null : network.natGateways.get(resourceKey(subnet.natGatewayId));
  const gateway = attached ?? network.natGatewaysByNetwork.get(networkKeyOf(subnet.key));
  if (subnet.natGatewayId !== null && attached === undefined) {
    problems.add(whyUnread(network, subnet.natGatewayId, "natGateways"));
    return path(
      "natGateway",
      `NAT gateway '${nameOf(subnet.natGatewayId)}' on subnet '${subnet.name}' (cannot be read)`,
      {
        resourceId: subnet.natGatewayId,
      },
    );
  }
  if (gateway === undefined) return null;

  const { addresses, ipv4Count } = resolveAddresses(network, gateway, problems);
  const place = attached === null ? "the whole virtual network of" : "";
  const reason = `NAT gateway '${nameOf(gateway.id)}' (${gateway.sku}) on ${place} subnet '${subnet.name}'`;
  return path("natGateway", reason.replace("  ", " "), {
    resourceId: gateway.id,
    publicIps: addresses,
    portBudget: natGatewayBudget(ipv4Count),
  });
}

function decided(found: ResolvedPath): SubnetVerdict {
  return { kind: "decided", path: found };
}
