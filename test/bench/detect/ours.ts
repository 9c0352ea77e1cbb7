import type { CheckLimits } from "#core/checks/limits.ts";
import { Replay } from "#core/replay/replay.ts";
import type { ReplayRow } from "#core/replay/row.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "#core/time.ts";
import type { Detector, Levels, WorldCluster } from "./world.ts";

/** The defaults of the settings. */
const LIMITS: CheckLimits = {
  warnRatio: 0.75,
  failRatio: 0.9,
  failedRatio: 0.05,
  skewFactor: 3,
  staleAfterMs: 5 * MINUTE_MS,
  collectLagMs: 3 * MINUTE_MS,
};

const POLICY = {
  limits: LIMITS,
  forMs: 2 * MINUTE_MS,
  keepFiringForMs: 5 * MINUTE_MS,
  repeatIntervalMs: 4 * HOUR_MS,
  resolvedRetentionMs: DAY_MS,
};

/** What is told of exhaustion: uneven load is no promise that ports run out. */
const CHECKS: ReadonlySet<string> = new Set(["snat-ports", "snat-forecast", "snat-failures"]);

/** The checks and the lifecycle of the product, fed row by row. @param checks those that count */
export const ours =
  (checks: ReadonlySet<string> = CHECKS): Detector =>
  (cluster) => {
    const firing = cluster.nodes.map(() => new Map<string, number>());
    const places = new Map(cluster.nodes.map(({ name }, index) => [name, index]));
    const levels = cluster.nodes.map((): Levels => new Uint8Array(cluster.minutes));
    const from = cluster.nodes.map(() => 0);
    const fill = (place: number, to: number) => {
      const level = Math.max(0, ...(firing[place]?.values() ?? []));
      levels[place]?.fill(level, from[place], to);
      from[place] = to;
    };
    const replay = new Replay(POLICY, ({ minuteMs, check, subject, state, severity }) => {
      const place = places.get(subject.node ?? "");
      if (place === undefined || state === "pending" || !checks.has(check)) return;
      fill(place, minuteMs / MINUTE_MS - cluster.startMinute);
      const key = `${check} ${subject.protocol}`;
      if (state === "resolved") firing[place]?.delete(key);
      else firing[place]?.set(key, severity === "critical" ? 2 : 1);
    });
    for (const row of rowsOf(cluster)) replay.add(row);
    replay.end();
    for (const place of places.values()) fill(place, cluster.minutes);
    return levels;
  };

/** The rows of a recording of that cluster: none for what has no value. */
export function* rowsOf(cluster: WorldCluster): Generator<ReplayRow> {
  for (let at = 0; at < cluster.minutes; at += 1) {
    const minuteMs = (cluster.startMinute + at) * MINUTE_MS;
    for (const { name, frontends, usedUdp, failed, succeeded } of cluster.nodes) {
      const failures = failed[at] ?? Number.NaN;
      for (const [index, { ip, used, allocated }] of frontends.entries()) {
        const ports = used[at] ?? Number.NaN;
        if (Number.isNaN(ports)) continue;
        const row = { minuteMs, cluster: cluster.name, node: name, frontendIp: ip };
        const lent = allocated[at] ?? Number.NaN;
        yield {
          ...row,
          protocol: "tcp",
          usedPorts: ports,
          allocatedPorts: lent,
          // Azure counts them once for each node.
          failedConnections: index === 0 ? failures : Number.NaN,
          attemptedConnections: index === 0 ? failures + (succeeded[at] ?? Number.NaN) : Number.NaN,
        };
        if (index > 0 || usedUdp === null) continue;
        yield {
          ...row,
          protocol: "udp",
          usedPorts: usedUdp[at] ?? Number.NaN,
          allocatedPorts: lent,
          failedConnections: Number.NaN,
          attemptedConnections: Number.NaN,
        };
      }
    }
  }
}
