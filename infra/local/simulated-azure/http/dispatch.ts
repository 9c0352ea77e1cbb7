// Finds who answers a request: by host, then by path. The stand-in protocol puts the host first in the path.

import type { Catalog } from "../arm/catalog.ts";
import { answerArm } from "../arm/router.ts";
import { answerLogs, LOGS_HOSTS } from "../logs/api.ts";
import { answerBatch, answerDefinitions, answerSingle, type MetricsWorld } from "../metrics/api.ts";
import { minuteOf } from "../world/moment.ts";
import { authorizationFailed, throttled, wrappedError } from "./errors.ts";
import type { Reply } from "./reply.ts";
import type { Stats } from "./stats.ts";
import type { Throttle } from "./throttle.ts";

/** A request as it would have reached Azure. */
export interface AzureRequest {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
  readonly nowMs: number;
}

export interface Azure extends MetricsWorld {
  readonly catalog: Catalog;
  readonly stats: Stats;
  readonly throttle: Throttle | undefined;
}

const MANAGEMENT_HOSTS = /^management\.(azure\.com|usgovcloudapi\.net|chinacloudapi\.cn)$/;
const METRICS_HOSTS = /^([a-z0-9]+)\.metrics\.monitor\.azure\.(com|us|cn)$/;
const BATCH_PATH = /^\/subscriptions\/([^/]+)\/metrics:getBatch$/i;
const INSIGHTS = /^(\/.+)\/providers\/microsoft\.insights\/(metrics|metricdefinitions)$/i;

/** Takes `/HOST/PATH?QUERY` apart. @returns undefined if it is not of that form */
export function splitTarget(target: string): Pick<AzureRequest, "host" | "path" | "query"> | undefined {
  const parts = /^\/([^/?]+)([^?]*)(?:\?(.*))?$/.exec(target);
  if (parts === null) return undefined;
  const [, host = "", path = "", query = ""] = parts;
  try {
    // Clients put an id behind a slash of their own, and Azure takes the two for one.
    const single = decodeURIComponent(path).replace(/^\/+/, "/");
    return { host: host.toLowerCase(), path: single, query: new URLSearchParams(query) };
  } catch {
    return undefined;
  }
}

/** The kind a request is counted as. */
export function kindOf({ host, path }: Pick<AzureRequest, "host" | "path">): string {
  if (METRICS_HOSTS.test(host)) return BATCH_PATH.test(path) ? "metrics.getBatch" : "metrics.other";
  if (LOGS_HOSTS.test(host)) return "logs.query";
  if (!MANAGEMENT_HOSTS.test(host)) return "other";
  const insights = INSIGHTS.exec(path)?.[2]?.toLowerCase();
  if (insights) return insights === "metrics" ? "metrics.single" : "metrics.definitions";
  const segments = path.toLowerCase().split("/").slice(1);
  const provider = segments.lastIndexOf("providers");
  if (provider < 0) return segments[0] === "subscriptions" ? "arm.subscriptions" : "arm.other";
  const tail = segments.slice(provider + 2);
  return `arm.${tail.filter((_, index) => index % 2 === 0).join("/")}`;
}

/** Answers a request as Azure would. */
export function dispatch(azure: Azure, request: AzureRequest): Reply {
  const { host, path } = request;
  if (LOGS_HOSTS.test(host)) return answerLogs(azure.world, request);
  const region = METRICS_HOSTS.exec(host)?.[1];
  if (region === undefined && !MANAGEMENT_HOSTS.test(host)) {
    return wrappedError(404, "NotFound", `The simulated Azure has no host '${host}'.`);
  }
  const subscriptionId = /^\/subscriptions\/([^/]+)\//i.exec(path)?.[1];
  if (subscriptionId !== undefined) {
    const refused = refuse(azure, request, subscriptionId.toLowerCase(), region ?? "global");
    if (refused) return refused;
  }
  return region === undefined ? management(azure, request) : metrics(azure, request, region);
}

function refuse(
  azure: Azure,
  request: AzureRequest,
  subscriptionId: string,
  region: string,
): Reply | undefined {
  const operation = `${kindOf(request)}/read`;
  const admission = azure.throttle?.admit(`${subscriptionId}/${region}`, request.nowMs);
  if (admission && !admission.admitted) return throttled(operation, admission.retryAfterSeconds);
  const subscription = azure.world.subscriptions.find(({ id }) => id === subscriptionId);
  if (!subscription?.forbidden) return undefined;
  return authorizationFailed(
    operation.replace(/^[a-z]+\./, "Microsoft.Resources/"),
    `/subscriptions/${subscriptionId}`,
  );
}

function metrics(azure: Azure, request: AzureRequest, region: string): Reply {
  const subscriptionId = BATCH_PATH.exec(request.path)?.[1];
  if (subscriptionId === undefined || request.method !== "POST") {
    return wrappedError(404, "NotFound", `The requested path '${request.path}' was not found.`);
  }
  return answerBatch(azure, region, subscriptionId, request.body, request, azure.stats.metrics);
}

function management(azure: Azure, request: AzureRequest): Reply {
  const insights = INSIGHTS.exec(request.path);
  const [, resourceId, what] = insights ?? [];
  if (resourceId !== undefined && request.method === "GET") {
    return what?.toLowerCase() === "metrics"
      ? answerSingle(azure, resourceId, request, azure.stats.metrics)
      : answerDefinitions(azure, resourceId);
  }
  const rel = minuteOf(request.nowMs) - azure.world.seed.anchorMinute;
  return answerArm(azure.world, azure.catalog, { ...request, rel });
}
