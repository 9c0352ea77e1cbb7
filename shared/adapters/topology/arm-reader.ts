import type { ListedEndpoint } from "#core/egress/cluster-network.ts";
import type { ListedCluster } from "#core/egress/listed-cluster.ts";
import type { NicAddress } from "#core/egress/network.ts";
import type { ScaleSetToRead } from "#core/egress/scale-sets.ts";
import type { ClusterRef } from "#core/egress/topology.ts";
import { AdapterError } from "#ports/adapter-error.ts";
import type { Answer } from "./answer.ts";
import { type ArmConnection, clientOptions } from "./arm-options.ts";
import { classify } from "./failure.ts";
import { limiter } from "./limit.ts";
import { readNetworkLists, type SubscriptionNetwork } from "./network-lists.ts";
import { readRaw, readRawList } from "./raw-list.ts";
import { type PagedList, readList } from "./read-list.ts";
import { readableSubscriptions } from "./subscriptions.ts";
import { translateCluster } from "./translate-cluster.ts";
import { eachOnce, translateEndpoints } from "./translate-endpoints.ts";
import { translateNic } from "./translate-network.ts";
import { translateWorkspace, type Workspace } from "./translate-workspace.ts";

/** Reads ARM during one discovery. Every call is bounded; all of them share one limit. */
export interface ArmReader {
  /** @throws AdapterError */
  subscriptions(): Promise<readonly string[]>;
  clusters(subscriptionId: string): Promise<Answer<readonly ListedCluster[]>>;
  network(subscriptionId: string): Promise<SubscriptionNetwork>;
  scaleSetNics(scaleSet: ScaleSetToRead): Promise<Answer<readonly NicAddress[]>>;
  scaleSetPublicIps(scaleSet: ScaleSetToRead): Promise<Answer<readonly string[]>>;
  requiredEndpoints(cluster: ClusterRef): Promise<Answer<readonly ListedEndpoint[]>>;
  workspaces(subscriptionId: string): Promise<Answer<readonly Workspace[]>>;
  workspace(id: string): Promise<Answer<Workspace>>;
}

const WORKSPACES = "providers/Microsoft.OperationalInsights/workspaces";
const WORKSPACES_VERSION = "api-version=2023-09-01";

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

  const answered = <T>(call: () => Promise<T>) =>
    limited(async (): Promise<Answer<T>> => {
      try {
        return { ok: true, value: await call() };
      } catch (error) {
        return { ok: false, failure: classify(error) };
      }
    });
  const read = <T, R>(list: () => PagedList<T>, translate: (item: T) => readonly R[]) =>
    answered(() => readList(list(), translate, connection));

  return {
    subscriptions: () => limited(() => readableSubscriptions(aks(""), connection)),

    clusters: (subscriptionId) => read(() => managedClusters.list(aks(subscriptionId)), translateCluster),

    network: (subscriptionId) => readNetworkLists(networkOf(subscriptionId), subscriptionId, read),

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

    requiredEndpoints: ({ subscriptionId, resourceGroup, name }) =>
      answered(async () => {
        const list = managedClusters.listOutboundNetworkDependenciesEndpoints(
          aks(subscriptionId),
          resourceGroup,
          name,
        );
        return eachOnce(await readList(list, translateEndpoints, connection));
      }),

    workspaces: (subscriptionId) =>
      answered(async () => {
        const path = `/subscriptions/${subscriptionId}/${WORKSPACES}?${WORKSPACES_VERSION}`;
        return (await readRawList(aks(subscriptionId), path, connection)).flatMap(translateWorkspace);
      }),

    workspace: (id) =>
      answered(async () => {
        const body = await readRaw(aks(""), `${id}?${WORKSPACES_VERSION}`, connection);
        const [workspace] = translateWorkspace(body);
        if (workspace === undefined) throw new AdapterError("malformed", "an answer without a customerId");
        return workspace;
      }),
  };
}
