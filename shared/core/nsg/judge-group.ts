import { parseRange } from "../denials/address-range.ts";
import type { SecurityGroup, SecurityRule } from "../egress/cluster-network.ts";
import {
  decidingRule,
  fitsSource,
  namedParts,
  rulesFor,
  type Source,
  sourcesWithin,
  type Traffic,
} from "./match-rule.ts";

/** Service tags of what AKS needs on TCP 443 (Azure docs, "Outbound network and FQDN rules for AKS", "Virtual network service tags"). */
const NEEDED_TAGS = [
  "AzureCloud",
  "MicrosoftContainerRegistry",
  "AzureFrontDoor.FirstParty",
  "AzureContainerRegistry",
  "AzureActiveDirectory",
  "AzureResourceManager",
] as const;

/** A protocol and port that must be open to the internet. */
export interface NeededPort {
  readonly protocol: "tcp" | "udp";
  readonly port: number;
}

/** What a group keeps from the internet. */
export interface Block {
  readonly rule: SecurityRule;
  readonly port: NeededPort;
  /** `whole`: nothing gets through. `partial`: some of it, or some of the addresses. */
  readonly extent: "whole" | "partial";
  /** `null`: the internet; else the service tags that are blocked by themselves. */
  readonly tags: readonly string[] | null;
  /** Tags and ranges that earlier rules leave open. */
  readonly open: readonly string[];
  /** Of what AKS needs, the service tags that are not among the open ones. */
  readonly closedTags: readonly string[];
  /** Addresses that it concerns; empty: all of the subnets. */
  readonly sources: readonly string[];
}

interface Verdict {
  readonly source: Source;
  /** The rule that denies the internet at large; `undefined` where it is allowed. */
  readonly denying: SecurityRule | undefined;
}

/**
 * What the outbound rules of a group block, in the order of the ports.
 *
 * @param prefixes of the subnets that the group is in force on
 */
export function judgeGroup(
  group: Pick<SecurityGroup, "rules">,
  prefixes: readonly string[],
  ports: readonly NeededPort[],
  location: string,
): readonly Block[] {
  return ports.flatMap((port) => {
    const rules = rulesFor(group.rules, port);
    const sources = sourcesOf(rules, prefixes);
    const traffic = { ...port, tag: null, location };
    const verdicts = sources.map((source) => ({ source, denying: denyingRule(rules, source, traffic) }));
    const internet = internetBlock(rules, verdicts, traffic);
    return internet === undefined ? tagBlocks(rules, sources, traffic) : [internet];
  });
}

/** Where no prefix is known, rules for any source still say something. */
function sourcesOf(rules: readonly SecurityRule[], prefixes: readonly string[]): readonly Source[] {
  const sources = sourcesWithin(prefixes, rules);
  return sources.some(({ range }) => range !== null)
    ? sources
    : [...sources, { name: "all addresses", range: null }];
}

/** Azure's own default rules allow the internet: where not even they are there, nothing is denied. */
function denyingRule(
  rules: readonly SecurityRule[],
  source: Source,
  traffic: Traffic,
): SecurityRule | undefined {
  const rule = decidingRule(rules, source, traffic);
  return rule?.access === "deny" ? rule : undefined;
}

function internetBlock(
  rules: readonly SecurityRule[],
  verdicts: readonly Verdict[],
  traffic: Traffic,
): Block | undefined {
  const denied = verdicts.filter(({ denying }) => denying !== undefined);
  // The widest source comes first: its rule is the one to tell.
  const [first] = denied;
  if (first?.denying === undefined) return undefined;
  const rule = first.denying;
  const open = openParts(rules, first.source, rule);
  const needed = neededTags(traffic);
  const closedTags = needed.filter(
    (tag) => denyingRule(rules, first.source, { ...traffic, tag }) !== undefined,
  );
  // What a named range holds nobody can tell here: perhaps all that the cluster needs.
  const helps =
    needed.length === 0
      ? open.length > 0
      : closedTags.length < needed.length || open.some((part) => parseRange(part) !== undefined);
  const everywhere = denied.length === verdicts.length;
  return {
    rule,
    port: { protocol: traffic.protocol, port: traffic.port },
    extent: everywhere && !helps ? "whole" : "partial",
    tags: null,
    open,
    closedTags,
    sources: everywhere ? [] : denied.map(({ source }) => source.name),
  };
}

/** What rules before the one that denies let through. */
function openParts(rules: readonly SecurityRule[], source: Source, denying: SecurityRule): readonly string[] {
  const allowing = rules.filter(
    (rule) => rule.access === "allow" && rule.priority < denying.priority && fitsSource(rule, source),
  );
  return [...new Set(allowing.flatMap(namedParts))];
}

/** Tags that a rule denies while the internet at large is open. */
function tagBlocks(
  rules: readonly SecurityRule[],
  sources: readonly Source[],
  traffic: Traffic,
): readonly Block[] {
  const byRule = new Map<SecurityRule, { tags: Set<string>; sources: Set<string> }>();
  for (const tag of neededTags(traffic)) {
    for (const source of sources) {
      const rule = denyingRule(rules, source, { ...traffic, tag });
      if (rule === undefined) continue;
      const found = byRule.get(rule) ?? { tags: new Set(), sources: new Set() };
      found.tags.add(tag);
      found.sources.add(source.name);
      byRule.set(rule, found);
    }
  }
  return [...byRule].map(([rule, found]) => {
    const everywhere = found.sources.size === sources.length;
    return {
      rule,
      port: { protocol: traffic.protocol, port: traffic.port },
      extent: everywhere ? "whole" : "partial",
      tags: [...found.tags],
      open: [],
      closedTags: [],
      sources: everywhere ? [] : [...found.sources],
    };
  });
}

function neededTags({ protocol, port }: Traffic): readonly string[] {
  return protocol === "tcp" && port === 443 ? NEEDED_TAGS : [];
}
