import { formatCount, formatPercent } from "../format.ts";
import type { NodePorts } from "../snat/node-ports.ts";
import type { Facts } from "./check.ts";
import { nodeLabel } from "./result.ts";

/** `node n1 uses 820 of 1,024 SNAT ports (TCP)`. @param more stands after the protocol */
export function describeUse(facts: Facts, node: NodePorts, more = ""): string {
  const used = formatCount(node.used ?? 0);
  const allocated = formatCount(node.allocated ?? 0);
  return `${nodeLabel(facts, node.backendIp)} uses ${used} of ${allocated} SNAT ports (${node.protocol.toUpperCase()}${more})`;
}

/** What is usual at this hour, to end a sentence with; empty where it plays no part. */
export function describeUsual(usual: number | null): string {
  return usual === null ? "" : `; its usual peak at this hour is ${formatPercent(usual)}`;
}
