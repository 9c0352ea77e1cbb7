// Third-party appliances: a network interface, or an internal load balancer before several (Microsoft.Network).

import type { ApplianceModel } from "../world/model.ts";
import {
  type ArmResource,
  armResource,
  type Document,
  nameOf,
  networkChild,
  networkDocument,
} from "./resource.ts";

/** What in the document holds the private address. */
export function applianceConfigurationId({ id, spec }: ApplianceModel): string {
  return spec.kind === "interface"
    ? `${id}/ipConfigurations/ipconfig1`
    : `${id}/frontendIPConfigurations/frontend1`;
}

/** The resource that has the address of the next hop. */
export function applianceResource(appliance: ApplianceModel): ArmResource {
  return appliance.spec.kind === "interface" ? interfaceOf(appliance) : internalLoadBalancer(appliance);
}

function addressOf({ spec, networkId }: ApplianceModel): Document {
  return {
    privateIPAddress: spec.address,
    privateIPAllocationMethod: "Static",
    subnet: { id: `${networkId}/subnets/snet-nva` },
    privateIPAddressVersion: "IPv4",
  };
}

function interfaceOf(appliance: ApplianceModel): ArmResource {
  const { id, spec } = appliance;
  const head = { id, name: nameOf(id), location: spec.location, type: "Microsoft.Network/networkInterfaces" };
  const machine = id.replace(
    /\/Microsoft\.Network\/.*$/,
    `/Microsoft.Compute/virtualMachines/vm-${spec.name}`,
  );
  return armResource(id, () =>
    networkDocument(
      head,
      {
        ipConfigurations: [
          networkChild(id, "ipConfigurations", "ipconfig1", { ...addressOf(appliance), primary: true }),
        ],
        dnsSettings: { dnsServers: [], appliedDnsServers: [] },
        enableAcceleratedNetworking: true,
        enableIPForwarding: true,
        primary: true,
        virtualMachine: { id: machine },
        nicType: "Standard",
      },
      { tags: {} },
    ),
  );
}

/** Two appliances behind one address: a rule for all ports. */
function internalLoadBalancer(appliance: ApplianceModel): ArmResource {
  const { id, spec } = appliance;
  const head = { id, name: nameOf(id), location: spec.location, type: "Microsoft.Network/loadBalancers" };
  const frontend = { id: `${id}/frontendIPConfigurations/frontend1` };
  const pool = { id: `${id}/backendAddressPools/nva` };
  const rule = { id: `${id}/loadBalancingRules/all-ports` };
  return armResource(id, () =>
    networkDocument(
      head,
      {
        frontendIPConfigurations: [
          networkChild(id, "frontendIPConfigurations", "frontend1", {
            ...addressOf(appliance),
            loadBalancingRules: [rule],
          }),
        ],
        backendAddressPools: [
          networkChild(id, "backendAddressPools", "nva", {
            loadBalancerBackendAddresses: [],
            loadBalancingRules: [rule],
          }),
        ],
        loadBalancingRules: [
          networkChild(id, "loadBalancingRules", "all-ports", {
            frontendIPConfiguration: frontend,
            frontendPort: 0,
            backendPort: 0,
            enableFloatingIP: false,
            idleTimeoutInMinutes: 4,
            protocol: "All",
            backendAddressPool: pool,
          }),
        ],
        probes: [],
        inboundNatRules: [],
        outboundRules: [],
        inboundNatPools: [],
      },
      { sku: { name: "Standard", tier: "Regional" } },
    ),
  );
}
