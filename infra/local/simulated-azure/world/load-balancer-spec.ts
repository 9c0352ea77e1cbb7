// What a scenario says about the load balancer of a cluster.

import type { NodeCurve } from "./curve.ts";

/** Where the outbound addresses of a load balancer come from. */
type AddressSource =
  | { readonly from: "managed"; readonly count: number; readonly ipv6?: number }
  | { readonly from: "own"; readonly count: number }
  | { readonly from: "prefix"; readonly length: number };

export interface LoadBalancerSpec {
  readonly addresses: AddressSource;
  /** 0 or absent: automatic, by Azure's tier table. */
  readonly portsPerNode?: number;
  readonly idleTimeoutInMinutes?: number;
  /** Addresses in use before the first change, if not all of them. */
  readonly addressesBefore?: number;
  /** Settings somebody changed: each holds from its minute on. */
  readonly changes?: readonly LoadBalancerChange[];
  /** Basic load balancers have no outbound rule and none of the SNAT metrics. */
  readonly sku?: "Standard" | "Basic";
  /** False: inbound services only, as in a cluster with user-defined routing. */
  readonly outbound?: boolean;
}

/** What is not named stays as it was. */
export interface LoadBalancerChange {
  readonly at: number;
  readonly portsPerNode?: number;
  /** IPv4 addresses in use, at most as many as {@link LoadBalancerSpec.addresses} has. */
  readonly addresses?: number;
  readonly idleTimeoutInMinutes?: number;
}

/** One inbound service of type LoadBalancer. */
export interface ServiceSpec {
  readonly name: string;
  readonly port: number;
  /** Local: an HTTP /healthz probe that only nodes with a pod of the service answer. */
  readonly policy: "Cluster" | "Local";
  /** Whether a backend answers its probe, 0..100. */
  readonly backendUp?: NodeCurve;
}
