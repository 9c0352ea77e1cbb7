import { normaliseIp, parseIpv6 } from "../ip-text.ts";

/** One end of a connection as logs write it. */
export interface Endpoint {
  /** An address or a domain in lower case; empty for none. */
  readonly host: string;
  readonly port: number | null;
}

export const EVERYWHERE: Endpoint = { host: "", port: null };

/**
 * `10.0.0.4:443`, `host:443`, `10.0.0.4:` (ICMP), `[fd00::4]:443`, `fd00::4`.
 *
 * @param portless whether the protocol has no ports: then the end of an IPv6 address is not one
 */
export function readEndpoint(text: string, portless = false): Endpoint {
  const [, bracketed, bracketedPort] = /^\[([^\]]+)\](?::(\d*))?$/.exec(text) ?? [];
  if (bracketed !== undefined) return { host: normaliseIp(bracketed), port: readPort(bracketedPort) };
  if (portless && parseIpv6(text.toLowerCase()) !== undefined) return { host: normaliseIp(text), port: null };
  const [, host = text, port] = /^(.*):(\d*)$/.exec(text) ?? [];
  // Without brackets an IPv6 address with a port cannot be told from a longer one; what is left must still be an address.
  if (host.includes(":") && parseIpv6(host.toLowerCase()) === undefined)
    return { host: normaliseIp(text), port: null };
  return { host: normaliseHost(host), port: readPort(port) };
}

/** A domain in lower case without the root's full stop; an address in its one form. */
export function normaliseHost(host: string): string {
  return normaliseIp(host).replace(/\.$/, "");
}

/** @returns `null` for text that is no port, and for 0, with which logs fill the column of a protocol without ports */
export function readPort(text: string | undefined): number | null {
  const port = Number(text?.trim() || Number.NaN);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : null;
}

/** A protocol in lower case; of ICMP without its type and code, by which logs would tell each apart. */
export function normaliseProtocol(text: string): string {
  const lower = text.trim().toLowerCase();
  return lower.startsWith("icmp") ? (/^icmp(?:v?6)?/.exec(lower)?.[0] ?? lower) : lower;
}
