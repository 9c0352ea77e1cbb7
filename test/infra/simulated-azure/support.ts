// Talks to the simulated Azure as a client would: over HTTP, through the stand-in protocol.

import { onTestFinished } from "vitest";
import {
  type SimulatedAzure,
  type SimulatedAzureOptions,
  startSimulatedAzure,
} from "../../../infra/local/simulated-azure/server.ts";

export const ANCHOR = Date.parse("2026-11-18T10:00:00Z");
export const MINUTE = 60_000;

/** Long enough after the anchor that no minute of a test is late. */
const SETTLED = ANCHOR + 600 * MINUTE;

const LOAD_BALANCERS = "Microsoft.Network/loadBalancers";
export const PER_NODE = "FrontendIPAddress eq '*' and BackendIPAddress eq '*' and ProtocolType eq '*'";

// biome-ignore lint/suspicious/noExplicitAny: Azure's JSON, looked into by tests only
export type Json = any;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
}

export interface Point {
  readonly timeStamp: string;
  readonly average?: number;
  readonly total?: number;
}

export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly Point[];
}

export interface Client {
  readonly azure: SimulatedAzure;
  get(url: string): Promise<Answer>;
  /** Follows nextLink to the end. */
  list(url: string): Promise<Json[]>;
  batch(ids: readonly string[], query: Readonly<Record<string, string>>): Promise<Answer>;
  /** The series of one metric of one resource. */
  series(id: string, query: Readonly<Record<string, string>>): Promise<Series[]>;
  subscriptions(): Promise<Json[]>;
  /** Ids of a type in the first subscription, in the order of the list. */
  ids(type: string): Promise<string[]>;
}

/** Starts a simulated Azure for one test. */
export async function open(scenario: string, options: SimulatedAzureOptions = {}): Promise<Client> {
  const azure = await startSimulatedAzure({ scenario, anchorMs: ANCHOR, nowMs: () => SETTLED, ...options });
  onTestFinished(() => azure.close());
  return clientOf(azure);
}

function clientOf(azure: SimulatedAzure): Client {
  const fetchJson = async (url: string, init?: RequestInit): Promise<Answer> => {
    const response = await fetch(`${azure.address}/${url.replace(/^https:\/\//, "")}`, init);
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.startsWith("application/json");
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  };
  const get = (url: string): Promise<Answer> => fetchJson(url);
  const list = async (url: string): Promise<Json[]> => {
    const items: Json[] = [];
    for (let next: string | undefined = url; next; ) {
      const { status, body }: Answer = await get(next);
      if (status !== 200) throw new Error(`${status}: ${JSON.stringify(body)}`);
      items.push(...body.value);
      next = body.nextLink;
    }
    return items;
  };
  const subscriptions = (): Promise<Json[]> => list(arm("/subscriptions"));
  const batch = (ids: readonly string[], query: Readonly<Record<string, string>>): Promise<Answer> => {
    const [, , subscription] = ids[0]?.split("/") ?? [];
    const { region = "westeurope", subscription: other, ...rest } = query;
    const params = new URLSearchParams({
      metricnamespace: LOAD_BALANCERS,
      interval: "PT1M",
      "api-version": "2024-02-01",
      ...rest,
    });
    return fetchJson(
      `${region}.metrics.monitor.azure.com/subscriptions/${other ?? subscription}/metrics:getBatch?${params}`,
      { method: "POST", body: JSON.stringify({ resourceids: ids }) },
    );
  };
  return {
    azure,
    get,
    list,
    batch,
    subscriptions,
    series: async (id, query) => {
      const { status, body } = await batch([id], query);
      if (status !== 200) throw new Error(`${status}: ${JSON.stringify(body)}`);
      return body.values[0].value[0].timeseries.map(readSeries);
    },
    ids: async (type) => {
      const [first] = await subscriptions();
      const items = await list(arm(`/subscriptions/${first.subscriptionId}/providers/${type}`));
      return items.map(({ id }) => id);
    },
  };
}

function readSeries(series: Json): Series {
  const labels = series.metadatavalues.map((item: Json) => [item.name.value, item.value]);
  return { labels: Object.fromEntries(labels), points: series.data };
}

/** An ARM address. */
export function arm(path: string): string {
  return `management.azure.com${path}?api-version=2025-01-01`;
}

/** Start and end of a span, in minutes from the anchor. */
export function span(from: number, to: number): { starttime: string; endtime: string } {
  const iso = (minute: number): string => new Date(ANCHOR + minute * MINUTE).toISOString();
  return { starttime: iso(from), endtime: iso(to) };
}

/** The values of a series, null where there is none. */
export function values(series: Series | undefined): (number | null)[] {
  return (series?.points ?? []).map((point) => point.average ?? point.total ?? null);
}
