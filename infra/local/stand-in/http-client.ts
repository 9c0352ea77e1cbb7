import type { TokenCredential } from "@azure/core-auth";
import { createDefaultHttpClient, type HttpClient, type PipelineRequest } from "@azure/core-rest-pipeline";

const HTTPS = "https://";
const DAY_MS = 86_400_000;

/** A token that no cloud would take; stand-ins do not look at it. */
export const standInCredential: TokenCredential = {
  getToken: () => Promise.resolve({ token: "stand-in", expiresOnTimestamp: Date.now() + DAY_MS }),
};

/**
 * Sends every request for `https://HOST/PATH?QUERY` to `http://STAND-IN/HOST/PATH?QUERY`.
 *
 * It happens here and not in a policy, because the SDK's bearer policy refuses plain http: in the pipeline the request
 * stays https. The default client underneath keeps loopback connections alive.
 *
 * @param standInUrl where the stand-in listens: `http://127.0.0.1:9000`
 */
export function createStandInHttpClient(standInUrl: string): HttpClient {
  const base = standInUrl.replace(/\/+$/, "");
  if (!/^http:\/\/[^/]+/.test(base)) {
    throw new RangeError(`stand-in: expected an address like http://127.0.0.1:9000, got ${standInUrl}`);
  }
  const wire = createDefaultHttpClient();
  return {
    async sendRequest(request) {
      const response = await wire.sendRequest(rewrite(request, base));
      // Policies compare the answer's request with theirs.
      return { ...response, request };
    },
  };
}

function rewrite(request: PipelineRequest, base: string): PipelineRequest {
  if (!request.url.startsWith(HTTPS)) {
    // Nothing of the local environment may reach the world by accident.
    throw new Error(`the stand-in takes https requests only, got ${new URL(request.url).origin}`);
  }
  return { ...request, url: `${base}/${request.url.slice(HTTPS.length)}`, allowInsecureConnection: true };
}
