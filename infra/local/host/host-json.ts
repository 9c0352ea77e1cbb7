// The settings of host.json that the local host honours.

import { cpus } from "node:os";
import { z } from "zod";

export interface QueueSettings {
  /** Messages fetched at once, 1..32. */
  readonly batchSize: number;
  /** A new batch is fetched when this many runs, or fewer, are still going. */
  readonly newBatchThreshold: number;
  /** Tries before a message goes to the poison queue. */
  readonly maxDequeueCount: number;
  /** How long a message waits after a failed run, whole seconds. */
  readonly visibilityTimeoutS: number;
  /** The longest pause between two looks at an empty queue, milliseconds. */
  readonly maxPollingMs: number;
  readonly messageEncoding: "base64" | "none";
}

export interface HostSettings {
  /** Without slashes at its ends; may be empty. */
  readonly routePrefix: string;
  readonly queues: QueueSettings;
  /** Undefined: functions may run for ever. */
  readonly functionTimeoutMs: number | undefined;
}

const timeSpan = z.string().transform((text, context) => {
  const ms = parseTimeSpan(text);
  if (ms !== undefined) return ms;
  context.addIssue({ code: "custom", message: `expected "[d.]hh:mm:ss": ${text}` });
  return z.NEVER;
});

const hostJson = z.looseObject({
  functionTimeout: z.union([z.literal("-1"), timeSpan]).default(30 * 60_000), // the default of Flex Consumption
  extensions: z
    .looseObject({
      http: z.looseObject({ routePrefix: z.string().default("api") }).prefault({}),
      queues: z
        .looseObject({
          batchSize: z.int().min(1).max(32).default(16),
          newBatchThreshold: z.int().min(0).optional(),
          maxDequeueCount: z.int().min(1).default(5),
          visibilityTimeout: timeSpan.default(0),
          maxPollingInterval: z.union([timeSpan, z.int()]).default(60_000),
          messageEncoding: z.enum(["base64", "none"]).default("base64"),
        })
        .prefault({}),
    })
    .prefault({}),
});

/** @throws Error naming every fault of the file at once */
export function parseHostJson(json: object): HostSettings {
  const parsed = hostJson.safeParse(json);
  if (!parsed.success) throw new Error(`host.json: ${z.prettifyError(parsed.error)}`);
  const { functionTimeout, extensions } = parsed.data;
  const { http, queues } = extensions;
  return {
    routePrefix: http.routePrefix.replace(/^\/+|\/+$/g, ""),
    functionTimeoutMs: functionTimeout === "-1" ? undefined : functionTimeout,
    queues: {
      batchSize: queues.batchSize,
      newBatchThreshold: queues.newBatchThreshold ?? Math.floor(queues.batchSize / 2) * cpus().length,
      maxDequeueCount: queues.maxDequeueCount,
      visibilityTimeoutS: Math.ceil(queues.visibilityTimeout / 1000),
      maxPollingMs: Math.max(100, queues.maxPollingInterval),
      messageEncoding: queues.messageEncoding,
    },
  };
}

/** .NET's `[d.]hh:mm:ss[.fff]` in milliseconds. */
function parseTimeSpan(text: string): number | undefined {
  const match = /^(?:(\d+)\.)?(\d{1,2}):([0-5]?\d):([0-5]?\d)(?:\.(\d{1,7}))?$/.exec(text);
  if (match === null) return undefined;
  const [, days = "0", hours, minutes, seconds, fraction = "0"] = match;
  const wholeSeconds = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
  return wholeSeconds * 1000 + Math.round(Number(`0.${fraction}`) * 1000);
}
