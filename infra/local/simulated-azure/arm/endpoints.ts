// The endpoints a cluster says it needs (outboundNetworkDependenciesEndpoints): short, in Azure's shape.

import type { Document } from "./resource.ts";

/** The list of one region. */
export function requiredEndpoints(location: string): Document[] {
  return [
    category("azure-resource-management", ["management.azure.com", "login.microsoftonline.com"]),
    category("images", ["mcr.microsoft.com", "*.data.mcr.microsoft.com", "mcr-0001.mcr-msedge.net"]),
    category("artifacts", ["packages.microsoft.com", "acs-mirror.azureedge.net", "packages.aks.azure.com"]),
    category("time-sync", ["ntp.ubuntu.com"], 123),
    category("ubuntu-optional", ["security.ubuntu.com", "azure.archive.ubuntu.com"], 80),
    category("apiserver", [`*.hcp.${location}.azmk8s.io`]),
    {
      category: "addon-monitoring",
      endpoints: [
        { domainName: "*.ods.opinsights.azure.com", endpointDetails: [{ port: 443, protocol: "Https" }] },
        // Some endpoints come without details.
        { domainName: "dc.services.visualstudio.com" },
      ],
    },
  ];
}

function category(name: string, domains: readonly string[], port = 443): Document {
  const protocol = port === 443 ? "Https" : port === 80 ? "Http" : "Udp";
  return {
    category: name,
    endpoints: domains.map((domainName) => ({ domainName, endpointDetails: [{ port, protocol }] })),
  };
}
