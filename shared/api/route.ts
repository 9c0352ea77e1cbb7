import * as z from "zod";
import type { CheckLimits } from "#core/checks/limits.ts";
import type { ChannelDirectory } from "#ports/channel-directory.ts";
import type { Clock } from "#ports/clock.ts";
import type { ClusterStateStore } from "#ports/cluster-state-store.ts";
import type { DenialStore } from "#ports/denial-store.ts";
import type { EventStore } from "#ports/event-store.ts";
import type { InventoryStore } from "#ports/inventory-store.ts";
import type { Logger } from "#ports/logger.ts";
import type { MonitorStore } from "#ports/monitor-store.ts";
import type { Outbox } from "#ports/outbox.ts";
import type { SeriesStore } from "#ports/series-store.ts";
import type { SilenceStore } from "#ports/silence-store.ts";
import { parseBody } from "./body.ts";
import type { ApiResponse } from "./http.ts";
import { type ParameterFault, parseQuery, type RawQuery } from "./parameters.ts";

/** The app settings that the API looks at. */
export interface ApiSettings {
  readonly auth: "key" | "entra" | "none";
  readonly healthAccess: "key" | "anonymous";
  /** `own`: writes take a right beside that of reading. */
  readonly writeAccess: "same" | "own" | "none";
  readonly limits: CheckLimits;
  readonly alertForMs: number;
  readonly keepFiringForMs: number;
  readonly repeatIntervalMs: number;
  readonly retentionRawMs: number;
  readonly retentionFivesMs: number;
  readonly retentionHourlyMs: number;
  readonly historyImportMs: number;
}

/** What is known of a check beside its results. */
export interface CheckInfo {
  readonly id: string;
  readonly question: string;
  readonly judgesTraffic: boolean;
}

export interface ApiDependencies {
  readonly inventory: InventoryStore;
  readonly monitor: Pick<MonitorStore, "read">;
  readonly states: ClusterStateStore;
  readonly series: Pick<SeriesStore, "read" | "readDays">;
  readonly denials: DenialStore;
  readonly events: EventStore;
  readonly silences: SilenceStore;
  readonly outbox?: Outbox;
  /** Absent: no channel is configured. */
  readonly channels?: () => Promise<ChannelDirectory>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: ApiSettings;
  /** Version of the app. */
  readonly version: string;
  /** In the order of the registry. */
  readonly checks: () => Promise<readonly CheckInfo[]>;
}

/** Everything a handler may look at, for one request. */
export interface ApiContext extends ApiDependencies {
  readonly nowMs: number;
  /** When this instance of the app began to answer. */
  readonly startedAtMs: number;
  readonly params: Readonly<Record<string, string>>;
  /** Path of the request, for problems. */
  readonly instance: string;
  /** `statusOnly`: whoever asks has not been identified, and is told status and counts, no names. */
  readonly access: "full" | "statusOnly";
  readonly routes: readonly Route[];
}

/** A status that the route answers with, and the schema of each content type; `null` for text without a schema. */
export interface RouteResponse {
  readonly description: string;
  readonly content: Readonly<Record<string, z.ZodType | null>>;
}

/** One route of the API, below `/api`. Registration and OpenAPI are both made from it. */
export interface Route {
  /** Unique; also the name of the function that serves it. */
  readonly name: string;
  readonly method: "GET" | "POST" | "DELETE";
  /** Without a leading slash, parameters in braces, as the Functions host wants it. */
  readonly template: string;
  /** `health`: a setting can open it to everybody. */
  readonly access: "guarded" | "health";
  /** Reads the code of the route, at its first request: a cold start waits for no more than it needs. */
  readonly load: () => Promise<RouteHandler>;
}

/** What a route takes, does and answers. */
export interface RouteHandler {
  readonly summary: string;
  readonly query: z.ZodObject;
  /** JSON that a POST takes; `null`: the route takes no body. */
  readonly body: z.ZodObject | null;
  readonly responses: Readonly<Record<number, RouteResponse>>;
  /** Reads the query and the body's text and answers, or says what is wrong with them. */
  answer(
    context: ApiContext,
    query: RawQuery,
    body: string,
  ): Promise<ApiResponse> | { readonly faults: readonly ParameterFault[] };
}

const NO_BODY = z.object({});

/** A route whose handler gets its query and its body typed and checked. Writes are guarded before they come here. */
export function defineRoute<Q extends z.ZodObject, B extends z.ZodObject = typeof NO_BODY>(
  route: Omit<RouteHandler, "query" | "body" | "answer"> & {
    readonly query: Q;
    readonly body?: B;
    handle(context: ApiContext, query: z.output<Q>, body: z.output<B>): Promise<ApiResponse>;
  },
): RouteHandler {
  const { handle, body: bodySchema, ...rest } = route;
  return {
    ...rest,
    body: bodySchema ?? null,
    answer(context, rawQuery, rawBody) {
      const query = parseQuery(route.query, rawQuery);
      const body = parseBody(bodySchema ?? NO_BODY, bodySchema === undefined ? "" : rawBody);
      if (query.ok && body.ok) return handle(context, query.value, body.value as z.output<B>);
      return { faults: [...(query.ok ? [] : query.faults), ...(body.ok ? [] : body.faults)] };
    },
  };
}
