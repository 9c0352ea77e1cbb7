// Turns a plan into a world. Nothing here depends on the clock: the same plan and seed give the same world.

import { buildWorkspaces } from "../logs/workspaces.ts";
import { AddressBook } from "./addresses.ts";
import { buildCluster, nodeGroupName } from "./cluster.ts";
import type { NatGatewaySpec } from "./device-spec.ts";
import { buildAppliance, buildFirewall, buildNatGateway, type DevicePlace } from "./devices.ts";
import type { SubscriptionModel, World } from "./model.ts";
import { guid } from "./random.ts";
import type { ScenarioPlan, Seed } from "./spec.ts";

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

  const placeIn = (subscription: string): DevicePlace => ({
    seed: seed.seed,
    subscriptionId: subscriptionId(subscription),
    book,
  });
  const natGateways = (plan.natGateways ?? []).map((spec) =>
    buildNatGateway(spec, natGatewayGroup(spec, plan), placeIn(spec.subscription)),
  );
  const gatewayByName = new Map(natGateways.map((gateway) => [gateway.spec.name, gateway]));
  const firewalls = (plan.firewalls ?? []).map((spec) =>
    buildFirewall(spec, placeIn(spec.subscription), gatewayByName.get(spec.natGateway ?? "")),
  );
  const appliances = (plan.appliances ?? []).map((spec) =>
    buildAppliance(spec, subscriptionId(spec.subscription)),
  );
  const firewallByName = new Map(firewalls.map((firewall) => [firewall.spec.name, firewall]));
  const clusters = plan.clusters.map((spec, index) =>
    buildCluster(spec, index, {
      seed: seed.seed,
      book,
      subscriptionId: subscriptionId(spec.subscription),
      networkSubscriptionId: subscriptionId(spec.vnet?.subscription ?? spec.subscription),
      natGateways: gatewayByName,
      firewalls: firewallByName,
      appliances,
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
    appliances,
    workspaces: buildWorkspaces(plan, subscriptionId, seed.seed),
    publicIps: book.publicIps,
    prefixes: book.prefixes,
  };
}

/** A managed gateway lives in the node resource group of its cluster. */
function natGatewayGroup(spec: NatGatewaySpec, plan: ScenarioPlan): string {
  const user = plan.clusters.find(({ natGateway }) => natGateway === spec.name);
  return spec.managed && user ? nodeGroupName(user) : spec.resourceGroup;
}
