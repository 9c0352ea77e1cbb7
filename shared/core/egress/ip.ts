import { formatIpv6, parseIpv6 } from "../ip-text.ts";

/** Address family as the rest of the core writes it. */
export type IpFamily = "ipv4" | "ipv6";

/** Azure's largest public IPv4 prefix is a /21; a bigger one is somebody's own range that no egress path uses whole. */
const IPV4_EXPANSION_LIMIT = 4_096;
/** Azure's public IPv6 prefixes are /124 to /127. */
const IPV6_EXPANSION_LIMIT = 256;

/** The family of an address or prefix in text. */
export function familyOf(address: string): IpFamily {
  return address.includes(":") ? "ipv6" : "ipv4";
}

/**
 * The addresses of a prefix in CIDR notation, all of them usable: a public prefix has no network or broadcast address.
 *
 * @returns the prefix itself, as one entry, where it holds more addresses than are worth listing; empty for text that is no prefix
 */
export function expandPrefix(prefix: string): readonly string[] {
  const [address = "", bits = ""] = prefix.split("/");
  if (!/^\d{1,3}$/.test(bits)) return [];
  return familyOf(address) === "ipv4"
    ? expandIpv4(prefix, address, Number(bits))
    : expandIpv6(prefix, address, Number(bits));
}

function expandIpv4(prefix: string, address: string, bits: number): readonly string[] {
  const base = ipv4Number(address);
  if (base === null || bits > 32) return [];
  const size = 2 ** (32 - bits);
  if (size > IPV4_EXPANSION_LIMIT) return [prefix];
  const first = Math.floor(base / size) * size;
  return Array.from({ length: size }, (_, index) => ipv4Text(first + index));
}

function expandIpv6(prefix: string, address: string, bits: number): readonly string[] {
  const groups = parseIpv6(address.toLowerCase());
  if (groups === undefined || bits > 128) return [];
  const size = 2 ** (128 - bits);
  if (size > IPV6_EXPANSION_LIMIT) return [prefix];
  const last = groups[7] ?? 0;
  const first = Math.floor(last / size) * size;
  return Array.from({ length: size }, (_, index) => formatIpv6([...groups.slice(0, 7), first + index]));
}

/** Whether an IPv4 address lies in a prefix. Anything else, IPv6 included, is `false`. */
export function prefixContains(prefix: string, address: string): boolean {
  const [base = "", bits = ""] = prefix.split("/");
  const start = ipv4Number(base);
  const value = ipv4Number(address);
  if (start === null || value === null || !/^\d{1,2}$/.test(bits) || Number(bits) > 32) return false;
  const size = 2 ** (32 - Number(bits));
  return Math.floor(start / size) === Math.floor(value / size);
}

function ipv4Number(address: string): number | null {
  const octets = address.split(".");
  if (octets.length !== 4 || !octets.every((octet) => /^\d{1,3}$/.test(octet) && Number(octet) < 256))
    return null;
  return octets.reduce((value, octet) => value * 256 + Number(octet), 0);
}

function ipv4Text(value: number): string {
  return [2 ** 24, 2 ** 16, 2 ** 8, 1].map((unit) => Math.floor(value / unit) % 256).join(".");
}
