import type { Route, RouteTable } from "./network.ts";

/** Where a route table sends what no other route matches. */
export type DefaultRoute =
  /** No such route, or one to the internet: Azure's order of precedence goes on. */
  | { readonly kind: "internet"; readonly route: Route | null }
  | { readonly kind: "appliance"; readonly route: Route }
  | { readonly kind: "dropped"; readonly route: Route }
  /** To a VPN or ExpressRoute gateway, or to a kind of hop we do not know. */
  | { readonly kind: "elsewhere"; readonly route: Route };

/**
 * The default route of a table. Only IPv4: AKS has no IPv6-only clusters.
 *
 * Two halves (`0.0.0.0/1` and `128.0.0.0/1`) are more specific than `0.0.0.0/0` and together mean the same.
 */
export function defaultRoute(table: RouteTable): DefaultRoute {
  const find = (prefix: string) => table.routes.find((route) => route.prefix === prefix);
  const lower = find("0.0.0.0/1");
  const route = (find("128.0.0.0/1") === undefined ? undefined : lower) ?? find("0.0.0.0/0");
  if (route === undefined) return { kind: "internet", route: null };

  switch (route.nextHopType.toLowerCase()) {
    case "internet":
      return { kind: "internet", route };
    case "virtualappliance":
    case "virtualapplianceecmp":
      return { kind: "appliance", route };
    case "none":
      return { kind: "dropped", route };
    default:
      return { kind: "elsewhere", route };
  }
}
