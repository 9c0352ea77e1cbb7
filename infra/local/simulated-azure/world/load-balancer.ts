// Names and addresses of the load balancer that AKS makes for a cluster.

import { type AddressBook, managedIpName } from "./addresses.ts";
import type {
  FrontendModel,
  LoadBalancerModel,
  OutboundSettings,
  ServiceModel,
} from "./load-balancer-model.ts";
import type { LoadBalancerSpec, ServiceSpec } from "./load-balancer-spec.ts";
import type { ClusterModel } from "./model.ts";
import type { PublicIpModel } from "./network-model.ts";
import { guid, hashText } from "./random.ts";
import type { ClusterSpec } from "./spec.ts";

type Owner = Pick<ClusterModel, "id" | "nodeGroupId" | "nodeResourceGroup" | "subscriptionId" | "seed"> & {
  readonly spec: ClusterSpec;
};

/** AKS' default; the load balancer's own default is 4. */
const AKS_IDLE_MINUTES = 30;

/** Builds the load balancer with its frontends, taking addresses from the book. */
export function buildLoadBalancer(
  owner: Owner,
  spec: LoadBalancerSpec,
  book: AddressBook,
): LoadBalancerModel {
  const id = `${owner.nodeGroupId}/providers/Microsoft.Network/loadBalancers/kubernetes`;
  const outbound = (spec.outbound ?? true) && spec.sku !== "Basic";
  const frontends = spec.outbound === false ? [] : outboundFrontends(owner, id, spec, book);
  const singles = frontends.filter(({ family }) => family === 4).length;
  return {
    id,
    sku: spec.sku ?? "Standard",
    settingsAt: settingsOver(spec, singles),
    outbound,
    frontends,
    services: (owner.spec.services ?? []).map((service) => buildService(owner, id, service, book)),
  };
}

/** What holds at a minute: the first settings, and over them every change up to then. */
function settingsOver(spec: LoadBalancerSpec, addresses: number): (rel: number) => OutboundSettings {
  const first: OutboundSettings = {
    portsPerNode: spec.portsPerNode ?? 0,
    idleTimeoutInMinutes: spec.idleTimeoutInMinutes ?? AKS_IDLE_MINUTES,
    addresses: spec.addressesBefore ?? addresses,
  };
  const changes = [...(spec.changes ?? [])].sort((a, b) => a.at - b.at);
  const steps: (OutboundSettings & { readonly since: number })[] = [];
  for (const { at, ...change } of changes) {
    steps.push({ ...(steps.at(-1) ?? first), ...change, since: at });
  }
  return (rel) => steps.findLast(({ since }) => since <= rel) ?? first;
}

/** An address that a change takes away or brings; those AKS manages are made and deleted with it. */
function comesAndGoes(ip: PublicIpModel, index: number, spec: LoadBalancerSpec): void {
  if (!spec.changes?.some(({ addresses }) => addresses !== undefined)) return;
  const settingsAt = settingsOver(spec, Number.POSITIVE_INFINITY);
  ip.usedAt = (rel) => index < settingsAt(rel).addresses;
  if (spec.addresses.from === "managed") ip.existsAt = ip.usedAt;
}

function outboundFrontends(
  owner: Owner,
  loadBalancerId: string,
  spec: LoadBalancerSpec,
  book: AddressBook,
): FrontendModel[] {
  const { addresses } = spec;
  const { subscriptionId } = owner;
  const { location, name } = owner.spec;
  if (addresses.from === "prefix") {
    const order = { name: `ippre-${name}`, resourceGroup: owner.spec.resourceGroup };
    const prefix = book.prefix({ ...order, subscriptionId, location, family: 4 }, addresses.length);
    const frontend = guid(`${prefix.id}/frontend`, owner.seed);
    prefix.frontendId = `${loadBalancerId}/frontendIPConfigurations/${frontend}`;
    const texts = prefix.addresses.map(({ address }) => address);
    return [{ name: frontend, id: prefix.frontendId, family: 4, addresses: texts, prefixId: prefix.id }];
  }
  if (addresses.from === "own") {
    return Array.from({ length: addresses.count }, (_, index) => {
      const order = { name: `pip-${name}-egress-${index + 1}`, resourceGroup: owner.spec.resourceGroup };
      const ip = book.publicIp({ ...order, subscriptionId, location, family: 4 });
      comesAndGoes(ip, index, spec);
      return attach(ip, loadBalancerId, guid(`${ip.id}/frontend`, owner.seed));
    });
  }
  const managed = (index: number, family: 4 | 6): FrontendModel => {
    const guidName = managedIpName(owner.id, index, owner.seed);
    const ipName = family === 6 ? `${guidName}-ipv6` : guidName;
    const ip = book.publicIp({
      name: ipName,
      resourceGroup: owner.nodeResourceGroup,
      subscriptionId,
      location,
      family,
      idleTimeoutInMinutes: AKS_IDLE_MINUTES,
      sku: spec.sku ?? "Standard",
      tags: {
        "aks-managed-cluster-name": name,
        "aks-managed-cluster-rg": owner.spec.resourceGroup,
        "aks-managed-type": "aks-slb-managed-outbound-ip",
      },
    });
    if (family === 4) comesAndGoes(ip, index, spec);
    return attach(ip, loadBalancerId, ipName);
  };
  return [
    ...Array.from({ length: addresses.count }, (_, index) => managed(index, 4)),
    ...Array.from({ length: addresses.ipv6 ?? 0 }, (_, index) => managed(100 + index, 6)),
  ];
}

function attach(ip: PublicIpModel, loadBalancerId: string, name: string): FrontendModel {
  const id = `${loadBalancerId}/frontendIPConfigurations/${name}`;
  ip.attachedTo = id;
  return { name, id, family: ip.family, addresses: [ip.address], publicIpId: ip.id };
}

function buildService(
  owner: Owner,
  loadBalancerId: string,
  service: ServiceSpec,
  book: AddressBook,
): ServiceModel {
  const name = `a${guid(`${owner.id}/${service.name}`, owner.seed).replaceAll("-", "").slice(1)}`;
  const ip = book.publicIp({
    name: `kubernetes-${name}`,
    resourceGroup: owner.nodeResourceGroup,
    subscriptionId: owner.subscriptionId,
    location: owner.spec.location,
    family: 4,
    tags: { "k8s-azure-cluster-name": "kubernetes", "k8s-azure-service": service.name },
  });
  return {
    name: service.name,
    frontend: attach(ip, loadBalancerId, name),
    port: service.port,
    nodePort: 30_000 + (hashText(name) % 2_768),
    policy: service.policy,
    backendUp: service.backendUp ?? (() => 100),
  };
}
