// Every scenario by name, with one line on what to expect.

import type { Scenario } from "../world/spec.ts";
import { demo } from "./demo.ts";
import { drainingNodes, exhaustedNode, skewedNode, tcpFull, tierEdge, topTruncation } from "./exhaustion.ts";
import {
  datapathDown,
  failuresWithoutPorts,
  probeDown,
  probeLocalPolicy,
  singleFailedSyn,
} from "./failures.ts";
import { firewall, natGateway } from "./gateways.ts";
import { empty, healthy, noSubscriptions, twoFrontendsHealthy } from "./healthy.ts";
import { large } from "./large.ts";
import {
  absentMetrics,
  lateMetrics,
  oddClusters,
  partialSubscription,
  stopped,
  throttled,
} from "./platform.ts";

const SCENARIOS: readonly Scenario[] = [
  demo,
  healthy,
  empty,
  noSubscriptions,
  exhaustedNode,
  twoFrontendsHealthy,
  tierEdge,
  tcpFull,
  skewedNode,
  drainingNodes,
  topTruncation,
  singleFailedSyn,
  failuresWithoutPorts,
  datapathDown,
  probeLocalPolicy,
  probeDown,
  lateMetrics,
  absentMetrics,
  throttled,
  partialSubscription,
  stopped,
  oddClusters,
  natGateway,
  firewall,
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
