import type { WorkspaceSpec } from "./spec.ts";

export interface WorkspaceModel {
  readonly spec: WorkspaceSpec;
  readonly id: string;
  readonly subscriptionId: string;
  /** What the query API knows it by. */
  readonly customerId: string;
}
