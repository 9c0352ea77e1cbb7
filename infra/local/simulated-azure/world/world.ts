// Turns a plan into a world. Nothing here depends on the clock: the same plan and seed give the same world.

import { AddressBook } from "./addresses.ts";
import { buildCluster, nodeGroupName } from "./cluster.ts";
import type { FirewallModel, NatGatewayModel, PublicIpModel, SubscriptionModel, World } from "./model.ts";
import { guid, hashText } from "./random.ts";
import type { FirewallSpec, NatGatewaySpec, ScenarioPlan, Seed } from "./spec.ts";

/** Builds every resource of the plan. @throws RangeError if the plan names something it does not have */
export function buildWorld(plan: ScenarioPlan, seed: Seed): World {
  const book = new AddressBook();
  const subscriptions = plan.subscriptions.map(
    (spec): SubscriptionModel => ({
      id: guid(`subscription/${spec.name}`, seed.seed),
      name: spec.name,
      forbidden: spec.forbidden ?? false,
    }),
  );
  const ids = new Map(subscriptions.map(({ name, id }) => [name, id]));
  const subscriptionId = (name: string): string => {
    const id = ids.get(name);
    if (id === undefined) throw new RangeError(`no subscription named ${name}`);
    return id;
  };

  const natGateways = (plan.natGateways ?? []).map((spec) =>
    buildNatGateway(spec, natGatewayGroup(spec, plan), subscriptionId(spec.subscription), seed, book),
  );
  const firewalls = (plan.firewalls ?? []).map((spec) =>
    buildFirewall(spec, subscriptionId(spec.subscription), seed, book),
  );
  const gatewayByName = new Map(natGateways.map((gateway) => [gateway.spec.name, gateway]));
  const firewallByName = new Map(firewalls.map((firewall) => [firewall.spec.name, firewall]));
  const clusters = plan.clusters.map((spec, index) =>
    buildCluster(spec, index, {
      seed: seed.seed,
      book,
      subscriptionId: subscriptionId(spec.subscription),
      natGateways: gatewayByName,
      firewalls: firewallByName,
    }),
  );
  return {
    plan,
    seed,
    tenantId: guid("tenant", seed.seed),
    subscriptions,
    clusters,
    natGateways,
    firewalls,
    publicIps: book.publicIps,
    prefixes: book.prefixes,
  };
}

/** A managed gateway lives in the node resource group of its cluster. */
function natGatewayGroup(spec: NatGatewaySpec, plan: ScenarioPlan): string {
  const user = plan.clusters.find(({ natGateway }) => natGateway === spec.name);
  return spec.managed && user ? nodeGroupName(user) : spec.resourceGroup;
}

function buildNatGateway(
  spec: NatGatewaySpec,
  resourceGroup: string,
  subscriptionId: string,
  { seed }: Seed,
  book: AddressBook,
): NatGatewayModel {
  const id = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.Network/natGateways/${spec.name}`;
  const publicIps = Array.from({ length: spec.addresses }, (_, index): PublicIpModel => {
    const name = spec.managed ? guid(`${id}/${index}`, seed) : `pip-${spec.name}-${index + 1}`;
    const order = {
      name,
      resourceGroup,
      subscriptionId,
      location: spec.location,
      sku: spec.sku ?? "Standard",
    };
    const ip = book.publicIp({ ...order, family: 4 });
    ip.natGatewayId = id;
    return ip;
  });
  return { spec, id, subscriptionId, resourceGroup, publicIps, seed: hashText(id, seed), subnets: [] };
}

function buildFirewall(
  spec: FirewallSpec,
  subscriptionId: string,
  { seed }: Seed,
  book: AddressBook,
): FirewallModel {
  const group = `/subscriptions/${subscriptionId}/resourceGroups/${spec.resourceGroup}/providers/Microsoft.Network`;
  const id = `${group}/azureFirewalls/${spec.name}`;
  const { resourceGroup, location } = spec;
  const publicIps = Array.from({ length: spec.addresses }, (_, index): PublicIpModel => {
    const name = `pip-${spec.name}-${index + 1}`;
    const ip = book.publicIp({ name, resourceGroup, subscriptionId, location, family: 4 });
    ip.attachedTo = `${id}/azureFirewallIpConfigurations/ipconfig-${index + 1}`;
    return ip;
  });
  const networkId = `${group}/virtualNetworks/vnet-${spec.name}`;
  return { spec, id, subscriptionId, publicIps, networkId, seed: hashText(id, seed) };
}
