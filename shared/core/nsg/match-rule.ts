import { type AddressRange, parseRange, rangeHolds } from "../denials/address-range.ts";
import type { SecurityRule } from "../egress/cluster-network.ts";

/** Part of a subnet's addresses that rules treat alike. */
export interface Source {
  /** As people read it: `10.0.0.0/24`, `application security group web`. */
  readonly name: string;
  /** `null` for an application security group: which addresses it has is not known, only that rules name it. */
  readonly range: AddressRange | null;
}

/** Traffic that a rule either concerns or not. */
export interface Traffic {
  readonly protocol: "tcp" | "udp";
  readonly port: number;
  /** `null`: the internet at large, which only a rule for all of it decides; else a service tag. */
  readonly tag: string | null;
  /** Region of the cluster: a tag of another region does not help it. */
  readonly location: string;
}

const ANY: ReadonlySet<string> = new Set(["*", "any", "0.0.0.0/0"]);
const ASG = "asg:";
const HALVES = ["0.0.0.0/1", "128.0.0.0/1"];
/** Tags of addresses that are not on the internet. */
const INSIDE: ReadonlySet<string> = new Set(["virtualnetwork", "azureloadbalancer"]);
/** Private, shared and link-local addresses (RFC 1918, 6598, 3927). */
const INSIDE_RANGES = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16"];

/** The rules that concern a protocol and port, by priority. */
export function rulesFor(
  rules: readonly SecurityRule[],
  traffic: Pick<Traffic, "protocol" | "port">,
): readonly SecurityRule[] {
  return rules.filter((rule) => fitsPort(rule, traffic)).toSorted((a, b) => a.priority - b.priority);
}

/**
 * The rule that decides, as Azure does it: the first that fits. `undefined`: none fits.
 *
 * @param rules of the traffic's protocol and port, by priority
 */
export function decidingRule(
  rules: readonly SecurityRule[],
  source: Source,
  traffic: Traffic,
): SecurityRule | undefined {
  return rules.find((rule) => fitsSource(rule, source) && fitsDestination(rule, traffic));
}

/** The parts of subnets that rules tell apart: each prefix, and whatever lies within one that a rule names. */
export function sourcesWithin(
  prefixes: readonly string[],
  rules: readonly SecurityRule[],
): readonly Source[] {
  const whole = prefixes.flatMap((prefix) => sourceOf(prefix));
  const named = rules.flatMap((rule) => rule.sources).flatMap((source) => sourceOf(source));
  const inside = named.filter(
    ({ range }) =>
      range === null || whole.some((each) => each.range !== null && rangeHolds(each.range, range)),
  );
  return [...new Map([...whole, ...inside].map((each) => [each.name, each])).values()];
}

function sourceOf(text: string): Source[] {
  if (text.startsWith(ASG)) {
    return [{ name: `application security group ${text.slice(ASG.length)}`, range: null }];
  }
  const range = ANY.has(text) ? undefined : parseRange(text);
  return range === undefined ? [] : [{ name: text, range }];
}

/** Whether a rule has a source that is a range of addresses: without the prefixes of the subnet it says nothing. */
export function namesRange(rule: SecurityRule): boolean {
  return rule.sources.some((source) => sourceOf(source).some(({ range }) => range !== null));
}

/** Whether a rule is for these addresses. One without a restriction restricts nothing, hence the empty list. */
export function fitsSource({ sources }: SecurityRule, source: Source): boolean {
  if (sources.length === 0) return true;
  return sources.some((text) => {
    const name = text.toLowerCase();
    if (ANY.has(name) || name === "virtualnetwork") return true;
    if (source.range === null) return sourceOf(text)[0]?.name === source.name;
    const range = parseRange(text);
    return range !== undefined && rangeHolds(range, source.range);
  });
}

function fitsPort({ protocol, ports }: SecurityRule, traffic: Pick<Traffic, "protocol" | "port">): boolean {
  if (!ANY.has(protocol) && protocol !== "" && protocol !== traffic.protocol) return false;
  return ports.length === 0 || ports.some((range) => holdsPort(range, traffic.port));
}

function fitsDestination({ destinations }: SecurityRule, { tag, location }: Traffic): boolean {
  if (coversInternet(destinations)) return true;
  return tag !== null && destinations.some((name) => coversTag(name, tag, location));
}

function holdsPort(range: string, port: number): boolean {
  if (ANY.has(range.toLowerCase())) return true;
  const [first = "", last = first] = range.split("-").map((part) => part.trim());
  return Number(first) <= port && port <= Number(last);
}

function coversInternet(destinations: readonly string[]): boolean {
  if (destinations.length === 0) return true;
  const names = destinations.map((name) => name.toLowerCase());
  return (
    names.some((name) => ANY.has(name) || name === "internet") || HALVES.every((half) => names.includes(half))
  );
}

/** `AzureCloud` holds every other tag of Azure; a tag with a region is that region's part of it. */
function coversTag(destination: string, tag: string, location: string): boolean {
  const name = withoutRegion(destination.toLowerCase(), location);
  if (name === tag.toLowerCase()) return true;
  return destination.toLowerCase() === "azurecloud";
}

function withoutRegion(name: string, location: string): string {
  const suffix = `.${location}`;
  return name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
}

/** The parts of the internet that a rule names, for a sentence: tags and public ranges. Empty for all of it, or none. */
export function namedParts({ destinations }: SecurityRule): readonly string[] {
  if (coversInternet(destinations)) return [];
  return destinations.filter((name) => {
    if (name.startsWith(ASG) || INSIDE.has(name.toLowerCase())) return false;
    const range = parseRange(name);
    return range === undefined || !INSIDE_RANGES.some((inside) => holds(inside, range));
  });
}

function holds(outer: string, inner: AddressRange): boolean {
  const range = parseRange(outer);
  return range !== undefined && rangeHolds(range, inner);
}
