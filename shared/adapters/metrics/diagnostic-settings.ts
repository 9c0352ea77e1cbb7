import type { DiagnosticSettingsResource, MonitorClient } from "@azure/arm-monitor";
import { azureClientOptions } from "#adapters/azure/client-options.ts";
import { cloudEndpoints } from "#adapters/azure/cloud.ts";
import { orAbort, startDeadline } from "#adapters/azure/deadline.ts";
import { RequestGate } from "#adapters/azure/request-gate.ts";
import type { AzureSourceOptions } from "#adapters/azure/source-options.ts";
import { createTimeBase, type TimeBase } from "#adapters/azure/time-base.ts";
import { toAdapterError } from "#adapters/azure/to-adapter-error.ts";
import type { DiagnosticSetting } from "#core/egress/diagnostic-setting.ts";
import type { DiagnosticsSource } from "#ports/diagnostics-source.ts";

export interface DiagnosticsSourceOptions extends AzureSourceOptions {
  /** Of one list, its retries included, default 30 s. */
  readonly deadlineMs?: number;
  /** Of each attempt of a request, default 15 s. */
  readonly timeoutMs?: number;
}

/** Reads diagnostic settings from Azure Monitor. */
export function createDiagnosticsSource(options: DiagnosticsSourceOptions): DiagnosticsSource {
  const time = createTimeBase(options);
  const gate = options.gate ?? new RequestGate();
  let client: Promise<MonitorClient> | undefined;

  return {
    async settingsOf(resourceId, signal) {
      const deadline = startDeadline(options.deadlineMs ?? 30_000, time, signal);
      try {
        client ??= openClient(options, gate, time);
        return await orAbort(listSettings(await client, resourceId, deadline.signal), deadline.signal);
      } catch (error) {
        throw toAdapterError(error, `diagnostic settings of ${resourceId}`, deadline.signal);
      } finally {
        deadline.dispose();
      }
    },
  };
}

/** One client for all subscriptions: the resource's id is the whole path. The SDK takes a while to load: on first use. */
async function openClient(
  options: DiagnosticsSourceOptions,
  gate: RequestGate,
  time: TimeBase,
): Promise<MonitorClient> {
  const { MonitorClient } = await import("@azure/arm-monitor");
  const { armEndpoint, armScope } = cloudEndpoints(options.cloud);
  const plumbing = azureClientOptions({
    ...(options.httpClient === undefined ? {} : { httpClient: options.httpClient }),
    api: "diagnosticSettings",
    gate,
    time,
    timeoutMs: options.timeoutMs ?? 15_000,
    observe: options.counters ?? (() => {}),
  });
  return new MonitorClient(options.credential, {
    endpoint: armEndpoint,
    credentials: { scopes: [armScope] },
    ...plumbing,
  });
}

async function listSettings(
  client: MonitorClient,
  resourceId: string,
  abortSignal: AbortSignal,
): Promise<readonly DiagnosticSetting[]> {
  const settings: DiagnosticSetting[] = [];
  // The client puts a slash before it.
  for await (const setting of client.diagnosticSettings.list(resourceId.replace(/^\/+/, ""), {
    abortSignal,
  })) {
    settings.push(translateSetting(setting));
  }
  return settings;
}

/** Azure writes null where the SDK's types promise a value: every field is read as if absent. */
function translateSetting(setting: DiagnosticSettingsResource): DiagnosticSetting {
  const enabled = (setting.logs ?? []).filter((log) => log.enabled === true);
  const names = enabled.map((log) => log.category || log.categoryGroup || "").filter((name) => name !== "");
  const all = enabled.some((log) => log.categoryGroup?.toLowerCase() === "alllogs");
  return {
    name: setting.name ?? "",
    workspaceId: setting.workspaceId || null,
    tables:
      setting.logAnalyticsDestinationType?.toLowerCase() === "dedicated" ? "resourceSpecific" : "legacy",
    categories: all ? "all" : names,
  };
}
