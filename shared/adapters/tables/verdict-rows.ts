import type { NodeReading, Verdict } from "#core/verdict/verdict.ts";

// A verdict is mostly lists of objects with the same properties: one for each node, frontend and protocol, and one for each
// check. Stored they are lists of values: the names, repeated in each, would be half of a state, and to write states is a
// tenth of a collection cycle (test/bench). The compiler sees to it that nothing is forgotten on the way back.

type Check = Verdict["checks"][number];

export type CheckRow = ReturnType<typeof checkRow>;

/** A verdict with rows for its lists. */
export type PackedVerdict = Omit<Verdict, "checks" | "nodes"> & {
  readonly checks: readonly CheckRow[];
  readonly nodes: readonly ReturnType<typeof nodeRow>[];
};

export function packVerdict(verdict: Verdict): PackedVerdict {
  return { ...verdict, checks: verdict.checks.map(checkRow), nodes: verdict.nodes.map(nodeRow) };
}

/** @throws TypeError if these are no rows */
export function unpackVerdict(packed: PackedVerdict): Verdict {
  return { ...packed, checks: packed.checks.map(checkOf), nodes: packed.nodes.map(nodeOf) };
}

function nodeRow(node: NodeReading) {
  return [
    node.backendIp,
    node.name,
    node.frontendIp,
    node.protocol,
    node.usedPorts,
    node.allocatedPorts,
    node.usedRatio,
    node.failedConnections,
    node.exhaustionInSeconds,
  ] as const;
}

function nodeOf([
  backendIp,
  name,
  frontendIp,
  protocol,
  usedPorts,
  allocatedPorts,
  usedRatio,
  failedConnections,
  exhaustionInSeconds,
]: ReturnType<typeof nodeRow>): NodeReading {
  return {
    backendIp,
    name,
    frontendIp,
    protocol,
    usedPorts,
    allocatedPorts,
    usedRatio,
    failedConnections,
    exhaustionInSeconds,
  };
}

export function checkRow(check: Check) {
  return [
    check.id,
    check.outcome,
    check.summary,
    check.findings,
    check.untold,
    check.evidence,
    check.remedy,
    check.explainedBy,
    check.sinceMs,
  ] as const;
}

export function checkOf([
  id,
  outcome,
  summary,
  findings,
  untold,
  evidence,
  remedy,
  explainedBy,
  sinceMs,
]: CheckRow): Check {
  return { id, outcome, summary, findings, untold, evidence, remedy, explainedBy, sinceMs };
}
