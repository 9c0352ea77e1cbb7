// A load balancer of the world with its names and addresses filled in.

import type { NodeCurve } from "./curve.ts";

export interface FrontendModel {
  readonly name: string;
  readonly id: string;
  readonly family: 4 | 6;
  /** One address, or all of a prefix. */
  readonly addresses: readonly string[];
  readonly publicIpId?: string;
  readonly prefixId?: string;
}

export interface ServiceModel {
  readonly name: string;
  /** `a` and 31 hex digits: the name the cloud provider gives to frontend, rule and probe. */
  readonly frontend: FrontendModel;
  readonly port: number;
  readonly nodePort: number;
  readonly policy: "Cluster" | "Local";
  /** Whether a node answers its probe, 0..100. */
  readonly backendUp: NodeCurve;
}

/** What the outbound rule says at a minute. */
export interface OutboundSettings {
  /** 0 for automatic. */
  readonly portsPerNode: number;
  readonly idleTimeoutInMinutes: number;
  /** IPv4 addresses in use: the first so many of the model's. */
  readonly addresses: number;
}

export interface LoadBalancerModel {
  readonly id: string;
  readonly sku: "Standard" | "Basic";
  readonly settingsAt: (rel: number) => OutboundSettings;
  readonly outbound: boolean;
  /** Every one there ever is; {@link OutboundSettings} tells how many are in use. */
  readonly frontends: readonly FrontendModel[];
  readonly services: readonly ServiceModel[];
}

/** The outbound frontends that a load balancer has at a minute. */
export function frontendsInUse({ frontends, settingsAt }: LoadBalancerModel, rel: number): FrontendModel[] {
  const { addresses } = settingsAt(rel);
  let seen = 0;
  return frontends.filter(({ family }) => {
    if (family === 6) return true;
    seen += 1;
    return seen <= addresses;
  });
}
