// Reads a metrics request, batch or single, into one form; every refusal is one message.

import { type Aggregation, definitionsOf, type MetricDefinition } from "./definitions.ts";
import { type Condition, FilterError, parseFilter } from "./filter.ts";
import { type Grid, layGrid } from "./grid.ts";

const MAX_METRICS = 20;
const DEFAULT_TOP = 10;
const MAX_TOP = 2_147_483_647;
const AGGREGATIONS: readonly Aggregation[] = ["average", "minimum", "maximum", "total", "count"];

/** What the caller asked for, as text. Absent parameters are undefined. */
export interface RawQuery {
  readonly startMs: number;
  readonly endMs: number;
  readonly namespace: string;
  readonly interval: string | undefined;
  readonly metricNames: string | undefined;
  readonly aggregation: string | undefined;
  readonly filter: string | undefined;
  readonly top: string | undefined;
  readonly orderBy: string | undefined;
  readonly rollUpBy: string | undefined;
  readonly resultType: string | undefined;
  readonly validateDimensions: string | undefined;
}

/** One metric and how its series are picked and named. */
export interface Selection {
  readonly definition: MetricDefinition;
  readonly aggregations: readonly Aggregation[];
  /** For each dimension of the metric: the values let through in lower case, or undefined for all. */
  readonly allowed: readonly (ReadonlySet<string> | undefined)[];
  /** Places of the dimensions that name a series. */
  readonly keys: readonly number[];
}

export interface MetricsQuery {
  readonly grid: Grid;
  readonly selections: readonly Selection[];
  /** Undefined without a filter: `top` does not apply then. */
  readonly top: number | undefined;
  readonly order: { readonly aggregation: Aggregation; readonly descending: boolean } | undefined;
  readonly metadataOnly: boolean;
}

/** A request Azure answers with 400 BadRequest. */
export class BadQuery extends Error {
  override readonly name = "BadQuery";
}

/** Reads a request. @throws BadQuery with the message for the caller */
export function readQuery(raw: RawQuery): MetricsQuery {
  const definitions = definitionsOf(raw.namespace);
  if (definitions === undefined) throw new BadQuery(`Metric namespace '${raw.namespace}' is not supported.`);
  if (!(raw.endMs > raw.startMs)) throw new BadQuery("The start time must be before the end time.");
  const grid = layGrid(raw.startMs, raw.endMs, raw.interval ?? "PT1M");
  if (typeof grid === "string") throw new BadQuery(grid);

  const conditions = readFilter(raw.filter);
  const rolledUp = new Set(split(raw.rollUpBy).map((name) => name.toLowerCase()));
  const lenient = raw.validateDimensions?.toLowerCase() === "false";
  const asked = readAggregations(raw.aggregation);
  const selections = readNames(raw, definitions).map((definition): Selection => {
    const places = conditions.map(({ name }) => placeOf(definition, name));
    if (!lenient && places.includes(-1)) throw new BadQuery(unsupported(definition, conditions));
    return {
      definition,
      aggregations: asked.length > 0 ? asked : [definition.primary],
      allowed: definition.dimensions.map((name) => allowedValues(conditions, name)),
      keys: places.filter((place) => place >= 0 && !rolledUp.has(dimensionName(definition, place))),
    };
  });
  return {
    grid,
    selections,
    top: raw.filter === undefined ? undefined : readTop(raw.top),
    order: readOrder(raw.orderBy),
    metadataOnly: raw.resultType?.toLowerCase() === "metadata",
  };
}

function split(text: string | undefined): string[] {
  return (text ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function placeOf(definition: MetricDefinition, name: string): number {
  return definition.dimensions.findIndex((dimension) => dimension.toLowerCase() === name.toLowerCase());
}

function dimensionName(definition: MetricDefinition, place: number): string {
  return definition.dimensions[place]?.toLowerCase() ?? "";
}

function allowedValues(conditions: readonly Condition[], dimension: string): ReadonlySet<string> | undefined {
  const condition = conditions.find(({ name }) => name.toLowerCase() === dimension.toLowerCase());
  if (condition === undefined || condition.values === "*") return undefined;
  return new Set(condition.values.map((value) => value.toLowerCase()));
}

function unsupported(definition: MetricDefinition, conditions: readonly Condition[]): string {
  const asked = conditions.map(({ name }) => name.toLowerCase()).join(",");
  return `Metric: ${definition.name} does not support requested dimension combination: ${asked}, supported ones are: ${definition.dimensions.join(",")}`;
}

function readNames(raw: RawQuery, definitions: readonly MetricDefinition[]): MetricDefinition[] {
  const names = split(raw.metricNames);
  const [first] = definitions;
  if (names.length === 0) return first ? [first] : [];
  if (names.length > MAX_METRICS) {
    throw new BadQuery(`At most ${MAX_METRICS} metrics can be queried at once: ${names.length}.`);
  }
  return names.map((name) => {
    const found = definitions.find((definition) => definition.name.toLowerCase() === name.toLowerCase());
    if (found) return found;
    const [provider = "", type = ""] = raw.namespace.split("/");
    const valid = definitions.map((definition) => definition.name).join(",");
    throw new BadQuery(
      `Failed to find metric configuration for provider: ${provider}, resource Type: ${type}, metric: ${name}, Valid metrics: ${valid}`,
    );
  });
}

function readFilter(filter: string | undefined): Condition[] {
  if (filter === undefined) return [];
  try {
    return parseFilter(filter);
  } catch (error) {
    if (error instanceof FilterError) throw new BadQuery(error.message, { cause: error });
    throw error;
  }
}

function readAggregations(text: string | undefined): Aggregation[] {
  return split(text).map((name) => readAggregation(name));
}

function readAggregation(name: string): Aggregation {
  const found = AGGREGATIONS.find((aggregation) => aggregation === name.toLowerCase());
  if (found) return found;
  throw new BadQuery(`Invalid aggregation: ${name}, supported ones are: ${AGGREGATIONS.join(",")}`);
}

function readTop(text: string | undefined): number {
  if (text === undefined) return DEFAULT_TOP;
  const top = Number(text);
  if (Number.isInteger(top) && top > 0 && top <= MAX_TOP) return top;
  throw new BadQuery(
    `Invalid value for parameter 'top': ${text}, a whole number from 1 to ${MAX_TOP} is expected.`,
  );
}

function readOrder(text: string | undefined): MetricsQuery["order"] {
  if (text === undefined || text.trim() === "") return undefined;
  const [name = "", direction = "asc"] = text.trim().split(/\s+/);
  return { aggregation: readAggregation(name), descending: direction.toLowerCase() === "desc" };
}
