// What chunks cost: `npx node test/bench/chunk-codec.ts [--clusters 10] [--nodes 100] [--days 30] [--fleet-gen DIR]`. Bytes for each sample, and million
// samples a CPU second, of clusters of fleet-gen (seed 1, profile normal), beside zigzag-varint differences under deflate-6.

import { parseArgs } from "node:util";
import { deflateSync } from "node:zlib";
import type { Chunk, ChunkSeries } from "#core/series/chunk/chunk.ts";
import { decodeChunk } from "#core/series/chunk/decode.ts";
import { encodeChunk } from "#core/series/chunk/encode.ts";
import { MINUTE_MS } from "#core/time.ts";
import { loadFleetGen } from "./detect/fleet-world.ts";

const { values: flags } = parseArgs({
  options: {
    clusters: { type: "string", default: "10" },
    nodes: { type: "string", default: "100" },
    days: { type: "string", default: "30" },
    "fleet-gen": { type: "string", default: process.env["SNATWATCH_FLEET_GEN"] ?? "../shared/fleet-gen" },
  },
});
const days = Number(flags.days);
const nodes = Number(flags.nodes);

const gen = await loadFleetGen(flags["fleet-gen"]);
type Cluster = ReturnType<typeof gen.genFleet> extends Iterable<infer One> ? One : never;
type Node = Cluster["nodes"][number];

const COLUMNS = [
  { of: "allocated", metric: "allocatedPorts", protocol: "tcp" },
  { of: "usedTcp", metric: "usedPorts", protocol: "tcp" },
  { of: "usedUdp", metric: "usedPorts", protocol: "udp" },
  { of: "failed", metric: "failedConnections", protocol: null },
  { of: "success", metric: "succeededConnections", protocol: null },
] as const;
type Column = (typeof COLUMNS)[number];
const PORTS = COLUMNS.filter(({ protocol }) => protocol !== null);
const CONNECTIONS = COLUMNS.filter(({ protocol }) => protocol === null);
const DAY = 1_440;
const HOUR = 60;

interface Kind {
  readonly about: string;
  readonly columns: readonly Column[];
  readonly minutes: number;
  readonly nodes: number;
  /** Averages of about twelve samples, and no value in 2 % of each series' minutes. */
  readonly rough?: true;
  /** Only so many of the days, where more would tell no more. */
  readonly days?: number;
}

const kinds: readonly Kind[] = [
  { about: "a day, all in one chunk", columns: COLUMNS, minutes: DAY, nodes },
  { about: "a day, three days of it", columns: COLUMNS, minutes: DAY, nodes, days: 3 },
  { about: "... ports alone", columns: PORTS, minutes: DAY, nodes, days: 3 },
  { about: "... connections alone", columns: CONNECTIONS, minutes: DAY, nodes, days: 3 },
  { about: "... decimals and gaps", columns: COLUMNS, minutes: DAY, nodes, rough: true, days: 3 },
  { about: "... 10 nodes", columns: COLUMNS, minutes: DAY, nodes: 10, days: 3 },
  { about: "an hour", columns: COLUMNS, minutes: HOUR, nodes, days: 1 },
  { about: "an hour, 10 nodes", columns: COLUMNS, minutes: HOUR, nodes: 10, days: 1 },
];
const sums = kinds.map(() => ({
  chunks: 0,
  samples: 0,
  bytes: 0,
  encode: 0,
  decode: 0,
  one: 0,
  floor: 0,
  floorTime: 0,
}));

for (const cluster of gen.genFleet({ seed: 1, clusters: Number(flags.clusters), nodes, days })) {
  for (const [index, kind] of kinds.entries()) {
    const sum = sums[index];
    if (sum === undefined) continue;
    const end = Math.min(days, kind.days ?? days) * DAY;
    for (let minute = 0; minute < end; minute += kind.minutes)
      measure(kind, chunkOf(cluster, kind, minute), sum);
  }
}

console.log(`${flags.clusters} clusters of ${nodes} nodes, ${days} days, Node ${process.version}`);
console.table(
  Object.fromEntries(
    kinds.map(({ about }, index) => {
      const { chunks, samples, bytes, encode, decode, one, floor, floorTime } = sums[index] ?? blank();
      const speed = (seconds: number) => Number((samples / seconds / 1e6).toFixed(1));
      return [
        about,
        {
          "M samples": Number((samples / 1e6).toFixed(1)),
          "bytes a sample": Number((bytes / samples).toFixed(4)),
          "KiB a chunk": Number((bytes / chunks / 1_024).toFixed(1)),
          "encode, M/s": speed(encode),
          "decode, M/s": speed(decode),
          "one node, ms": Number(((1_000 * one) / chunks).toFixed(2)),
          "deflate, bytes": Number((floor / samples).toFixed(4)),
          "deflate, M/s": speed(floorTime),
        },
      ];
    }),
  ),
);

function blank() {
  return { chunks: 0, samples: 0, bytes: 0, encode: 0, decode: 0, one: 0, floor: 0, floorTime: 0 };
}

function measure(kind: Kind, chunk: Chunk, sum: ReturnType<typeof blank>): void {
  const [bytes, encode] = timed(() => encodeChunk(chunk));
  const [back, decode] = timed(() => decodeChunk(bytes));
  const [, one] = timed(() => decodeChunk(bytes, (name) => name[2] === backendIp(0)));
  const [floor, floorTime] = timed(() => deflateSync(plain(chunk), { level: 6 }).length);
  if (!isSame(chunk, back)) throw new Error(`${kind.about}: what came back differs`);
  sum.chunks += 1;
  sum.samples += chunk.steps * chunk.series.length;
  sum.bytes += bytes.length;
  sum.encode += encode;
  sum.decode += decode;
  sum.one += one;
  sum.floor += floor;
  sum.floorTime += floorTime;
}

/** What the work gives, and its CPU seconds. */
function timed<Result>(work: () => Result): [Result, number] {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  return [result, (user + system) / 1e6];
}

function chunkOf({ cluster, startMinute, nodes: all }: Cluster, kind: Kind, minute: number): Chunk {
  const random = noise(cluster * 1_000_003 + minute);
  const series = all.slice(0, kind.nodes).flatMap((node) =>
    kind.columns.map((column): ChunkSeries => {
      const { metric, protocol } = column;
      const frontendIp = protocol === null ? null : "20.50.60.70";
      const values = Float64Array.from(node[column.of].subarray(minute, minute + kind.minutes));
      if (kind.rough) roughen(values, protocol !== null, random);
      return { name: [metric, frontendIp, backendIp(node.node), protocol, null, null, null, null], values };
    }),
  );
  return { startMs: (startMinute + minute) * MINUTE_MS, stepMs: MINUTE_MS, steps: kind.minutes, series };
}

function backendIp(node: Node["node"]): string {
  return `10.224.${node >> 8}.${node & 0xff}`;
}

function roughen(values: Float64Array, isAverage: boolean, random: () => number): void {
  const rests = values.every((value) => value === values[0]);
  for (const [index, value] of values.entries()) {
    if (random() < 0.02) values[index] = Number.NaN;
    else if (isAverage && !rests) {
      const samples = random() < 0.03 ? 11 : 12;
      values[index] = Math.max(0, Math.round(samples * value + 12 * (random() - 0.5))) / samples;
    }
  }
}

/** Numbers 0..1, the same for the same seed. */
function noise(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The usual plain way: each whole number as the zigzag varint of its difference from the one before; decimals and gaps as they are. */
function plain(chunk: Chunk): Uint8Array {
  const bytes: number[] = [];
  for (const { values } of chunk.series) {
    if (!values.every(Number.isInteger)) {
      bytes.push(...new Uint8Array(values.slice().buffer));
      continue;
    }
    let last = 0;
    for (const value of values) {
      let code = value < last ? -2 * (value - last) - 1 : 2 * (value - last);
      for (; code >= 0x80; code = Math.floor(code / 0x80)) bytes.push((code % 0x80) | 0x80);
      bytes.push(code);
      last = value;
    }
  }
  return Uint8Array.from(bytes);
}

function isSame(one: Chunk, other: Chunk): boolean {
  return one.series.every(({ values }, index) => {
    const { values: others } = other.series[index] ?? { values: new Float64Array(0) };
    return values.every((value, step) => Object.is(value, others[step]));
  });
}
