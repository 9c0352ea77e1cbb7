import type { TokenCredential } from "@azure/core-auth";

/** Where tokens are asked for in each cloud. Source: "National clouds", Microsoft identity platform endpoints. */
const AUTHORITY_HOST = {
  public: "https://login.microsoftonline.com",
  usgovernment: "https://login.microsoftonline.us",
  china: "https://login.chinacloudapi.cn",
} as const;

/**
 * The identity that the app runs as: the managed identity in Azure, the developer's own sign-in elsewhere.
 *
 * The identity package is the heaviest import after the network client, so it is loaded at the first token, which an HTTP
 * function that reads storage by connection string never asks for.
 */
export function createCredential(cloud: keyof typeof AUTHORITY_HOST): TokenCredential {
  let credential: Promise<TokenCredential> | undefined;
  return {
    async getToken(scopes, options) {
      credential ??= import("@azure/identity").then(
        ({ DefaultAzureCredential }) => new DefaultAzureCredential({ authorityHost: AUTHORITY_HOST[cloud] }),
      );
      return (await credential).getToken(scopes, options);
    },
  };
}
