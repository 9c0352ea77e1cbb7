/** One diagnostic setting of a resource, as far as it sends logs to a workspace. */
export interface DiagnosticSetting {
  readonly name: string;
  /** ARM id, in any case; `null` where it sends to no workspace. */
  readonly workspaceId: string | null;
  /** Tables of their own for each category, or `AzureDiagnostics`. */
  readonly tables: "resourceSpecific" | "legacy";
  /** Log categories (and category groups other than `allLogs`) switched on, as Azure writes them. */
  readonly categories: readonly string[] | "all";
}
