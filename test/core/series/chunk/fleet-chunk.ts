import type { Chunk, ChunkSeries } from "#core/series/chunk/chunk.ts";

/** A stream of numbers 0..1 that is the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface FleetShape {
  readonly seed: number;
  readonly nodes: number;
  readonly steps: number;
  /** Samples that an average is of; 1: whole numbers. A few minutes have one more. */
  readonly samples: number;
  /** Share of minutes without values. */
  readonly gaps: number;
}

/** A cluster as the product stores it: ports used and allocated, connections that follow the ports, failures now and then. */
export function fleetChunk({ seed, nodes, steps, samples, gaps }: FleetShape): Chunk {
  const random = seeded(seed);
  const noise = () => random() + random() + random() + random() - 2;
  const series: ChunkSeries[] = [];
  for (let node = 0; node < nodes; node += 1) {
    const level = 40 + 400 * random();
    const rate = 0.3 + 2 * random();
    const missing = Array.from({ length: steps }, () => random() < gaps);
    let wander = 0;
    const used = Array.from({ length: steps }, () => {
      wander = 0.9 * wander + noise() * 8;
      const count = random() < 0.05 ? samples + 1 : samples;
      return Math.max(0, Math.round((level + wander + noise() * 3) * count)) / count;
    });
    const columns: readonly [string, string | null, string | null, readonly number[]][] = [
      ["allocatedPorts", "20.50.60.70", "tcp", used.map((_, step) => (step < steps * 0.7 ? 1_024 : 512))],
      ["usedPorts", "20.50.60.70", "tcp", used],
      ["usedPorts", "20.50.60.70", "udp", used.map(() => Math.max(0, Math.round(9 + 2 * noise())))],
      ["failedConnections", null, null, used.map(() => (random() < 0.01 ? Math.ceil(5 * random()) : 0))],
      [
        "succeededConnections",
        null,
        null,
        used.map((ports) => Math.round(ports * rate + Math.sqrt(ports * rate) * noise())),
      ],
      ["pendingConnections", null, null, used.map(() => 0)],
    ];
    for (const [metric, frontendIp, protocol, values] of columns) {
      series.push({
        name: [
          metric,
          frontendIp,
          `10.224.${node >> 8}.${4 + (node % 250)}`,
          protocol,
          null,
          null,
          null,
          null,
        ],
        values: Float64Array.from(values, (value, step) => (missing[step] ? Number.NaN : value)),
      });
    }
  }
  return { startMs: Date.UTC(2026, 10, 18), stepMs: 60_000, steps, series };
}
