import type { ClusterState } from "#core/collection/cluster-state.ts";
import { sameValue } from "#core/same-value.ts";
import type { NodeReading, Verdict } from "#core/verdict/verdict.ts";
import { type CheckRow, checkOf, checkRow } from "./verdict-rows.ts";

// From one minute to the next little of a state changes: the instants, the figures of the nodes and of a few checks. So most
// minutes write only that, beside the whole that was written some time before. To pack the whole each minute was an eighth of
// a collection cycle (test/bench).

/** Every part but the verdict, which is looked at more closely. */
type Fields = Omit<ClusterState, "clusterKey" | "verdict">;

/** Parts of a state that are no longer as they were when it was written whole. */
export interface Drift {
  readonly fields: ReadonlySet<keyof Fields>;
  /** Places of checks in the verdict. */
  readonly checks: ReadonlySet<number>;
}

export const NO_DRIFT: Drift = { fields: new Set(), checks: new Set() };

/** What a state says instead of its whole. */
export interface StatePatch {
  readonly fields: Partial<Fields>;
  readonly verdict: Omit<Verdict, "checks" | "nodes">;
  readonly checks: readonly (readonly [place: number, row: CheckRow])[];
  /** One list for each figure, with the nodes in the order of the whole. */
  readonly nodes: { readonly [figure in Figure]: readonly NodeReading[figure][] };
}

type Figure = "usedPorts" | "allocatedPorts" | "usedRatio" | "failedConnections" | "exhaustionInSeconds";

/**
 * The drift after one more save.
 *
 * @param before as it was saved last, with that drift
 * @returns `undefined` if only the whole can tell what is new: another set of nodes or of checks, a first verdict
 */
export function driftFurther(drift: Drift, before: ClusterState, after: ClusterState): Drift | undefined {
  if (before.verdict === null || after.verdict === null) return undefined;
  if (!sameNodes(before.verdict.nodes, after.verdict.nodes)) return undefined;
  if (!sameChecks(before.verdict.checks, after.verdict.checks)) return undefined;
  const fields = fieldsOf(after).filter(
    (key) => !drift.fields.has(key) && !sameValue(before[key], after[key]),
  );
  const checks: number[] = [];
  for (const [place, check] of after.verdict.checks.entries()) {
    if (!drift.checks.has(place) && !sameValue(before.verdict.checks[place], check)) checks.push(place);
  }
  if (fields.length + checks.length === 0) return drift;
  return {
    fields: new Set([...drift.fields, ...fields]),
    checks: new Set([...drift.checks, ...checks]),
  };
}

function sameChecks(before: Verdict["checks"], after: Verdict["checks"]): boolean {
  return before.length === after.length && before.every(({ id }, place) => id === after[place]?.id);
}

function sameNodes(before: readonly NodeReading[], after: readonly NodeReading[]): boolean {
  return (
    before.length === after.length &&
    before.every((node, place) => {
      const other = after[place];
      return (
        node.backendIp === other?.backendIp &&
        node.name === other.name &&
        node.frontendIp === other.frontendIp &&
        node.protocol === other.protocol
      );
    })
  );
}

function fieldsOf(state: ClusterState): (keyof Fields)[] {
  const fields: (keyof Fields)[] = [];
  for (const key in state) if (isField(key, state)) fields.push(key);
  return fields;
}

function isField(key: string, state: ClusterState): key is keyof Fields {
  return key in state && key !== "clusterKey" && key !== "verdict";
}

function pick<T extends object>(from: T, keys: Iterable<keyof T>): Partial<T> {
  const some: Partial<T> = {};
  for (const key of keys) some[key] = from[key];
  return some;
}

/** What has drifted, as the state has it. */
export function patchOf(state: ClusterState, verdict: Verdict, drift: Drift): StatePatch {
  const { checks, nodes, ...head } = verdict;
  return {
    fields: pick<Fields>(state, drift.fields),
    verdict: head,
    checks: checks.flatMap((check, place) => (drift.checks.has(place) ? [[place, checkRow(check)]] : [])),
    nodes: {
      usedPorts: nodes.map((node) => node.usedPorts),
      allocatedPorts: nodes.map((node) => node.allocatedPorts),
      usedRatio: nodes.map((node) => node.usedRatio),
      failedConnections: nodes.map((node) => node.failedConnections),
      exhaustionInSeconds: nodes.map((node) => node.exhaustionInSeconds),
    },
  };
}

/**
 * The state that was saved.
 *
 * @param whole the state beside which the patch lies
 * @throws TypeError if the patch is none of it
 */
export function applyPatch(
  whole: ClusterState,
  { fields, verdict, checks, nodes }: StatePatch,
): ClusterState {
  if (whole.verdict === null) throw new TypeError("a patch of a state without a verdict");
  const allChecks = [...whole.verdict.checks];
  for (const [place, row] of checks) allChecks[place] = checkOf(row);
  const allNodes = whole.verdict.nodes.map((node, place) => ({
    ...node,
    usedPorts: nodes.usedPorts[place] ?? null,
    allocatedPorts: nodes.allocatedPorts[place] ?? null,
    usedRatio: nodes.usedRatio[place] ?? null,
    failedConnections: nodes.failedConnections[place] ?? null,
    exhaustionInSeconds: nodes.exhaustionInSeconds[place] ?? null,
  }));
  return { ...whole, ...fields, verdict: { ...verdict, checks: allChecks, nodes: allNodes } };
}
