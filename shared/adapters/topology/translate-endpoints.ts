import type { OutboundEnvironmentEndpoint } from "@azure/arm-containerservice";
import type { ListedEndpoint } from "#core/egress/cluster-network.ts";

/** The endpoints of one category; a domain without details counts with any port. */
export function translateEndpoints(listed: OutboundEnvironmentEndpoint): readonly ListedEndpoint[] {
  return (listed.endpoints ?? []).flatMap((endpoint) => {
    const details = endpoint.endpointDetails ?? [];
    return (details.length > 0 ? details : [{}]).flatMap((detail) => {
      const destination = endpoint.domainName || detail.ipAddress;
      if (destination == null || destination === "") return [];
      return [
        {
          category: listed.category ?? "",
          destination,
          port: detail.port ?? null,
          protocol: detail.protocol?.toLowerCase() ?? null,
          description: detail.description ?? null,
        },
      ];
    });
  });
}

/** Each destination, port and protocol once: Azure lists an address for each that a domain resolves to. */
export function eachOnce(endpoints: readonly ListedEndpoint[]): readonly ListedEndpoint[] {
  const found = new Map<string, ListedEndpoint>();
  for (const endpoint of endpoints) {
    const key = `${endpoint.destination.toLowerCase()} ${endpoint.port} ${endpoint.protocol}`;
    if (!found.has(key)) found.set(key, endpoint);
  }
  return [...found.values()];
}
