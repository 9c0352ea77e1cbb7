import { goneFrontends, leavingBackends, nodeNames, nodePortsAt } from "../snat/node-ports.ts";
import type { Facts } from "./check.ts";

/** How far back the checks look; what a caller must at least hand over as samples. */
export const FACTS_WINDOW_MS = 15 * 60_000;

type DerivedFacts = "ports" | "leaving" | "names";

/** Puts together what the checks of one cluster and minute look at. */
export function buildFacts(input: Omit<Facts, DerivedFacts>): Facts {
  const { minuteMs, cluster, samples, limits } = input;
  const gone = goneFrontends(cluster, samples, minuteMs);
  const all = nodePortsAt(samples, minuteMs, limits.staleAfterMs, gone);
  const leaving = leavingBackends(cluster, [...new Set(all.map((node) => node.backendIp))], minuteMs);
  return {
    ...input,
    ports: all.filter((node) => !leaving.has(node.backendIp)),
    leaving,
    names: nodeNames(cluster),
  };
}
