import fc from "fast-check";
import {
  createBlock,
  ensureSeries,
  type MetricName,
  type SampleBlock,
  type SeriesLabels,
} from "#core/series/sample-block.ts";
import { DAY_MS } from "#core/time.ts";

export const DAY_START_MS = Date.UTC(2026, 9, 24);

/** How the values of a series are drawn, minute by minute. */
const KINDS = ["zero", "constant", "integers", "decimals", "doubles", "steps", "minusZero"] as const;
type Kind = (typeof KINDS)[number];

/** Which minutes have no value. */
const GAPS = ["none", "few", "half", "most", "hours", "all", "everyFifthOnly"] as const;
type Gaps = (typeof GAPS)[number];

interface DrawnSeries {
  readonly metric: MetricName;
  readonly labels: SeriesLabels;
  readonly kind: Kind;
  readonly gaps: Gaps;
  readonly seed: number;
}

const A_DEVICE = "/subscriptions/1/natgateways/a";
const B_DEVICE = "/subscriptions/1/natgateways/b";

const protocol = fc.constantFrom("tcp", "udp");
const backendIp = fc.constantFrom("10.0.0.4", "10.0.0.5", "10.0.0.10");
const frontendIp = fc.constantFrom("1.1.1.1", "1.1.1.2");
const resourceId = fc.constantFrom(A_DEVICE, B_DEVICE);

const labelled: fc.Arbitrary<Pick<DrawnSeries, "metric" | "labels">> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      metric: fc.constantFrom("usedPorts", "allocatedPorts"),
      labels: fc.record({ frontendIp, backendIp, protocol }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      metric: fc.constantFrom("failedConnections", "succeededConnections", "pendingConnections"),
      labels: fc.record({ frontendIp, backendIp }),
    }),
  },
  fc.record({
    metric: fc.constantFrom("natConnections", "natFailedConnections", "natAttemptedConnections"),
    labels: fc.record({ resourceId, protocol }),
  }),
  fc.record({
    metric: fc.constantFrom("natPacketDrops", "natDatapath", "firewallDenials"),
    labels: fc.record({ resourceId }),
  }),
  fc.record({
    metric: fc.constantFrom("firewallSnatUtilization", "firewallHealth"),
    labels: fc.record({ resourceId, reason: fc.constantFrom("SNAT port utilization", "other") }),
  }),
);

const drawnSeries: fc.Arbitrary<DrawnSeries> = fc
  .tuple(labelled, fc.constantFrom(...KINDS), fc.constantFrom(...GAPS), fc.nat())
  .map(([named, kind, gaps, seed]) => ({ ...named, kind, gaps, seed }));

/** Nodes with all of their port series, as Azure sends them: where most ratios are. */
const portPairs: fc.Arbitrary<DrawnSeries[]> = fc
  .record({
    labels: fc.record({ frontendIp, backendIp, protocol }),
    used: fc.constantFrom<Kind>("integers", "decimals", "doubles", "zero"),
    allocated: fc.constantFrom<Kind>("constant", "constant", "steps", "zero"),
    gaps: fc.constantFrom(...GAPS),
    allocatedGaps: fc.constantFrom<Gaps>("none", "none", "few", "hours"),
    seed: fc.nat(),
  })
  .map(({ labels, used, allocated, gaps, allocatedGaps, seed }) => [
    { metric: "usedPorts", labels, kind: used, gaps, seed },
    { metric: "allocatedPorts", labels, kind: allocated, gaps: allocatedGaps, seed: seed + 1 },
  ]);

/** Whole days of one cluster, as they may come: integers, decimals, gaps, several frontends, allocations that change or are missing. */
export const randomDays: fc.Arbitrary<SampleBlock> = fc
  .tuple(
    fc.integer({ min: 1, max: 2 }),
    fc.array(portPairs, { maxLength: 6 }),
    fc.array(drawnSeries, { maxLength: 12 }),
  )
  .map(([days, ports, others]) => {
    const block = createBlock(DAY_START_MS, DAY_START_MS + days * DAY_MS);
    for (const { metric, labels, kind, gaps, seed } of [...ports.flat(), ...others]) {
      const { values } = ensureSeries(block, metric, labels);
      const random = randomNumbers(seed);
      for (let i = 0; i < values.length; i += 1) {
        const value = drawValue(kind, random, i);
        if (!isGap(gaps, random, i)) values[i] = value;
      }
    }
    return block;
  });

function drawValue(kind: Kind, random: () => number, minute: number): number {
  switch (kind) {
    case "zero":
      return 0;
    case "constant":
      return 1000;
    case "integers":
      return Math.floor(random() * 1024);
    case "decimals":
      return Math.round(random() * 100_000) / 100;
    case "doubles":
      return random() * 1000;
    case "steps":
      return minute % 720 < 333 ? 1024 : 2000;
    case "minusZero":
      return random() < 0.5 ? 0 : -0;
  }
}

function isGap(gaps: Gaps, random: () => number, minute: number): boolean {
  switch (gaps) {
    case "none":
      return false;
    case "few":
      return random() < 0.02;
    case "half":
      return random() < 0.5;
    case "most":
      return random() < 0.99;
    case "hours":
      return Math.floor(minute / 60) % 3 === 1;
    case "all":
      return true;
    case "everyFifthOnly":
      return minute % 5 !== 0;
  }
}

/** Numbers from 0 to 1 (xorshift). */
function randomNumbers(seed: number): () => number {
  let state = (seed ^ 0x9e3779b9) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
