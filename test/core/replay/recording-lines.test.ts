import { expect, test } from "vitest";
import { recordingLines } from "#core/replay/recording-lines.ts";
import { createBlock, ensureSeries } from "#core/series/sample-block.ts";
import { MINUTE_MS } from "#core/time.ts";
import { T0 } from "../../support/builders.ts";

const { NaN: none } = Number;

test("has a row for each node, frontend and protocol; connections stand in a node's first", () => {
  const block = createBlock(T0, T0 + 2 * MINUTE_MS);
  const first = { backendIp: "10.0.0.4", frontendIp: "20.0.0.1", protocol: "tcp" } as const;
  const second = { ...first, protocol: "udp" } as const;
  ensureSeries(block, "usedPorts", first).values.set([5, none]);
  ensureSeries(block, "allocatedPorts", first).values.set([1024, none]);
  ensureSeries(block, "usedPorts", second).values.set([none, 7]);
  ensureSeries(block, "failedConnections", { backendIp: "10.0.0.4" }).values.set([1, none]);
  ensureSeries(block, "succeededConnections", { backendIp: "10.0.0.4" }).values.set([9, 4]);
  // Only connections, and of them only what failed.
  ensureSeries(block, "failedConnections", { backendIp: "10.0.0.9" }).values.set([none, 3]);
  ensureSeries(block, "natConnections", { resourceId: "/gw" }).values.set([1, 1]);

  const nodes = new Map([["10.0.0.4", "n,1"]]);
  expect([...recordingLines(block, nodes, "shop")].join("")).toBe(
    `2026-03-02T10:00:00Z,shop,"n,1",20.0.0.1,tcp,5,1024,1,10
2026-03-02T10:01:00Z,shop,10.0.0.9,,tcp,,,3,
2026-03-02T10:01:00Z,shop,"n,1",20.0.0.1,tcp,,,,4
2026-03-02T10:01:00Z,shop,"n,1",20.0.0.1,udp,7,,,
`,
  );
});
