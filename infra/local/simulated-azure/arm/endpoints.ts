// The endpoints a cluster says it needs (outboundNetworkDependenciesEndpoints): short, in Azure's shape.

import { authorizationFailed, resourceNotFound } from "../http/errors.ts";
import type { Reply } from "../http/reply.ts";
import type { ClusterModel } from "../world/model.ts";
import { hashText } from "../world/random.ts";
import type { Document } from "./resource.ts";

/** The answer of a cluster whose list cannot be read. */
export function refusedEndpoints({ id, spec }: ClusterModel): Reply | undefined {
  if (spec.endpoints === "forbidden") {
    const action = "Microsoft.ContainerService/managedClusters/outboundNetworkDependenciesEndpoints/read";
    return authorizationFailed(action, id);
  }
  if (spec.endpoints === "notFound") {
    return resourceNotFound("Microsoft.ContainerService/managedClusters", spec.name, spec.resourceGroup);
  }
  return undefined;
}

/** The list of one cluster; hosts differ from region to region. */
export function requiredEndpoints({ id, spec }: ClusterModel): Document[] {
  const { location } = spec;
  const label = `${spec.name}-${(hashText(id) % 0xffffff).toString(16)}`;
  return [
    category("azure-resource-management", [
      endpoint("management.azure.com", 443, "Https"),
      endpoint("login.microsoftonline.com", 443, "Https"),
    ]),
    category("images", [
      endpoint("mcr.microsoft.com", 443, "Https", "Images of the platform"),
      endpoint("*.data.mcr.microsoft.com", 443, "Https"),
      endpoint("mcr-0001.mcr-msedge.net", 443, "Https"),
    ]),
    category("artifacts", [
      endpoint("packages.microsoft.com", 443, "Https"),
      endpoint("acs-mirror.azureedge.net", 443, "Https"),
      endpoint("packages.aks.azure.com", 443, "Https"),
    ]),
    category("time-sync", [endpoint("ntp.ubuntu.com", 123, "Udp")]),
    category("ubuntu-optional", [
      endpoint("security.ubuntu.com", 80, "Http"),
      endpoint("azure.archive.ubuntu.com", 80, "Http"),
      endpoint("changelogs.ubuntu.com", 80, "Http"),
    ]),
    category("apiserver", [
      apiServer(`${label}.hcp.${location}.azmk8s.io`, id),
      endpoint(`*.hcp.${location}.azmk8s.io`, 443, "Https"),
    ]),
    category("addon-monitoring", [
      endpoint("*.ods.opinsights.azure.com", 443, "Https"),
      endpoint(`${location}.handler.control.monitor.azure.com`, 443, "Https"),
      // Some endpoints come without details.
      { domainName: "dc.services.visualstudio.com" },
    ]),
  ];
}

function category(name: string, endpoints: readonly Document[]): Document {
  return { category: name, endpoints };
}

function endpoint(domainName: string, port: number, protocol: string, description?: string): Document {
  const detail = { port, protocol, ...(description === undefined ? {} : { description }) };
  return { domainName, endpointDetails: [detail] };
}

/** The one endpoint that Azure tells with an address. */
function apiServer(domainName: string, clusterId: string): Document {
  const ipAddress = `20.50.${hashText(clusterId, 1) % 256}.${hashText(clusterId, 2) % 256}`;
  return { domainName, endpointDetails: [{ ipAddress, port: 443, protocol: "Https" }] };
}
