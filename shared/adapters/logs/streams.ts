import { resourceKey } from "#core/egress/resource-id.ts";
import type { LoggedFirewall } from "#ports/log-source.ts";

// Which rows of a firewall are asked of which workspace. One row may have been sent to several places: to two workspaces by two
// diagnostic settings, or to a table of its own and to AzureDiagnostics. Each kind of row is asked for once.

/** Kinds of rows that deny, with the table and the log category of their own. */
export const OWN_TABLES = {
  network: "AZFWNetworkRule",
  application: "AZFWApplicationRule",
  dns: "AZFWDnsQuery",
  threatIntelligence: "AZFWThreatIntel",
  idps: "AZFWIdpsSignature",
} as const;
export type OwnTable = keyof typeof OWN_TABLES;

/** Log categories of AzureDiagnostics. Rows of threat intelligence and intrusion detection come under the rules' categories. */
export const LEGACY_CATEGORIES = {
  network: "AzureFirewallNetworkRule",
  application: "AzureFirewallApplicationRule",
  dns: "AzureFirewallDnsProxy",
} as const;
export type LegacyCategory = keyof typeof LEGACY_CATEGORIES;

const OWN: readonly OwnTable[] = ["network", "application", "dns", "threatIntelligence", "idps"];
const LEGACY: readonly LegacyCategory[] = ["network", "application", "dns"];

/** A kind of row in one form. */
export type Stream = `own:${OwnTable}` | `legacy:${LegacyCategory}`;

/** What one workspace is asked for about one firewall. */
export interface FirewallStreams {
  readonly firewall: string;
  readonly own: readonly OwnTable[];
  readonly legacy: readonly LegacyCategory[];
  /** Kinds in AzureDiagnostics that tables of their own hold as well. */
  readonly except: readonly OwnTable[];
}

/** One query: a workspace and its firewalls. */
export interface WorkspacePlan {
  /** ARM id, as written. */
  readonly workspaceId: string;
  /** `null`: the workspace cannot be read, and no other has these rows. */
  readonly customerId: string | null;
  readonly firewalls: readonly FirewallStreams[];
}

interface Destination {
  readonly workspaceId: string;
  readonly customerId: string | null;
  readonly streams: ReadonlySet<Stream>;
}

/**
 * Spreads the streams of firewalls over workspaces, each stream once.
 *
 * @param failed keys of workspaces not to be asked
 * @param answered streams by firewall that have been read already
 */
export function planWorkspaces(
  firewalls: readonly LoggedFirewall[],
  failed: ReadonlySet<string>,
  answered: ReadonlyMap<string, ReadonlySet<Stream>>,
): WorkspacePlan[] {
  const plans = new Map<string, { workspaceId: string; customerId: string | null; of: FirewallStreams[] }>();
  for (const firewall of firewalls) {
    const key = resourceKey(firewall.id);
    const done = answered.get(key) ?? new Set();
    for (const [destination, streams] of chooseStreams(destinationsOf(firewall, failed), done)) {
      const { workspaceId, customerId } = destination;
      const plan = plans.get(resourceKey(workspaceId)) ?? { workspaceId, customerId, of: [] };
      plans.set(resourceKey(workspaceId), plan);
      plan.of.push(streamsOf(key, streams.chosen, streams.all));
    }
  }
  return [...plans.values()].map(({ of, ...plan }) => ({ ...plan, firewalls: of }));
}

/** All that a workspace is asked for about a firewall, as names. */
export function namesOf({ own, legacy }: FirewallStreams): Stream[] {
  return [...own.map((kind) => `own:${kind}` as const), ...legacy.map((kind) => `legacy:${kind}` as const)];
}

/** Readable ones first, then those with tables of their own, then those with the most: few workspaces are asked. */
function destinationsOf({ logs }: LoggedFirewall, failed: ReadonlySet<string>): Destination[] {
  const byWorkspace = new Map<string, Destination & { streams: Set<Stream> }>();
  for (const { workspaceId, customerId, tables, categories } of logs) {
    const key = resourceKey(workspaceId);
    if (failed.has(key)) continue;
    const known = byWorkspace.get(key) ?? { workspaceId, customerId, streams: new Set<Stream>() };
    byWorkspace.set(key, known);
    for (const stream of categories === "all" ? allOf(tables) : categories.flatMap(streamOf))
      known.streams.add(stream);
  }
  const ownOf = ({ streams }: Destination) => [...streams].filter((name) => name.startsWith("own:")).length;
  const unreadable = ({ customerId }: Destination) => Number(customerId === null);
  return [...byWorkspace.values()].sort(
    (a, b) =>
      unreadable(a) - unreadable(b) ||
      ownOf(b) - ownOf(a) ||
      b.streams.size - a.streams.size ||
      (resourceKey(a.workspaceId) < resourceKey(b.workspaceId) ? -1 : 1),
  );
}

function chooseStreams(destinations: readonly Destination[], done: ReadonlySet<Stream>) {
  const all = new Set<Stream>(done);
  const chosen = new Map<Destination, Set<Stream>>();
  const choose = (destination: Destination, stream: Stream) => {
    if (all.has(stream)) return;
    all.add(stream);
    chosen.set(destination, (chosen.get(destination) ?? new Set()).add(stream));
  };
  for (const destination of destinations) {
    for (const kind of OWN) if (destination.streams.has(`own:${kind}`)) choose(destination, `own:${kind}`);
  }
  for (const destination of destinations) {
    for (const kind of LEGACY) {
      if (destination.streams.has(`legacy:${kind}`) && legacyAdds(kind, all))
        choose(destination, `legacy:${kind}`);
    }
  }
  return new Map([...chosen].map(([destination, of]) => [destination, { chosen: of, all }] as const));
}

/** Whether lines of a legacy category tell anything that no table of its own tells. */
function legacyAdds(kind: LegacyCategory, all: ReadonlySet<Stream>): boolean {
  const holds: readonly OwnTable[] = kind === "dns" ? ["dns"] : [kind, "threatIntelligence", "idps"];
  return holds.some((each) => !all.has(`own:${each}`));
}

function streamsOf(firewall: string, chosen: ReadonlySet<Stream>, all: ReadonlySet<Stream>): FirewallStreams {
  const legacy = LEGACY.filter((kind) => chosen.has(`legacy:${kind}`));
  return {
    firewall,
    own: OWN.filter((kind) => chosen.has(`own:${kind}`)),
    legacy,
    except: legacy.length === 0 ? [] : OWN.filter((kind) => all.has(`own:${kind}`)),
  };
}

/** `allLogs` fills whichever form the setting is for; both would be the same rows twice. */
function allOf(tables: "resourceSpecific" | "legacy"): Stream[] {
  return tables === "legacy"
    ? LEGACY.map((kind) => `legacy:${kind}` as const)
    : OWN.map((kind) => `own:${kind}` as const);
}

/** A category says itself which form it has. */
function streamOf(category: string): Stream[] {
  const name = category.toLowerCase();
  const own = OWN.find((kind) => OWN_TABLES[kind].toLowerCase() === name);
  if (own !== undefined) return [`own:${own}`];
  const legacy = LEGACY.find((kind) => LEGACY_CATEGORIES[kind].toLowerCase() === name);
  return legacy === undefined ? [] : [`legacy:${legacy}`];
}
