import type { NetworkManagementClient } from "@azure/arm-network";
import type { FailedList, NetworkList } from "#core/egress/network.ts";
import type { NetworkParts } from "#core/egress/network-index.ts";
import type { Answer } from "./answer.ts";
import { failureMessage } from "./failure.ts";
import type { PagedList } from "./read-list.ts";
import { translateLoadBalancer } from "./translate-load-balancer.ts";
import {
  translateFirewall,
  translateNatGateway,
  translateNic,
  translatePrefix,
  translatePublicIp,
  translateRouteTable,
} from "./translate-network.ts";
import { translateSecurityGroup } from "./translate-security-group.ts";
import { translateVirtualNetwork } from "./translate-virtual-network.ts";

/** What one subscription's network lists said. */
export type SubscriptionNetwork = Omit<NetworkParts, "subscriptionIds">;

/** Reads one list to its end, within the limits that all calls share. */
type ReadList = <T, R>(
  list: () => PagedList<T>,
  translate: (item: T) => readonly R[],
) => Promise<Answer<readonly R[]>>;

/** Reads every list of a subscription's network; one that fails costs the others nothing. */
export async function readNetworkLists(
  client: NetworkManagementClient,
  subscriptionId: string,
  read: ReadList,
): Promise<SubscriptionNetwork> {
  const [
    virtualNetworks,
    routeTables,
    natGateways,
    firewalls,
    loadBalancers,
    publicIps,
    prefixes,
    nicAddresses,
    securityGroups,
  ] = await Promise.all([
    read(() => client.virtualNetworks.listAll(), translateVirtualNetwork),
    read(() => client.routeTables.listAll(), translateRouteTable),
    read(() => client.natGateways.listAll(), translateNatGateway),
    read(() => client.azureFirewalls.listAll(), translateFirewall),
    read(() => client.loadBalancers.listAll(), translateLoadBalancer),
    read(() => client.publicIPAddresses.listAll(), translatePublicIp),
    read(() => client.publicIPPrefixes.listAll(), translatePrefix),
    read(() => client.networkInterfaces.listAll(), translateNic),
    read(() => client.networkSecurityGroups.listAll(), translateSecurityGroup),
  ]);
  return {
    virtualNetworks: itemsOf(virtualNetworks),
    routeTables: itemsOf(routeTables),
    natGateways: itemsOf(natGateways),
    firewalls: itemsOf(firewalls),
    loadBalancers: itemsOf(loadBalancers),
    publicIps: itemsOf(publicIps),
    prefixes: itemsOf(prefixes),
    nicAddresses: itemsOf(nicAddresses),
    securityGroups: itemsOf(securityGroups),
    failures: failedLists(subscriptionId, [
      ["virtualNetworks", virtualNetworks],
      ["routeTables", routeTables],
      ["natGateways", natGateways],
      ["azureFirewalls", firewalls],
      ["loadBalancers", loadBalancers],
      ["publicIPAddresses", publicIps],
      ["publicIPPrefixes", prefixes],
      ["networkInterfaces", nicAddresses],
      ["networkSecurityGroups", securityGroups],
    ]),
  };
}

function itemsOf<T>(answer: Answer<readonly T[]>): readonly T[] {
  return answer.ok ? answer.value : [];
}

/** Lists that failed alike are told in one sentence: a missing role fails all of them. */
function failedLists(
  subscriptionId: string,
  answers: readonly (readonly [NetworkList, Answer<unknown>])[],
): readonly FailedList[] {
  const failed = answers.flatMap(([list, answer]) => (answer.ok ? [] : [{ list, failure: answer.failure }]));
  return failed.map(({ list, failure }) => {
    const alike = failed.filter(
      (it) => it.failure.detail === failure.detail && it.failure.reason === failure.reason,
    );
    const lists = alike.map((it) => it.list).join(", ");
    return {
      subscriptionId,
      list,
      reason: failure.reason,
      message: failureMessage(lists, subscriptionId, failure),
    };
  });
}
