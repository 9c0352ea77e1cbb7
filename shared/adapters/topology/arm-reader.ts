import type { ListedCluster } from "#core/egress/listed-cluster.ts";
import type { FailedList, NetworkList, NicAddress } from "#core/egress/network.ts";
import type { NetworkParts } from "#core/egress/network-index.ts";
import type { ScaleSetToRead } from "#core/egress/scale-sets.ts";
import { type ArmConnection, clientOptions } from "./arm-options.ts";
import { type CallFailure, classify, failureMessage } from "./failure.ts";
import { limiter } from "./limit.ts";
import { type PagedList, readList } from "./read-list.ts";
import { readableSubscriptions } from "./subscriptions.ts";
import { translateCluster } from "./translate-cluster.ts";
import { translateLoadBalancer } from "./translate-load-balancer.ts";
import {
  translateFirewall,
  translateNatGateway,
  translateNic,
  translatePrefix,
  translatePublicIp,
  translateRouteTable,
} from "./translate-network.ts";
import { translateVirtualNetwork } from "./translate-virtual-network.ts";

/** What one subscription's network lists said. */
export type SubscriptionNetwork = Omit<NetworkParts, "subscriptionIds">;

/** An answer, or why there is none. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: CallFailure };

/** Reads ARM during one discovery. Every call is bounded; all of them share one limit. */
export interface ArmReader {
  /** @throws AdapterError */
  subscriptions(): Promise<readonly string[]>;
  clusters(subscriptionId: string): Promise<Answer<readonly ListedCluster[]>>;
  network(subscriptionId: string): Promise<SubscriptionNetwork>;
  scaleSetNics(scaleSet: ScaleSetToRead): Promise<Answer<readonly NicAddress[]>>;
  scaleSetPublicIps(scaleSet: ScaleSetToRead): Promise<Answer<readonly string[]>>;
}

/** The SDK is 64 MB on disk and takes a quarter of a second to load: only a discovery pays for it, not every start. */
export async function openArm(connection: ArmConnection, concurrency: number): Promise<ArmReader> {
  const [{ NetworkManagementClient }, { createContainerService }, managedClusters] = await Promise.all([
    import("@azure/arm-network"),
    import("@azure/arm-containerservice/api"),
    import("@azure/arm-containerservice/api/managedClusters"),
  ]);
  const options = clientOptions(connection);
  const limited = limiter(concurrency);
  const aks = (subscriptionId: string) =>
    createContainerService(connection.credential, subscriptionId, options);
  // One client a subscription: each keeps its own token.
  const clients = new Map<string, InstanceType<typeof NetworkManagementClient>>();
  const networkOf = (subscriptionId: string) => {
    const key = subscriptionId.toLowerCase();
    const client =
      clients.get(key) ?? new NetworkManagementClient(connection.credential, subscriptionId, options);
    clients.set(key, client);
    return client;
  };

  const read = <T, R>(list: () => PagedList<T>, translate: (item: T) => readonly R[]) =>
    limited(async (): Promise<Answer<readonly R[]>> => {
      try {
        return { ok: true, value: await readList(list(), translate, connection) };
      } catch (error) {
        return { ok: false, failure: classify(error) };
      }
    });

  return {
    subscriptions: () => limited(() => readableSubscriptions(aks(""), connection)),

    clusters: (subscriptionId) => read(() => managedClusters.list(aks(subscriptionId)), translateCluster),

    async network(subscriptionId) {
      const client = networkOf(subscriptionId);
      const [
        virtualNetworks,
        routeTables,
        natGateways,
        firewalls,
        loadBalancers,
        publicIps,
        prefixes,
        nicAddresses,
      ] = await Promise.all([
        read(() => client.virtualNetworks.listAll(), translateVirtualNetwork),
        read(() => client.routeTables.listAll(), translateRouteTable),
        read(() => client.natGateways.listAll(), translateNatGateway),
        read(() => client.azureFirewalls.listAll(), translateFirewall),
        read(() => client.loadBalancers.listAll(), translateLoadBalancer),
        read(() => client.publicIPAddresses.listAll(), translatePublicIp),
        read(() => client.publicIPPrefixes.listAll(), translatePrefix),
        read(() => client.networkInterfaces.listAll(), translateNic),
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
        failures: failedLists(subscriptionId, [
          ["virtualNetworks", virtualNetworks],
          ["routeTables", routeTables],
          ["natGateways", natGateways],
          ["azureFirewalls", firewalls],
          ["loadBalancers", loadBalancers],
          ["publicIPAddresses", publicIps],
          ["publicIPPrefixes", prefixes],
          ["networkInterfaces", nicAddresses],
        ]),
      };
    },

    scaleSetNics: ({ subscriptionId, resourceGroup, name }) =>
      read(
        () =>
          networkOf(subscriptionId).networkInterfaces.listVirtualMachineScaleSetNetworkInterfaces(
            resourceGroup,
            name,
          ),
        translateNic,
      ),

    scaleSetPublicIps: ({ subscriptionId, resourceGroup, name }) =>
      read(
        () =>
          networkOf(subscriptionId).publicIPAddresses.listVirtualMachineScaleSetPublicIPAddresses(
            resourceGroup,
            name,
          ),
        (publicIp) => (publicIp.ipAddress == null ? [] : [publicIp.ipAddress]),
      ),
  };
}

function itemsOf<T>(answer: Answer<readonly T[]>): readonly T[] {
  return answer.ok ? answer.value : [];
}

/** Lists that failed alike are told in one sentence: a missing role fails all eight. */
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
