// Access keys of HTTP functions. Like the Core Tools, the local host asks for none unless it is told to.

import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { AuthLevel } from "./app-functions.ts";

export interface Keys {
  /** Opens functions of level `function`. */
  readonly function: string;
  /** Opens everything, `/admin` too; without it the function key does. */
  readonly admin?: string;
}

/** Whether a request carries a key (`x-functions-key` or `?code=`) that opens `level`. */
export function isAuthorized(
  level: AuthLevel,
  keys: Keys | undefined,
  request: IncomingMessage,
  url: URL,
): boolean {
  if (keys === undefined || level === "anonymous") return true;
  const header = request.headers["x-functions-key"];
  const given = typeof header === "string" ? header : url.searchParams.get("code");
  if (given === null) return false;
  const admin = keys.admin ?? keys.function;
  return isSame(given, admin) || (level === "function" && isSame(given, keys.function));
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
