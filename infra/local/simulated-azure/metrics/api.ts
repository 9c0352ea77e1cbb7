// The two ways to ask for metrics: many resources of one region (getBatch), or one.

import { flatError, resourceNotFound, wrappedError } from "../http/errors.ts";
import { json, type Reply, rawJson } from "../http/reply.ts";
import type { World } from "../world/model.ts";
import { momentsFrom } from "../world/moment.ts";
import { type PickedMetric, pick, type Seeing, writeMetrics } from "./answer.ts";
import { definitionsOf } from "./definitions.ts";
import { batchTimes, checkIds, lowerCaseKeys, rawQuery, readIds, required, timespan } from "./parameters.ts";
import { BadQuery, type MetricsQuery, readQuery } from "./query.ts";
import type { MetricSource } from "./source.ts";
import type { SourceIndex } from "./sources.ts";

/** An answer with more points than this would not fit in one string here; Azure has a limit of its own. */
const MAX_POINTS = 4_000_000;

const HOUR_MS = 3_600_000;

export interface MetricsRequest {
  readonly query: URLSearchParams;
  readonly nowMs: number;
}

export interface MetricsWorld {
  readonly world: World;
  readonly sources: SourceIndex;
  readonly seriesLimit: number;
}

/** What an answer was made of, for the statistics. */
export interface Volume {
  resources: number;
  series: number;
  points: number;
}

/** Answers `POST /subscriptions/{id}/metrics:getBatch` of a region. */
export function answerBatch(
  at: MetricsWorld,
  region: string,
  subscriptionId: string,
  body: string,
  request: MetricsRequest,
  volume: Volume,
): Reply {
  try {
    const ids = readIds(body);
    const query = lowerCaseKeys(request.query);
    const namespace = required(query, "metricnamespace");
    checkIds(ids, subscriptionId, namespace);
    const read = readQuery(rawQuery(query, namespace, query.get("filter"), batchTimes(query, request.nowMs)));
    const sources = ids.map((id) => sourceOf(at, id, region, namespace));
    return rawJson(200, writeBatch(at, sources, ids, read, query, request, volume));
  } catch (error) {
    if (error instanceof BadQuery) return wrappedError(400, "BadRequest", error.message);
    throw error;
  }
}

/** A resource the platform has never heard of has no series; one of another region spoils the batch. */
function sourceOf(at: MetricsWorld, id: string, region: string, namespace: string): MetricSource {
  const source = at.sources.find(id);
  if (source === undefined) {
    const [, , subscriptionId = ""] = id.split("/");
    const none = { seed: 0, lateBursts: false, series: () => [] };
    return { id, namespace, subscriptionId, location: region, ...none };
  }
  if (source.location !== region.toLowerCase()) {
    throw new BadQuery(`All resources must be in region ${region}: ${id} is in ${source.location}`);
  }
  return source;
}

function writeBatch(
  at: MetricsWorld,
  sources: readonly MetricSource[],
  ids: readonly string[],
  query: MetricsQuery,
  params: URLSearchParams,
  request: MetricsRequest,
  volume: Volume,
): string {
  const picked = pickAll(at, sources, query, volume);
  const start = JSON.stringify(params.get("starttime") ?? new Date(request.nowMs - HOUR_MS).toISOString());
  const end = JSON.stringify(params.get("endtime") ?? new Date(request.nowMs).toISOString());
  const values = sources.map((source, index) => {
    const id = ids[index] ?? source.id;
    const value = writeMetrics(source, id, picked[index] ?? [], query, seeing(at, request));
    const tail = JSON.stringify({
      namespace: source.namespace.toLowerCase(),
      resourceregion: source.location,
      resourceid: id,
    });
    return `{"starttime":${start},"endtime":${end},"interval":"${query.grid.interval}","value":${value},${tail.slice(1)}`;
  });
  return `{"values":[${values.join(",")}]}`;
}

/** Picks and counts before anything is worked out: a refusal must be cheap. */
function pickAll(
  at: MetricsWorld,
  sources: readonly MetricSource[],
  query: MetricsQuery,
  volume: Volume,
): PickedMetric[][] {
  const { firstMinute, minutes, heads } = query.grid;
  const [first] = sources;
  const moments = momentsFrom(at.world.seed.anchorMinute, first?.location ?? "", firstMinute, minutes);
  const picked = sources.map((source) => pick(source, query, moments));
  const series = picked.flat().reduce((sum, { groups }) => sum + groups.length, 0);
  if (series > at.seriesLimit) {
    throw new BadQuery(
      `Query is expected to return ${series} time series, which exceeds the limit of ${at.seriesLimit}. Narrow the filter, or ask for fewer resources.`,
    );
  }
  if (series * heads.length > MAX_POINTS) {
    throw new BadQuery(`Query is expected to return ${series * heads.length} points. Shorten the time span.`);
  }
  volume.resources += sources.length;
  volume.series += series;
  volume.points += series * heads.length;
  return picked;
}

/** Answers `GET {resource}/providers/Microsoft.Insights/metrics`. */
export function answerSingle(
  at: MetricsWorld,
  resourceId: string,
  request: MetricsRequest,
  volume: Volume,
): Reply {
  const source = at.sources.find(resourceId);
  if (source === undefined) {
    const [provider = "", type = "", name = ""] = resourceId.split("/").slice(-3);
    return resourceNotFound(
      `${provider}/${type}`,
      name,
      /\/resourcegroups\/([^/]+)/i.exec(resourceId)?.[1] ?? "",
    );
  }
  try {
    const query = lowerCaseKeys(request.query);
    const namespace = query.get("metricnamespace") ?? source.namespace;
    const times = timespan(query.get("timespan"), request.nowMs);
    const read = readQuery(rawQuery(query, namespace, query.get("$filter"), times));
    const picked = pickAll(at, [source], read, volume);
    const value = writeMetrics(source, resourceId, picked[0] ?? [], read, seeing(at, request));
    const iso = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
    const head = {
      cost: 0,
      timespan: `${iso(times.startMs)}/${iso(times.endMs)}`,
      interval: read.grid.interval,
    };
    const tail = { namespace: source.namespace, resourceregion: source.location };
    return rawJson(
      200,
      `${JSON.stringify(head).slice(0, -1)},"value":${value},${JSON.stringify(tail).slice(1)}`,
    );
  } catch (error) {
    if (error instanceof BadQuery) return flatError(400, "BadRequest", error.message);
    throw error;
  }
}

/** Answers `GET {resource}/providers/Microsoft.Insights/metricDefinitions`. */
export function answerDefinitions(at: MetricsWorld, resourceId: string): Reply {
  const source = at.sources.find(resourceId);
  const definitions = source && definitionsOf(source.namespace);
  if (source === undefined || definitions === undefined) return json(200, { value: [] });
  return json(200, {
    value: definitions.map((definition) => ({
      id: `${resourceId}/providers/microsoft.insights/metricdefinitions/${definition.name}`,
      resourceId,
      namespace: source.namespace,
      name: { value: definition.name, localizedValue: definition.displayName },
      displayDescription: definition.description,
      isDimensionRequired: false,
      unit: definition.unit,
      primaryAggregationType: definition.primary.replace(/^./, (letter) => letter.toUpperCase()),
      metricAvailabilities: [{ timeGrain: "PT1M", retention: "P93D" }],
      dimensions: definition.dimensions.map((value) => ({ value, localizedValue: value })),
    })),
  });
}

function seeing({ world }: MetricsWorld, { nowMs }: MetricsRequest): Seeing {
  return { nowMs, extraLateMinutes: world.plan.extraLateMinutes ?? 0 };
}
