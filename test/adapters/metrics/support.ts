import { createMetricsSource, type MetricsSourceOptions } from "#adapters/metrics/metrics-source.ts";
import {
  type MetricName,
  type SampleBlock,
  type SeriesLabels,
  seriesKey,
} from "#core/series/sample-block.ts";
import type { MetricsAnswer, MetricsRequest, MetricsTarget } from "#ports/metrics-source.ts";
import {
  credential,
  type FakeAnswer,
  fakeHttpClient,
  fakeTime,
  type SeenRequest,
  silentLogger,
} from "../azure/support.ts";
import { batchAnswer, type RawSeries, rawMetric } from "./answers.ts";
import { HEALTHY_DEVICES } from "./device-answers.ts";

export const FROM_MS = Date.parse("2026-11-21T10:00:00Z");
const MINUTES = 4;
export const TO_MS = FROM_MS + MINUTES * 60_000;
export const SUBSCRIPTION = "11111111-2222-3333-4444-555555555555";

export function lbId(name: string): string {
  return `/subscriptions/${SUBSCRIPTION}/resourceGroups/MC_${name}/providers/Microsoft.Network/loadBalancers/kubernetes`;
}

export function target(name: string, changes: Partial<MetricsTarget> = {}): MetricsTarget {
  return { clusterKey: name, resourceId: lbId(name), nodes: 2, frontends: 1, probedPorts: 1, ...changes };
}

export function requestFor(
  targets: readonly MetricsTarget[],
  changes: Partial<MetricsRequest> = {},
): MetricsRequest {
  return {
    subscriptionId: SUBSCRIPTION,
    region: "westeurope",
    targets,
    fromMs: FROM_MS,
    toMs: TO_MS,
    ...changes,
  };
}

/** What was asked, whichever API was asked. */
export interface Question {
  readonly via: "batch" | "resource";
  readonly namespace: string;
  readonly metrics: readonly string[];
  readonly aggregation: string | null;
  readonly filter: string | null;
  readonly host: string;
  readonly ids: readonly string[];
  readonly top: number;
  readonly fromMs: number;
  readonly toMs: number;
}

function questionOf({ url, body }: SeenRequest): Question {
  const query = url.searchParams;
  const metrics = (query.get("metricnames") ?? "").split(",");
  const top = Number(query.get("top"));
  const span = query.get("timespan")?.split("/") ?? [query.get("starttime"), query.get("endtime")];
  const [fromMs = Number.NaN, toMs = Number.NaN] = span.map((text) => Date.parse(text ?? ""));
  const asked = {
    namespace: query.get("metricnamespace") ?? "",
    metrics,
    aggregation: query.get("aggregation"),
    filter: query.get("filter") ?? query.get("$filter"),
    host: url.host,
    top,
    fromMs,
    toMs,
  };
  if (url.pathname.endsWith("metrics:getBatch")) return { via: "batch", ...asked, ids: idsOf(body) };
  const id = url.pathname.replace(/\/providers\/Microsoft\.Insights\/metrics$/i, "");
  return { via: "resource", ...asked, ids: [id] };
}

function idsOf(body: unknown): string[] {
  if (typeof body !== "object" || body === null || !("resourceids" in body)) return [];
  return Array.isArray(body.resourceids) ? body.resourceids.map(String) : [];
}

type Respond = (
  question: Question,
  count: number,
) => FakeAnswer | undefined | Promise<FakeAnswer | undefined>;

/** A source whose Azure answers as a healthy one, except where `respond` says otherwise. */
export function sourceWith(respond: Respond = () => undefined, options: Partial<MetricsSourceOptions> = {}) {
  const time = fakeTime();
  const http = fakeHttpClient(async (seen, count) => {
    const question = questionOf(seen);
    return (await respond(question, count)) ?? { body: healthy(question) };
  });
  const source = createMetricsSource({
    credential,
    cloud: "public",
    logger: silentLogger,
    httpClient: http,
    ...time,
    ...options,
  });
  return { source, http, time, questions: () => http.seen.map(questionOf) };
}

/** Reads one span of some targets. */
export async function readAll(
  respond: Respond,
  targets: readonly MetricsTarget[] = [target("a")],
  options: Partial<MetricsSourceOptions> = {},
): Promise<Map<string, MetricsAnswer>> {
  return sourceWith(respond, options).source.read(requestFor(targets), new AbortController().signal);
}

export async function readOne(
  respond: Respond,
  changes: Partial<MetricsTarget> = {},
): Promise<MetricsAnswer> {
  const answers = await readAll(respond, [target("a", changes)]);
  const answer = answers.get("a");
  if (answer === undefined) throw new Error("no answer");
  return answer;
}

export function reasons(answer: MetricsAnswer | undefined): string[] {
  return (answer?.problems ?? []).map(({ source, reason }) => `${source}:${reason}`);
}

/** Values of a series with `null` for "no value"; `undefined` where there is no such series. */
export function valuesOf(block: SampleBlock, metric: MetricName, labels: SeriesLabels) {
  const series = block.series.get(seriesKey(metric, labels));
  return series && [...series.values].map((value) => (Number.isNaN(value) ? null : value));
}

export function answerOf(question: Question, metricsOf: (id: string) => readonly unknown[]): unknown {
  if (question.via === "resource") return { interval: "PT1M", value: metricsOf(question.ids[0] ?? "") };
  return batchAnswer(question.ids.map((id) => ({ id, metrics: metricsOf(id) })));
}

/** One answer with these series for one metric, and healthy ones for what else was asked. */
export function withSeries(name: string, series: readonly RawSeries[]) {
  return (question: Question): FakeAnswer | undefined => {
    if (!question.metrics.includes(name)) return undefined;
    return {
      body: answerOf(question, () =>
        question.metrics.map((metric) =>
          metric === name ? metricOf(metric, series) : healthyMetric(metric),
        ),
      ),
    };
  };
}

function healthy(question: Question): unknown {
  return answerOf(question, () => question.metrics.map(healthyMetric));
}

export function healthyMetric(name: string) {
  return metricOf(name, HEALTHY[name] ?? []);
}

export function metricOf(name: string, series: readonly RawSeries[]) {
  const aggregation = /Count$/.test(name) ? "total" : "average";
  return rawMetric({ name, series, fromMs: FROM_MS, aggregation });
}

function ports(values: readonly number[]): RawSeries[] {
  return ["10.0.0.4", "10.0.0.5"].map((backendipaddress) => ({
    dimensions: { frontendipaddress: "20.1.1.1", backendipaddress, protocoltype: "TCP" },
    values,
  }));
}

const HEALTHY: Readonly<Record<string, readonly RawSeries[]>> = {
  ...HEALTHY_DEVICES,
  UsedSnatPorts: ports([10, 11.5, 12, 13]),
  AllocatedSnatPorts: ports([1024, 1024, 1024, 1024]),
  SnatConnectionCount: [
    { dimensions: { backendipaddress: "10.0.0.4", connectionstate: "Successful" }, values: [5, 6, 7, 8] },
  ],
  VipAvailability: [{ dimensions: { frontendipaddress: "20.1.1.1" }, values: [100, 100, 50, 99.5] }],
  DipAvailability: [
    { dimensions: { backendipaddress: "10.0.0.4", backendport: "30080" }, values: [100, 0, 25, 100] },
  ],
};
