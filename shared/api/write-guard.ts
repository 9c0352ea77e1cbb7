import type { ApiRequest, ApiResponse } from "./http.ts";
import { problem } from "./problem.ts";

/** What the page that sent a request is to this app, as the browser says. `none`: a person asked, not a page. */
const OWN_SITES: readonly string[] = ["same-origin", "none"];

/**
 * Why a request may not change anything; `null` if it may. A page of somebody else can make a browser send a request
 * with the rights of its user (App Service's cookie, the open local environment); it cannot send JSON or hide its
 * origin. A client that is no browser names no origin, and needs none.
 */
export function refuseWrite(request: ApiRequest, instance: string): ApiResponse | null {
  const { headers, method } = request;
  if (!isOwnSite(headers)) {
    return problem("cross-origin", "expected a request from this app's own origin", instance);
  }
  // DELETE has no body whose type could be asked for, and no form of a page can send it.
  if (method === "DELETE" || isJson(headers.get("content-type"))) return null;
  return problem("unsupported-media-type", "expected content-type: application/json", instance);
}

function isOwnSite(headers: ApiRequest["headers"]): boolean {
  const site = headers.get("sec-fetch-site");
  if (site !== null && !OWN_SITES.includes(site.toLowerCase())) return false;
  const origin = headers.get("origin");
  if (origin === null) return true;
  // No page can set these: a proxy in front does, and a browser sends `host` itself.
  const hosts = ["host", "x-forwarded-host", "x-original-host"].map((name) =>
    headers.get(name)?.toLowerCase(),
  );
  // `null`, the origin of sandboxed pages and files, is no URL and so nobody's own.
  const host = URL.parse(origin)?.host;
  return host !== undefined && host !== "" && hosts.includes(host);
}

function isJson(contentType: string | null): boolean {
  return /^application\/json\s*(;|$)/i.test(contentType?.trim() ?? "");
}
