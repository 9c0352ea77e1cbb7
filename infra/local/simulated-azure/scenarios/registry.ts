// Every scenario by name, with one line on what to expect.

import type { Scenario } from "../world/spec.ts";
import { allocationDrift, allocationTier, idleOutboundIps, upgradeSurge } from "./allocation.ts";
import {
  baselineA,
  baselineB,
  baselineC,
  baselineD,
  baselineE,
  baselineF,
  baselineG,
  baselineH,
  baselineI,
  baselineJ,
} from "./baselines.ts";
import { demo } from "./demo.ts";
import {
  deniedLegacyLogs,
  deniedRequiredEndpoint,
  deniedRising,
  denyBurst,
  denyIcmp,
  denyNoDiagnostics,
  denyOldWorkspace,
  denyPartialAnswer,
  denyWorkspaceForbidden,
} from "./denials.ts";
import { drainingNodes, exhaustedNode, skewedNode, tcpFull, topTruncation } from "./exhaustion.ts";
import { failuresWithoutPorts, singleFailedSyn } from "./failures.ts";
import { firewallSnat, natConnections, natDatapath, natDestinationWall, natGateway } from "./gateways.ts";
import { empty, healthy, noSubscriptions, twoFrontendsHealthy } from "./healthy.ts";
import { large } from "./large.ts";
import { dataFreshness, endpointsUnreadable, loadBalancerDatapath, nodePressure } from "./nodes.ts";
import { allPaths } from "./paths.ts";
import {
  absentMetrics,
  lateMetrics,
  oddClusters,
  partialSubscription,
  stopped,
  throttled,
} from "./platform.ts";
import { snatFailures, snatForecast, snatPorts, snatSkew } from "./ports.ts";
import {
  asymmetricRouting,
  defaultRouteDead,
  defaultRouteMissing,
  firewallBehindNat,
  pathMismatch,
  routeKinds,
  unreadableNetwork,
} from "./routes.ts";
import { nsgBlocksInternet, nsgBlocksPort } from "./security.ts";

const SCENARIOS: readonly Scenario[] = [
  demo,
  healthy,
  empty,
  noSubscriptions,
  allPaths,
  // What each check is to find.
  snatPorts,
  snatFailures,
  snatForecast,
  snatSkew,
  allocationTier,
  upgradeSurge,
  allocationDrift,
  idleOutboundIps,
  pathMismatch,
  natConnections,
  natDestinationWall,
  natDatapath,
  firewallSnat,
  defaultRouteMissing,
  defaultRouteDead,
  asymmetricRouting,
  nsgBlocksInternet,
  nsgBlocksPort,
  loadBalancerDatapath,
  nodePressure,
  dataFreshness,
  deniedRequiredEndpoint,
  deniedLegacyLogs,
  deniedRising,
  denyBurst,
  denyNoDiagnostics,
  denyWorkspaceForbidden,
  denyOldWorkspace,
  denyPartialAnswer,
  denyIcmp,
  // The cases every detector is held against.
  baselineA,
  baselineB,
  baselineC,
  baselineD,
  baselineE,
  baselineF,
  baselineG,
  baselineH,
  baselineI,
  baselineJ,
  // What is easy to get wrong.
  exhaustedNode,
  twoFrontendsHealthy,
  tcpFull,
  skewedNode,
  drainingNodes,
  topTruncation,
  singleFailedSyn,
  failuresWithoutPorts,
  natGateway,
  firewallBehindNat,
  routeKinds,
  unreadableNetwork,
  endpointsUnreadable,
  lateMetrics,
  absentMetrics,
  throttled,
  partialSubscription,
  stopped,
  oddClusters,
  large,
];

/** The names and what a monitor should make of each. */
export function scenarioList(): Pick<Scenario, "name" | "description">[] {
  return SCENARIOS.map(({ name, description }) => ({ name, description }));
}

/** Finds a scenario. @throws RangeError naming those there are */
export function findScenario(name: string): Scenario {
  const found = SCENARIOS.find((scenario) => scenario.name === name);
  if (found) return found;
  throw new RangeError(`scenario must be one of ${SCENARIOS.map((item) => item.name).join(", ")}: ${name}`);
}
