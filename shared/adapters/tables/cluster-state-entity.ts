import { type ClusterState, newClusterState } from "#core/collection/cluster-state.ts";
import { type OlderShape, readShapes } from "#core/snat/older-shapes.ts";
import type { NodeShape } from "#core/snat/shapes.ts";
import { MINUTE_MS } from "#core/time.ts";
import type { ClusterSummary } from "#ports/cluster-state-store.ts";
import { fromParts, partNames, toParts } from "./binary-parts.ts";
import { packJson, unpackJson } from "./packed-json.ts";
import type { Properties } from "./step.ts";
import type { StoredEntity } from "./table.ts";
import { type PackedVerdict, packVerdict, unpackVerdict } from "./verdict-rows.ts";

// One entity for one cluster: `status` for a person who looks with Storage Explorer, the summary packed as `s0`, `s1`, ...
// so that a list reads nothing else, the whole state packed as `b0`, `b1`, ... Alerts of a thousand nodes do not fit a
// text property, packed they do.

const STATE = "b";
const SUMMARY = "s";

type PackedState = Omit<ClusterState, "verdict" | "shapes"> & {
  readonly verdict: PackedVerdict | null;
  readonly shapes?: readonly (NodeShape | OlderShape)[];
};

/** What a list of summaries has to bring. */
export const SUMMARY_PROPERTIES: readonly string[] = partNames(SUMMARY);

/** A state as properties. Without a verdict there is no summary. */
export function encodeState(state: ClusterState): Properties {
  const summary = summaryOf(state);
  return {
    status: summary?.status ?? "",
    ...(summary && toParts(SUMMARY, packJson(summary))),
    ...toParts(STATE, packJson({ ...state, verdict: state.verdict && packVerdict(state.verdict) })),
  };
}

/** The stored state; `undefined` if it cannot be read. Parts that an older version did not know are as in a new state. */
export function decodeState(entity: StoredEntity): ClusterState | undefined {
  return decodePart(entity, STATE, (stored: PackedState) => ({
    ...newClusterState(stored.clusterKey),
    ...stored,
    shapes: readShapes(stored.shapes ?? []),
    verdict: stored.verdict ? unpackVerdict(stored.verdict) : null,
  }));
}

/** The stored summary; `undefined` without a verdict, or if it cannot be read. */
export function decodeSummary(entity: StoredEntity): ClusterSummary | undefined {
  return decodePart(entity, SUMMARY, (stored: ClusterSummary) => stored);
}

function decodePart<S, T>(entity: StoredEntity, name: string, toValue: (stored: S) => T): T | undefined {
  const bytes = fromParts(name, entity.properties);
  if (bytes === undefined) return undefined;
  try {
    return toValue(unpackJson<S>(bytes));
  } catch {
    return undefined;
  }
}

function summaryOf(state: ClusterState): ClusterSummary | undefined {
  const { verdict } = state;
  if (verdict === null) return undefined;
  return {
    clusterKey: state.clusterKey,
    status: verdict.status,
    headline: verdict.headline,
    evaluatedAtMs: verdict.evaluatedAtMs,
    dataThroughMs: state.dataThroughMs,
    throughMs: state.throughMs,
    worstUsedRatio: verdict.worstUsedRatio,
    exhaustionInSeconds: verdict.exhaustionInSeconds,
    alerts: state.alerts,
    incident: state.incident,
    backfillMinutes: state.backfill.reduce((sum, range) => sum + (range.toMs - range.fromMs) / MINUTE_MS, 0),
    throttled: state.problems.some(({ reason }) => reason === "throttled"),
  };
}
