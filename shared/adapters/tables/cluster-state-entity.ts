import { type ClusterState, newClusterState } from "#core/collection/cluster-state.ts";
import { type OlderShape, readShapes } from "#core/snat/older-shapes.ts";
import type { NodeShape } from "#core/snat/shapes.ts";
import { MINUTE_MS } from "#core/time.ts";
import type { ClusterSummary } from "#ports/cluster-state-store.ts";
import { fromParts, partNames, toParts } from "./binary-parts.ts";
import { packJson, packText, unpackJson } from "./packed-json.ts";
import { applyPatch, type Drift, driftFurther, NO_DRIFT, patchOf, type StatePatch } from "./state-drift.ts";
import type { Properties } from "./step.ts";
import type { StoredEntity } from "./table.ts";
import { type PackedVerdict, packVerdict, unpackVerdict } from "./verdict-rows.ts";

// One entity for one cluster: `status` for a person who looks with Storage Explorer, the summary packed as `s0`, `s1`, ...
// so that a list reads nothing else, the whole state packed as `b0`, `b1`, ..., and as `f0`, `f1`, ... what has changed since the
// whole was written. Alerts of a thousand nodes do not fit a text property, packed they do.

const WHOLE = "b";
const PATCH = "f";
const SUMMARY = "s";

/** A patch is written each minute, and packed only where it is long: compression costs more than the bytes that it saves. */
const COMPRESS_PATCH_FROM_BYTES = 8 * 1024;
/** A patch as long as this part of its whole is better told by a new whole. */
const LONGEST_PATCH = 0.5;

type PackedState = Omit<ClusterState, "verdict" | "shapes"> & {
  readonly verdict: PackedVerdict | null;
  readonly shapes?: readonly (NodeShape | OlderShape)[];
};

/** What a list of summaries has to bring. */
export const SUMMARY_PROPERTIES: readonly string[] = partNames(SUMMARY);

/** A state and what is known of the entity that holds it. */
export interface HeldState {
  readonly state: ClusterState;
  readonly drift: Drift;
  /** Of the whole as JSON. */
  readonly wholeChars: number;
  /** Names of the properties that hold it. */
  readonly names: ReadonlySet<string>;
}

/** How a state is to be written. */
export interface StateWrite {
  readonly properties: Properties;
  /** True if the properties go beside those that are there; false if they take the place of all. */
  readonly merges: boolean;
  /** What the entity holds then. */
  readonly held: HeldState;
}

/**
 * A state as properties: what has changed, where the rest is there already. Without a verdict there is no summary.
 *
 * @param known what the entity holds that these properties are written over; `undefined` where nobody knows
 */
export function writeState(state: ClusterState, known: HeldState | undefined): StateWrite {
  const summary = summaryOf(state);
  const properties = {
    clusterKey: state.clusterKey,
    status: summary?.status ?? "",
    ...(summary && toParts(SUMMARY, packJson(summary))),
  };
  return (known && writePatch(state, properties, known)) ?? writeWhole(state, properties);
}

function writeWhole(state: ClusterState, summary: Properties): StateWrite {
  const json = JSON.stringify({ ...state, verdict: state.verdict && packVerdict(state.verdict) });
  const properties = { ...summary, ...toParts(WHOLE, packText(json)) };
  const names = new Set(Object.keys(properties));
  return { properties, merges: false, held: { state, drift: NO_DRIFT, wholeChars: json.length, names } };
}

/** @returns `undefined` where the whole has to be written, or is not much longer */
function writePatch(state: ClusterState, summary: Properties, known: HeldState): StateWrite | undefined {
  const drift = driftFurther(known.drift, known.state, state);
  if (drift === undefined || state.verdict === null) return undefined;
  const json = JSON.stringify(patchOf(state, state.verdict, drift));
  if (json.length > known.wholeChars * LONGEST_PATCH) return undefined;
  const properties = { ...summary, ...toParts(PATCH, packText(json, COMPRESS_PATCH_FROM_BYTES)) };
  // A part that is not written over would stay, and be read as the end of those that are.
  for (const name of known.names) if (!name.startsWith(WHOLE) && !(name in properties)) return undefined;
  const news = Object.keys(properties).filter((name) => !known.names.has(name));
  const names = news.length === 0 ? known.names : new Set([...known.names, ...news]);
  return { properties, merges: true, held: { ...known, state, drift, names } };
}

/** The stored state; `undefined` if it cannot be read. Parts that an older version did not know are as in a new state. */
export function decodeState(entity: StoredEntity): ClusterState | undefined {
  const whole = decodePart(entity, WHOLE, (stored: PackedState) => ({
    ...newClusterState(stored.clusterKey),
    ...stored,
    shapes: readShapes(stored.shapes ?? []),
    verdict: stored.verdict ? unpackVerdict(stored.verdict) : null,
  }));
  // Where the patch cannot be read, the whole is the state of some minutes ago: those are judged once more.
  return whole && (decodePart(entity, PATCH, (patch: StatePatch) => applyPatch(whole, patch)) ?? whole);
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
