/** The Azure clouds that have AKS. */
export type AzureCloud = "public" | "usgovernment" | "china";

/** Resource Manager of each cloud. */
const ENDPOINTS: Readonly<Record<AzureCloud, string>> = {
  public: "https://management.azure.com",
  usgovernment: "https://management.usgovcloudapi.net",
  china: "https://management.chinacloudapi.cn",
};

export function armEndpoint(cloud: AzureCloud): string {
  return ENDPOINTS[cloud];
}

/** The SDK's own cloud setting changes the host only and asks for a token of the public cloud: name both. */
export function armScopes(cloud: AzureCloud): string[] {
  return [`${ENDPOINTS[cloud]}/.default`];
}
