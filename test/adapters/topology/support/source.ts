import { createDiagnosticsSource } from "#adapters/metrics/diagnostic-settings.ts";
import { createTopologySource, type TopologySourceOptions } from "#adapters/topology/topology-source.ts";
import type { Cluster } from "#core/egress/topology.ts";
import type { Discovery } from "#ports/topology-source.ts";
import { SUB } from "./arm-shapes.ts";
import type { FakeArm } from "./fake-arm.ts";

export const NOW = Date.UTC(2026, 10, 21, 12);

const credential = {
  getToken: async () => ({ token: "token", expiresOnTimestamp: Number.MAX_SAFE_INTEGER }),
};

/** Diagnostic settings as that Resource Manager tells them. */
export function diagnosticsOf(arm: FakeArm) {
  return createDiagnosticsSource({
    credential,
    cloud: "public",
    clock: { nowMs: () => NOW },
    httpClient: arm,
    sleep: async () => {},
  });
}

export function source(arm: FakeArm, options: Partial<TopologySourceOptions> = {}) {
  return createTopologySource({
    credential,
    cloud: "public",
    subscriptionIds: [SUB],
    httpClient: arm,
    diagnostics: diagnosticsOf(arm),
    retryDelayMs: 1,
    ...options,
  });
}

export function discoverWith(
  arm: FakeArm,
  options: Partial<TopologySourceOptions> = {},
  previous: readonly Cluster[] = [],
  nowMs = NOW,
): Promise<Discovery> {
  const known = new Map(previous.map((cluster) => [cluster.ref.key, cluster]));
  return source(arm, options).discover(known, nowMs, new AbortController().signal);
}

/** The only cluster that a discovery finds. */
export async function onlyCluster(
  arm: FakeArm,
  options: Partial<TopologySourceOptions> = {},
  previous: readonly Cluster[] = [],
  nowMs = NOW,
): Promise<Cluster> {
  const [found, ...others] = (await discoverWith(arm, options, previous, nowMs)).clusters;
  if (found === undefined || others.length > 0) throw new Error("expected one cluster");
  return found;
}
