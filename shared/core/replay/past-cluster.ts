import type { Cluster, PoolMember } from "../egress/topology.ts";
import type { Series } from "../series/sample-block.ts";
import { MINUTE_MS } from "../time.ts";
import { HeardNodes } from "./heard-nodes.ts";
import { KEPT_MINUTES } from "./kept.ts";

/** A discovery runs every 15 minutes: a node is heard before it is found. */
const FOUND_WITHIN_MS = KEPT_MINUTES * MINUTE_MS;

/**
 * A cluster as it was: its devices as the last discovery saw them, its nodes as the samples of the time tell them. What only that
 * discovery knows (problems of reading, the configuration beside what was measured) is no part of it.
 */
export class PastCluster {
  readonly #today: Cluster;
  readonly #members: ReadonlyMap<string | null, PoolMember>;
  readonly #firstFoundMs: number;
  readonly #heard = new HeardNodes();
  #known: Cluster | undefined;
  /** The minute at which an address passes to a node of another name; `Infinity`: none does. */
  #passesMs = Number.POSITIVE_INFINITY;

  constructor(today: Cluster) {
    const members = today.loadBalancer?.members ?? [];
    this.#today = { ...today, problems: [], loadBalancerProfile: null, powerState: "running" };
    this.#members = new Map(members.map((member) => [member.backendIp, member]));
    this.#firstFoundMs = members.reduce(
      (min, { firstSeenMs }) => Math.min(min, firstSeenMs),
      Number.POSITIVE_INFINITY,
    );
  }

  /** A series that had a value in the minute. */
  hear({ metric, labels: { backendIp } }: Series, minuteMs: number): void {
    if (backendIp === undefined || (metric !== "usedPorts" && metric !== "allocatedPorts")) return;
    if (this.#heard.hear(backendIp, minuteMs)) this.#known = undefined;
  }

  /** The cluster at a minute that was heard; the same object while nothing changed. */
  at(minuteMs: number): Cluster {
    if (this.#heard.forgetGone(minuteMs) || minuteMs >= this.#passesMs) this.#known = undefined;
    this.#known ??= this.#describe(minuteMs);
    return this.#known;
  }

  #describe(minuteMs: number): Cluster {
    this.#passesMs = Number.POSITIVE_INFINITY;
    const { loadBalancer } = this.#today;
    if (loadBalancer === null) return { ...this.#today, discoveredAtMs: minuteMs };
    return {
      ...this.#today,
      discoveredAtMs: minuteMs,
      // Who leaves is told by silence, as in a recording.
      loadBalancer: {
        ...loadBalancer,
        members: this.#heard.names.map((backendIp) => this.#memberAt(backendIp, minuteMs)),
        membersResolved: false,
      },
    };
  }

  #memberAt(backendIp: string, minuteMs: number): PoolMember {
    const member = this.#members.get(backendIp);
    // Nodes of the first discovery are of any age.
    if (member !== undefined && member.firstSeenMs === this.#firstFoundMs)
      return { ...member, firstSeenMs: 0 };
    const foundMs = (member?.firstSeenMs ?? Number.POSITIVE_INFINITY) - FOUND_WITHIN_MS;
    if (member !== undefined && minuteMs >= foundMs) return member;
    this.#passesMs = Math.min(this.#passesMs, foundMs);
    const firstSeenMs = this.#heard.sinceMs(backendIp) ?? minuteMs;
    return { key: backendIp, backendIp, node: null, pool: null, firstSeenMs };
  }
}
