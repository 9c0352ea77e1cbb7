import * as z from "zod";
import type { ApiRequest } from "./http.ts";
import type { ApiSettings, Route } from "./route.ts";

/** Names the caller; set by App Service authentication, which strips it from what clients send. */
const PRINCIPAL_HEADER = "x-ms-client-principal";

const Principal = z.object({ claims: z.array(z.object({ typ: z.string(), val: z.string() })).default([]) });
/** Of a token, and as the platform renames it. */
const ROLE_CLAIMS: readonly string[] = [
  "roles",
  "http://schemas.microsoft.com/ws/2008/06/identity/claims/role",
];
/** App role of the Entra registration that lets its holder write. */
const WRITE_ROLE = "Snatwatch.Write";

type AccessSettings = Pick<ApiSettings, "auth" | "healthAccess" | "writeAccess">;
type Guarded = Pick<Route, "access" | "method">;

/** Who the Functions host lets through to a route: holders of a key, only those of the master key (`admin`), or everybody. */
export function authLevelFor(route: Guarded, settings: AccessSettings): "function" | "anonymous" | "admin" {
  if (settings.auth !== "key" || isOpen(route, settings)) return "anonymous";
  return route.method !== "GET" && settings.writeAccess === "own" ? "admin" : "function";
}

/**
 * Why a caller who may read may not use a route that writes; `null` if he may, and for routes that only read. Whose key is
 * the master key the host has seen to.
 */
export function refuseWriter(
  { auth, writeAccess }: AccessSettings,
  headers: ApiRequest["headers"],
  { method }: Guarded,
): string | null {
  if (method === "GET" || writeAccess === "same") return null;
  if (writeAccess === "none") return "writing is turned off (SNATWATCH_WRITE_ACCESS=none)";
  if (auth !== "entra" || rolesOf(headers.get(PRINCIPAL_HEADER) ?? "").includes(WRITE_ROLE)) return null;
  return `expected a caller with the app role ${WRITE_ROLE}`;
}

/** App roles in what the platform says of the caller: base64 of `{claims: [{typ, val}]}`. Anything else has none. */
function rolesOf(principal: string): readonly string[] {
  try {
    const { claims } = Principal.parse(JSON.parse(Buffer.from(principal, "base64").toString()));
    return claims.filter(({ typ }) => ROLE_CLAIMS.includes(typ)).map(({ val }) => val);
  } catch {
    return [];
  }
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
  route: Guarded,
): "full" | "statusOnly" | "refused" {
  const identified = settings.auth === "entra" && (headers.get(PRINCIPAL_HEADER) ?? "") !== "";
  if (identified) return "full";
  if (isOpen(route, settings)) return "statusOnly";
  return settings.auth === "entra" ? "refused" : "full";
}

function isOpen(route: Guarded, settings: AccessSettings): boolean {
  return route.access === "health" && settings.healthAccess === "anonymous";
}
