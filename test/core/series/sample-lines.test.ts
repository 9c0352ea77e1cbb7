import fc from "fast-check";
import { expect, test } from "vitest";
import { createBlock, ensureSeries, METRIC_NAMES, type SampleBlock } from "#core/series/sample-block.ts";
import { SAMPLE_CSV_HEADER, sampleCsv, sampleNdjson } from "#core/series/sample-lines.ts";
import { MINUTE_MS } from "#core/time.ts";
import { T0 } from "../../support/builders.ts";

const NODES = new Map([["10.0.0.4", "aks-pool1-1-vmss000000"]]);

function sample(): SampleBlock {
  const block = createBlock(T0, T0 + 3 * MINUTE_MS);
  const backend = { frontendIp: "20.0.0.1", backendIp: "10.0.0.4", protocol: "tcp" } as const;
  ensureSeries(block, "usedPorts", backend).values.set([0.1 + 0.2, Number.NaN, 0]);
  const health = ensureSeries(block, "firewallHealth", { resourceId: "/fw", reason: 'SNAT, "full"' });
  health.values.set([Number.NaN, Number.NaN, 5e-324]);
  return block;
}

test("CSV has a line for each sample, oldest first, and names nodes that are known", () => {
  expect([SAMPLE_CSV_HEADER, ...sampleCsv(sample(), NODES)].join("")).toBe(
    `time,metric,frontendIp,backendIp,node,protocol,port,resourceId,reason,value
2026-03-02T10:00:00Z,usedPorts,20.0.0.1,10.0.0.4,aks-pool1-1-vmss000000,tcp,,,,0.30000000000000004
2026-03-02T10:02:00Z,firewallHealth,,,,,,/fw,"SNAT, ""full""",5e-324
2026-03-02T10:02:00Z,usedPorts,20.0.0.1,10.0.0.4,aks-pool1-1-vmss000000,tcp,,,,0
`,
  );
});

test("JSON lines have the same fields", () => {
  const lines = [...sampleNdjson(sample(), new Map())].join("").trim().split("\n");
  expect(lines.map((line) => JSON.parse(line))[1]).toEqual({
    time: "2026-03-02T10:02:00Z",
    metric: "firewallHealth",
    frontendIp: null,
    backendIp: null,
    node: null,
    protocol: null,
    port: null,
    resourceId: "/fw",
    reason: 'SNAT, "full"',
    value: 5e-324,
  });
  expect(Object.keys(JSON.parse(lines[0] ?? ""))).toEqual(SAMPLE_CSV_HEADER.trim().split(","));
});

test("every number comes back bit for bit, and no sample is missing", () => {
  const value = fc.oneof(fc.double({ noDefaultInfinity: true }), fc.constantFrom(-0, 0, Number.NaN));
  const series = fc.record({
    metric: fc.constantFrom(...METRIC_NAMES),
    labels: fc.record({ backendIp: fc.string(), reason: fc.string({ unit: "grapheme" }) }),
    values: fc.array(value, { minLength: 4, maxLength: 4 }),
  });
  fc.assert(
    fc.property(fc.array(series, { maxLength: 6 }), (all) => {
      const block = createBlock(T0, T0 + 4 * MINUTE_MS);
      for (const { metric, labels, values } of all) ensureSeries(block, metric, labels).values.set(values);

      const back = createBlock(T0, T0 + 4 * MINUTE_MS);
      for (const text of sampleNdjson(block, new Map())) {
        for (const line of text.trim().split("\n")) {
          const { time, metric, backendIp, reason, value: read } = JSON.parse(line);
          const { values } = ensureSeries(back, metric, { backendIp, reason });
          values[(Date.parse(time) - T0) / MINUTE_MS] = read;
        }
      }

      for (const [key, { values }] of block.series) {
        const read = back.series.get(key)?.values ?? new Float64Array(4).fill(Number.NaN);
        for (const [at, wanted] of values.entries()) expect(Object.is(read[at], wanted)).toBe(true);
      }
    }),
  );
});
