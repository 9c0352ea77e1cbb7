import type { RawSeries } from "./answers.ts";

/** One series over everything. */
function whole(...values: number[]): RawSeries[] {
  return [{ dimensions: {}, values }];
}

/** What a NAT gateway, a firewall and a scale set of two machines say, by metric; names of dimensions as Azure sends them. */
export const HEALTHY_DEVICES: Readonly<Record<string, readonly RawSeries[]>> = {
  SNATConnectionCount: [
    { dimensions: { protocol: "6", connectionstate: "Attempted" }, values: [50, 60, 70, 80] },
    { dimensions: { protocol: "6", connectionstate: "Failed" }, values: [null, 2, null, null] },
    { dimensions: { protocol: "17", connectionstate: "Attempted" }, values: [5, null, 7, 8] },
  ],
  TotalConnectionCount: [
    { dimensions: { protocol: "6" }, values: [900, 910, 920, 930] },
    { dimensions: { protocol: "17" }, values: [9, 9, 9, 9] },
  ],
  PacketDropCount: whole(0, 0, 3, 0),
  PacketCount: whole(1000, 1100, 1200, 1300),
  ByteCount: whole(5e6, 5e6, 5e6, 5e6),
  DatapathAvailability: whole(100, 100, 0, 75),
  SNATPortUtilization: [
    { dimensions: { protocol: "TCP" }, values: [12, 50, null, 96] },
    { dimensions: { protocol: "UDP" }, values: [1, 1, 1, 1] },
  ],
  FirewallHealth: [
    { dimensions: { status: "Healthy", reason: "" }, values: [100, 100, 100, null] },
    { dimensions: { status: "Degraded", reason: "SNAT port" }, values: [null, null, 50, 50] },
  ],
  Throughput: whole(4e8, 5e8, 4e8, 4e8),
  FirewallLatencyPng: whole(1.2, 0, 1.4, 1.3),
  "Percentage CPU": machines([25, 50, null, 100], [10, 10, 10, 10]),
  "Available Memory Bytes": machines([4e9, 3e9, 2e9, 1e9], [8e9, 8e9, 8e9, 8e9]),
  "OS Disk Queue Depth": machines([0, 0.5, 12, 1], [0, 0, 0, 0]),
  "OS Disk IOPS Consumed Percentage": machines([10, 20, 95, 40], [1, 1, 1, 1]),
};

function machines(third: readonly (number | null)[], fortieth: readonly number[]): RawSeries[] {
  return [
    { dimensions: { vmname: "aks-pool-123-vmss_3" }, values: third },
    { dimensions: { vmname: "aks-pool-123-vmss_40" }, values: fortieth },
  ];
}
