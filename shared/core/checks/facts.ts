import { followCourses, NO_COURSES, type NodeCourses } from "../snat/node-courses.ts";
import { goneFrontends, leavingBackends, nodeNames, nodePortsAt } from "../snat/node-ports.ts";
import type { Facts } from "./check.ts";

/** How far back the checks look; what a caller must at least hand over as samples. */
export const FACTS_WINDOW_MS = 15 * 60_000;

type DerivedFacts = "ports" | "leaving" | "names" | "courses";

/**
 * Puts together what the checks of one cluster and minute look at.
 *
 * @param courses of the minute before; without them they begin with the samples
 */
export function buildFacts(input: Omit<Facts, DerivedFacts>, courses: NodeCourses = NO_COURSES): Facts {
  const { minuteMs, cluster, samples, limits } = input;
  const gone = goneFrontends(cluster, samples, minuteMs);
  const all = nodePortsAt(samples, minuteMs, limits.staleAfterMs, gone);
  const leaving = leavingBackends(cluster, [...new Set(all.map((node) => node.backendIp))], minuteMs);
  const ports = all.filter((node) => !leaving.has(node.backendIp));
  return {
    ...input,
    ports,
    courses: followCourses(courses, samples, ports, minuteMs),
    leaving,
    names: nodeNames(cluster),
  };
}
