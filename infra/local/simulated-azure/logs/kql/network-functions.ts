import { type PlainFunction, text } from "./plain-function.ts";
import type { Value } from "./values.ts";

const PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

/** A range of addresses. */
interface Range {
  readonly first: bigint;
  /** Leading bits that count, of all there are. */
  readonly prefix: number;
}

type Reader = (text: string) => Range | undefined;

const MOST_KNOWN = 20_000;

/** A million rows come from few addresses: each is read once. */
function remembering(read: Reader): Reader {
  const known = new Map<string, Range | undefined>();
  return (text) => {
    if (known.has(text)) return known.get(text);
    if (known.size >= MOST_KNOWN) known.clear();
    const range = read(text);
    known.set(text, range);
    return range;
  };
}

const readFour = remembering(read4);
const readSix = remembering(read6);

/** Ranges of addresses; null where a text is no address at all. */
export const NETWORK_FUNCTIONS: Readonly<Record<string, PlainFunction>> = {
  ipv4_is_in_range: inRange(readFour, 32),
  ipv4_is_in_any_range: inAnyRange(readFour, 32),
  ipv4_is_private: {
    takes: "s",
    type: "bool",
    of: ([address]) => isInAny(text(address), PRIVATE, readFour, 32),
  },
  ipv6_is_in_range: inRange(readSix, 128),
  ipv6_is_in_any_range: inAnyRange(readSix, 128),
};

function inRange(read: Reader, bits: number): PlainFunction {
  return {
    takes: "ss",
    type: "bool",
    of: ([address, range]) => isIn(text(address), text(range), read, bits),
  };
}

function inAnyRange(read: Reader, bits: number): PlainFunction {
  return {
    takes: "s?*",
    type: "bool",
    of: ([address, ...ranges]) => isInAny(text(address), ranges.flatMap(texts), read, bits),
  };
}

function texts(value: Value): string[] {
  return Array.isArray(value) ? value.map((item) => String(item)) : [text(value)];
}

function isInAny(address: string, ranges: readonly string[], read: Reader, bits: number): boolean | null {
  const found = ranges.map((range) => isIn(address, range, read, bits));
  if (found.includes(true)) return true;
  return found.every((one) => one === null) ? null : false;
}

/** An address, itself perhaps with a prefix, against a range. */
function isIn(address: string, range: string, read: Reader, bits: number): boolean | null {
  const [one, other] = [read(address), read(range)];
  if (one === undefined || other === undefined) return null;
  const rest = BigInt(bits - Math.min(one.prefix, other.prefix));
  return one.first >> rest === other.first >> rest;
}

function read4(range: string): Range | undefined {
  const [, address = "", length = "32"] = /^([\d.]+)(?:\/(\d{1,2}))?$/.exec(range.trim()) ?? [];
  const parts = address.split(".").map((part) => (part === "" ? Number.NaN : Number(part)));
  const prefix = Number(length);
  if (parts.length !== 4 || prefix > 32 || !parts.every((part) => part >= 0 && part <= 255)) return undefined;
  return { first: parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n), prefix };
}

const MAPPED = 0xffffn << 32n;

/** An IPv4 address counts as the IPv6 address that it is mapped to. */
function read6(range: string): Range | undefined {
  const four = read4(range);
  if (four !== undefined) return { first: MAPPED + four.first, prefix: 96 + four.prefix };
  const [, address = "", length = "128"] = /^([\da-f:]+)(?:\/(\d{1,3}))?$/i.exec(range.trim()) ?? [];
  const halves = address.split("::").map((half) => half.split(":").filter((part) => part !== ""));
  const [head = [], tail] = halves;
  const known = head.length + (tail?.length ?? 0);
  const zeros = tail === undefined ? 0 : 8 - known;
  const parts = [...head, ...Array.from({ length: Math.max(0, zeros) }, () => "0"), ...(tail ?? [])];
  const prefix = Number(length);
  if (
    address.includes(":::") ||
    halves.length > 2 ||
    parts.length !== 8 ||
    prefix > 128 ||
    parts.some((part) => part.length > 4)
  )
    return undefined;
  return { first: parts.reduce((sum, part) => (sum << 16n) + BigInt(`0x${part}`), 0n), prefix };
}
