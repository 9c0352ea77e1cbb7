import type { ApiRequest } from "./http.ts";
import type { ApiSettings, Route } from "./route.ts";

/** Names the caller; set by App Service authentication, which strips it from what clients send. */
const PRINCIPAL_HEADER = "x-ms-client-principal";

type AccessSettings = Pick<ApiSettings, "auth" | "healthAccess">;

/** Who the Functions host lets through to a route: only holders of a key, or everybody. */
export function authLevelFor(
  route: Pick<Route, "access">,
  settings: AccessSettings,
): "function" | "anonymous" {
  if (settings.auth !== "key") return "anonymous";
  return isOpen(route, settings) ? "anonymous" : "function";
}

/**
 * What a request may be told, once the host has let it through.
 *
 * An open health route tells status and counts only, to holders of a key as well: the host does not pass on whether the
 * key that came along is a good one.
 */
export function authorise(
  settings: AccessSettings,
  headers: ApiRequest["headers"],
  route: Pick<Route, "access">,
): "full" | "statusOnly" | "refused" {
  const identified = settings.auth === "entra" && (headers.get(PRINCIPAL_HEADER) ?? "") !== "";
  if (identified) return "full";
  if (isOpen(route, settings)) return "statusOnly";
  return settings.auth === "entra" ? "refused" : "full";
}

function isOpen(route: Pick<Route, "access">, settings: AccessSettings): boolean {
  return route.access === "health" && settings.healthAccess === "anonymous";
}
