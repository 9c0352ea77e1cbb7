// What a scenario says about the network around the nodes: subnets, routes, security rules, appliances.

/** Where a default route leads. */
export type RouteSpec =
  /** A firewall of the plan, by name. */
  | { readonly firewall: string }
  /** An appliance of the plan, or nothing at all. */
  | { readonly address: string }
  /** Several next hops that share the traffic (`VirtualApplianceEcmp`). */
  | { readonly ecmp: readonly string[] }
  /** A next hop without an address. */
  | { readonly hop: "None" | "Internet" | "VirtualNetworkGateway" }
  /** A route table that has other routes, but none for 0.0.0.0/0. */
  | "missing";

/** One rule of a network security group. Lists are written to the plural keys of the document, as Azure does. */
export interface SecurityRuleSpec {
  readonly name: string;
  readonly access: "Allow" | "Deny";
  /** 100 to 4,096; the lowest that matches decides. */
  readonly priority: number;
  /** Default: `Outbound`. */
  readonly direction?: "Inbound" | "Outbound";
  /** Default: `*`. */
  readonly protocol?: "Tcp" | "Udp" | "Icmp" | "*";
  /** A service tag, an address range, `*`, or several of them. Default: `Internet`. */
  readonly to?: string | readonly string[];
  /** A port, a range, `*`, or several of them. Default: `*`. */
  readonly ports?: string | readonly string[];
}

/** A subnet of a cluster's own VNet. */
export interface SubnetSpec {
  readonly name: string;
  /** Name of a gateway of the plan that sits on it. */
  readonly natGateway?: string;
  readonly defaultRoute?: RouteSpec;
  readonly securityRules?: readonly SecurityRuleSpec[];
  /** True: no security group at all, as in many an own VNet. */
  readonly open?: boolean;
}

/** Where a cluster's own VNet is, if not beside the cluster. */
export interface PlaceSpec {
  readonly subscription?: string;
  readonly resourceGroup?: string;
}

/** A third-party appliance: its private address belongs to an interface, or to an internal load balancer. */
export interface ApplianceSpec {
  readonly subscription: string;
  readonly resourceGroup: string;
  readonly name: string;
  readonly location: string;
  readonly kind: "interface" | "loadBalancer";
  readonly address: string;
}
