import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { WorldCluster } from "./world.ts";

/** The parts of `fleet-gen.mjs` that are used. */
interface FleetGen {
  genFleet(options: Readonly<Record<string, unknown>>): Iterable<FleetCluster>;
}

interface FleetCluster {
  readonly cluster: number;
  readonly minutes: number;
  readonly startMinute: number;
  readonly nodes: readonly {
    readonly node: number;
    readonly allocated: Uint16Array;
    readonly usedTcp: Uint16Array;
    readonly usedUdp: Uint16Array;
    readonly failed: Uint32Array;
    readonly success: Uint32Array;
    readonly events: readonly { readonly start: number; readonly end: number; readonly kind: string }[];
  }[];
}

const SLOW: ReadonlySet<string> = new Set(["leak", "ramp", "peak"]);

/** The generator of the baselines. @throws Error where it is not at that place */
export async function loadFleetGen(folder: string): Promise<FleetGen> {
  const path = resolve(join(folder, "fleet-gen.mjs"));
  if (!existsSync(path)) {
    throw new Error(
      `no fleet-gen at ${path}: expected its folder as --fleet-gen DIR or in SNATWATCH_FLEET_GEN; --world flows needs none`,
    );
  }
  return import(pathToFileURL(path).href);
}

export interface WorldSize {
  readonly seed: number;
  readonly clusters: number;
  readonly nodes: number;
  readonly days: number;
  /** How often things happen; `detect` without it. */
  readonly profile?: "normal" | "detect";
}

export function* fleetWorld(gen: FleetGen, size: WorldSize): Generator<WorldCluster> {
  for (const { cluster, minutes, startMinute, nodes } of gen.genFleet({ profile: "detect", ...size })) {
    yield {
      name: `c${cluster}`,
      startMinute,
      minutes,
      nodes: nodes.map(({ node, allocated, usedTcp, usedUdp, failed, success, events }) => ({
        name: `n${node}`,
        frontends: [{ ip: "20.0.0.1", used: usedTcp, allocated }],
        used: usedTcp,
        allocated,
        usedUdp,
        failed,
        succeeded: success,
        events: events.map(({ start, end, kind }) => ({ start, end, slow: SLOW.has(kind) })),
      })),
    };
  }
}
