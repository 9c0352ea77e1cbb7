// When a firewall refuses or allows something, and from where. A pure function of seed and minute.

import type { FirewallModel, World } from "../world/model.ts";
import { momentsFrom } from "../world/moment.ts";
import { mix, unit } from "../world/random.ts";
import type { Span } from "./kql/span.ts";
import type { DenialSpec } from "./spec.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;

/** What a workspace keeps. */
export const RETENTION_DAYS = 30;

/** Rows of a minute arrive together, this long after its end. */
const LEAST_LAG_MINUTES = 3;
const LAG_SPREAD_MINUTES = 2;

export interface Traffic extends DenialSpec {
  readonly action: "Allow" | "Deny";
}

/** Traffic of one kind with its own source of chance. */
export interface Stream {
  readonly traffic: Traffic;
  readonly seed: number;
  /** The same for all that one resource sends: its rows arrive together. */
  readonly lagSeed: number;
  readonly location: string;
  readonly sources: readonly string[];
}

/** Takes one event; false: no more are wanted. */
type EventSink = (timeMs: number, ingestedMs: number, draw: number) => boolean;

/** Everything that passes a firewall and is logged: what it refuses, and a little of what it allows. */
export function streamsOf(world: World, firewall: FirewallModel): Stream[] {
  const sources = sourcesOf(world, firewall);
  const { denials = [], location } = firewall.spec;
  const refused = denials.map((denial): Traffic => ({ ...denial, action: "Deny" }));
  return [...ALLOWED, ...refused].map((traffic, index) => ({
    traffic,
    seed: mix(firewall.seed, index + 1),
    lagSeed: firewall.seed,
    location,
    sources,
  }));
}

const RULES = { policy: "fp-hub", group: "DefaultGroup", collection: "aks", rule: "allow-aks" };

const ALLOWED: readonly Traffic[] = [
  {
    ...RULES,
    action: "Allow",
    kind: "application",
    destination: "login.microsoftonline.com",
    port: 443,
    protocol: "HTTPS",
    perMinute: () => 3,
  },
  {
    ...RULES,
    action: "Allow",
    kind: "network",
    destination: "20.31.0.123",
    port: 123,
    protocol: "UDP",
    perMinute: () => 2,
  },
];

/** Nodes whose subnet sends its traffic here; a firewall nobody is routed to still sees someone. */
function sourcesOf({ clusters }: World, { spec }: FirewallModel): readonly string[] {
  const found = clusters.flatMap(({ network, nodes }) => {
    const tables = network.routeTables.filter(({ defaultRoute }) =>
      defaultRoute?.addresses.includes(spec.privateAddress),
    );
    const ids = new Set(tables.map(({ id }) => id));
    return nodes.filter(({ pool }) => ids.has(pool.subnet.routeTableId ?? "")).map(({ address }) => address);
  });
  return found.length > 0 ? found : ["10.99.0.4"];
}

/** Hands out the events of a span that have arrived. @returns false if the sink had enough */
export function scanStream(
  stream: Stream,
  span: Span,
  world: World,
  nowMs: number,
  sink: EventSink,
): boolean {
  const { traffic, seed, lagSeed, location } = stream;
  const extra = world.plan.extraLateMinutes ?? 0;
  const first = Math.floor(Math.max(span.fromMs, nowMs - RETENTION_DAYS * DAY_MS) / MINUTE_MS);
  const last = Math.floor(Math.min(span.toMs, nowMs) / MINUTE_MS);
  for (let minute = first; minute <= last; minute += 1) {
    const ingestedMs = arrival(lagSeed, minute, extra);
    if (ingestedMs > nowMs) continue;
    const [moment] = momentsFrom(world.seed.anchorMinute, location, minute, 1);
    const count = moment === undefined ? 0 : whole(traffic.perMinute(moment), unit(seed, minute));
    const place = mix(seed ^ 0x10c, minute);
    for (let at = 0; at < count; at += 1) {
      const timeMs = minute * MINUTE_MS + Math.floor(((at + 0.5) * MINUTE_MS) / count);
      if (timeMs < span.fromMs || timeMs > span.toMs) continue;
      if (!sink(timeMs, ingestedMs, mix(place, at))) return false;
    }
  }
  return true;
}

/** When a minute is in the workspace. */
function arrival(seed: number, minute: number, extraMinutes: number): number {
  const lag = LEAST_LAG_MINUTES + LAG_SPREAD_MINUTES * unit(seed ^ 0x1a9, minute) + extraMinutes;
  return Math.floor((minute + 1 + lag) * MINUTE_MS);
}

/** A count from a rate: the fraction is a chance. */
function whole(rate: number, chance: number): number {
  return Math.max(0, Math.floor(rate) + (chance < rate - Math.floor(rate) ? 1 : 0));
}
