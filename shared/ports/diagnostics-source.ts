import type { DiagnosticSetting } from "#core/egress/diagnostic-setting.ts";

/** Reads where a resource sends its logs. */
export interface DiagnosticsSource {
  /**
   * @param resourceId ARM id, in any subscription
   * @returns every setting; empty where the resource has none
   * @throws AdapterError
   */
  settingsOf(resourceId: string, signal: AbortSignal): Promise<readonly DiagnosticSetting[]>;
}
