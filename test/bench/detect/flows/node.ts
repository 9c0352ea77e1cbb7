import type { Exhaustion, WorldNode } from "../world.ts";
import type { Random } from "./random.ts";
import { type Story, storiesOf } from "./stories.ts";

/** A port that was closed is lent again only after this, minutes. */
const TIME_WAIT = 4;

/** Exhaustions closer to each other are one. */
const EVENT_GAP = 60;

/** What the nodes of a cluster share. Values by minute. */
export interface ClusterTraffic {
  readonly minutes: number;
  readonly days: number;
  /** Daily and weekly course of the load, 1 on average. */
  readonly load: Float64Array;
  /** Ports of a node over all frontends. */
  readonly allocated: Float64Array;
  readonly frontends: readonly string[];
  /** Minutes in which Azure has no figure of anything. */
  readonly dark: Uint8Array;
}

interface Group {
  readonly holding: number;
  flows: number;
}

/** One node, minute by minute: flows arrive, hold a port each, end, and leave it in TIME_WAIT; what finds no port fails. */
export function makeNode(random: Random, name: string, traffic: ClusterTraffic, share: number): WorldNode {
  const { minutes, days, load, allocated } = traffic;
  const usual = allocated[0] ?? 1_024;
  const stories = storiesOf(random, days);
  const groups = new Map<Story | string, Group>([
    ["fast", { holding: 2, flows: 0 }],
    ["slow", { holding: 12, flows: 0 }],
  ]);
  const waiting = new Float64Array(minutes + TIME_WAIT + 1);
  const used = new Float64Array(minutes);
  const failed = new Float64Array(minutes);
  const succeeded = new Float64Array(minutes);
  const causes: (Story | null)[] = [];
  /** The last minute in which the node came, or lost part of its allocation. */
  let changedAt = Number.NEGATIVE_INFINITY;
  const suddenly = new Uint8Array(minutes);
  let inWait = 0;
  let wobble = 0;
  let before = 0;
  let present = !random.chance(0.1);
  for (let at = 0; at < minutes; at += 1) {
    if (random.chance(present ? 0.00008 : 0.002)) {
      // Scaled in, or a new node that inherits the address: it starts with nothing.
      present = !present;
      for (const group of groups.values()) group.flows = 0;
      waiting.fill(0);
      inWait = 0;
      before = 0;
      changedAt = at;
    }
    const lent = allocated[at] ?? usual;
    if (lent < (allocated[at - 1] ?? lent)) changedAt = at;
    suddenly[at] = at - changedAt < EVENT_GAP ? 1 : 0;
    wobble = 0.93 * wobble + 0.012 * random.normal();
    const running = stories.filter((story) => at >= story.from && at < story.to);
    let closed = 0;
    let held = 0;
    for (const [key, group] of groups) {
      const ended = typeof key === "object" && at >= key.to && group.holding === Number.POSITIVE_INFINITY;
      const gone = ended ? group.flows : random.poisson(Math.min(group.flows, group.flows / group.holding));
      group.flows = Math.max(0, group.flows - gone);
      closed += gone;
      held += group.flows;
    }
    inWait += closed - (waiting[at] ?? 0);
    waiting[at + TIME_WAIT] = (waiting[at + TIME_WAIT] ?? 0) + closed;
    const base = usual * share * (load[at] ?? 1) * Math.max(0, 1 + wobble);
    const wanted: [Story | string, number, number][] = [
      ["fast", random.poisson((base * 0.6) / (2 + TIME_WAIT)), 2],
      ["slow", random.poisson((base * 0.4) / (12 + TIME_WAIT)), 12],
      ...running.map((story): [Story, number, number] => [
        story,
        random.poisson(usual * story.arrivals(at)),
        story.holding,
      ]),
    ];
    let free = Math.max(0, Math.floor(lent - held - inWait));
    let strongest: Story | null = null;
    let most = 0;
    for (const [key, arrivals, holding] of present ? wanted : []) {
      const served = Math.min(free, arrivals);
      free -= served;
      failed[at] = (failed[at] ?? 0) + arrivals - served;
      succeeded[at] = (succeeded[at] ?? 0) + served;
      const group = groups.get(key) ?? { holding, flows: 0 };
      group.flows += served;
      held += served;
      groups.set(key, group);
      if (typeof key === "object" && group.flows > most) {
        most = group.flows;
        strongest = key;
      }
    }
    causes.push(strongest);
    const now = Math.min(lent, held + Math.max(0, inWait));
    // Azure's figure is the average of samples within the minute.
    used[at] = present ? Math.round(((before + 2 * now) / 3) * 100) / 100 : Number.NaN;
    before = now;
    if (!present || traffic.dark[at] === 1 || random.chance(0.004)) {
      used[at] = Number.NaN;
    }
  }
  const events = eventsOf(failed, causes, suddenly);
  for (let at = 0; at < minutes; at += 1) {
    // A connection that fails for another reason than ports is no event.
    if (random.chance(0.0004)) failed[at] = (failed[at] ?? 0) + 1;
    if (!Number.isNaN(used[at] ?? 0)) continue;
    failed[at] = Number.NaN;
    succeeded[at] = Number.NaN;
  }
  const usedUdp = used.map((value) => (Number.isNaN(value) ? value : random.poisson(6)));
  return { name, frontends: spread(used, traffic), used, allocated, usedUdp, failed, succeeded, events };
}

/** @param suddenly minutes in the hour after the node came or its allocation was cut: nothing builds up in less */
function eventsOf(
  failed: Float64Array,
  causes: readonly (Story | null)[],
  suddenly: Uint8Array,
): Exhaustion[] {
  const events: { start: number; end: number; slow: boolean }[] = [];
  for (let at = 0; at < failed.length; at += 1) {
    if ((failed[at] ?? 0) <= 0) continue;
    const last = events.at(-1);
    if (last !== undefined && at - last.end <= EVENT_GAP) last.end = at;
    // A peak of the day is slow, too.
    else events.push({ start: at, end: at, slow: suddenly[at] === 0 && (causes[at]?.slow ?? true) });
  }
  return events;
}

/** A load balancer uses its addresses up one after the other. */
function spread(used: Float64Array, { frontends, allocated }: ClusterTraffic): WorldNode["frontends"] {
  const each = allocated.map((lent) => lent / frontends.length);
  return frontends.map((ip, index) => ({
    ip,
    used: used.map((value, at) => Math.max(0, Math.min(each[at] ?? 0, value - index * (each[at] ?? 0)))),
    allocated: each,
  }));
}
