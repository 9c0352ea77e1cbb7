import { parseIpv6 } from "../ip-text.ts";

/** A range of addresses in CIDR notation, ready to be compared. Two ranges of a family are nested or apart. */
export interface AddressRange {
  readonly family: "ipv4" | "ipv6";
  /** The network's bits as a number, the others cut off. */
  readonly network: bigint;
  readonly bits: number;
}

const WIDTH = { ipv4: 32, ipv6: 128 } as const;

/** @returns `undefined` for text that is no range */
export function parseRange(text: string): AddressRange | undefined {
  const [address = "", length] = text.trim().split("/");
  const parsed = parseAddress(address);
  if (parsed === undefined || (length !== undefined && !/^\d{1,3}$/.test(length))) return undefined;
  const width = WIDTH[parsed.family];
  const bits = length === undefined ? width : Number(length);
  if (bits > width) return undefined;
  return { family: parsed.family, network: parsed.value >> BigInt(width - bits), bits };
}

/** Whether all of `inner` lies in `outer`. A single address is a range of its full width. */
export function rangeHolds(outer: AddressRange, inner: AddressRange): boolean {
  if (outer.family !== inner.family || outer.bits > inner.bits) return false;
  return inner.network >> BigInt(inner.bits - outer.bits) === outer.network;
}

function parseAddress(text: string): { family: "ipv4" | "ipv6"; value: bigint } | undefined {
  if (text.includes(":")) {
    const groups = parseIpv6(text.toLowerCase());
    return groups && { family: "ipv6", value: joined(groups, 16n) };
  }
  const octets = text.split(".");
  if (octets.length !== 4 || !octets.every((octet) => /^\d{1,3}$/.test(octet) && Number(octet) < 256))
    return undefined;
  return { family: "ipv4", value: joined(octets.map(Number), 8n) };
}

function joined(parts: readonly number[], width: bigint): bigint {
  return parts.reduce((value, part) => (value << width) + BigInt(part), 0n);
}
